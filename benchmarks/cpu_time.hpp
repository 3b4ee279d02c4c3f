// SPDX-License-Identifier: Apache-2.0
// User plus system time of this process and of another one.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace farthing::bench {

// Of all threads of this process so far, in seconds.
double own_cpu_seconds();

// Of all threads of `pid` so far, in seconds, in steps of the kernel's clock tick (10 ms as a
// rule). Ends the program when there is no such process.
double process_cpu_seconds(pid_t pid);

// Keeps this process on core `cpu`, counted from 0. Ends the program when that is not possible.
void pin_to_cpu(std::size_t cpu);

}  // namespace farthing::bench
