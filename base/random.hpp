// SPDX-License-Identifier: Apache-2.0
// Random bytes from the kernel's generator, fit for secrets. Safe to call from any thread; a pool
// per thread makes a small request cheaper than a system call (a forked child draws anew).
#pragma once

#include <cstdint>
#include <span>

namespace farthing {

void fill_random(std::span<std::uint8_t> bytes);

}  // namespace farthing
