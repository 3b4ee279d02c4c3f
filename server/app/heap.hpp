// SPDX-License-Identifier: Apache-2.0
// Bounds the memory that the process keeps: what is free goes back to the system instead of staying
// where each thread has used it. It has no effect under other allocators than that of glibc.
#pragma once

#include <cstddef>

namespace farthing::app {

// Must be called before threads are started. `threads` is the number of I/O threads.
void bound_heap(std::size_t threads);

}  // namespace farthing::app
