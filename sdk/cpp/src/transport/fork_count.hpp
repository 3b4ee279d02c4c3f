// SPDX-License-Identifier: Apache-2.0
// Tells a forked child from its parent without a system call.
#pragma once

#include <cstdint>

namespace farthing::sdk {

// How many forks lie between this process and the one that first asked. Any thread.
std::uint64_t fork_count();

}  // namespace farthing::sdk
