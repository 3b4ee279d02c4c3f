// SPDX-License-Identifier: Apache-2.0
#include "server/app/heap.hpp"

#include <algorithm>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace farthing::app {

#ifdef __GLIBC__

void bound_heap(std::size_t threads) {
  // The committer, the deriver and two that read and merge. Each arena holds on to what was in use
  // there at the worst time; by default there are eight for each processor.
  constexpr std::size_t kOtherThreads = 4;
  constexpr std::size_t kMostArenas = 64;
  // Blocks from this size on are given back when they are freed. The system's own rule raises the
  // size to that of the largest block that was ever freed, so that soon none are.
  constexpr int kOwnMapping = 1 << 20;
  constexpr int kKeptAtTheEnd = 4 << 20;
  ::mallopt(M_ARENA_MAX, static_cast<int>(std::min(threads + kOtherThreads, kMostArenas)));
  ::mallopt(M_MMAP_THRESHOLD, kOwnMapping);
  ::mallopt(M_TRIM_THRESHOLD, kKeptAtTheEnd);
}

#else

void bound_heap(std::size_t) {}

#endif

}  // namespace farthing::app
