// SPDX-License-Identifier: Apache-2.0
#include "base/random.hpp"

#include <pthread.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "base/check.hpp"

namespace farthing {
namespace {

void fill_from_kernel(std::span<std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    CHECK(got > 0);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

// Returns how many forks lie between the first process and this one. Asking for the process id
// instead would be a system call each time, which the pool is there to save.
std::atomic<std::uint32_t>& fork_depth() {
  static std::atomic<std::uint32_t> depth{0};
  static const bool is_registered = ::pthread_atfork(nullptr, nullptr, [] {
                                      depth.fetch_add(1, std::memory_order_relaxed);
                                    }) == 0;
  CHECK(is_registered);
  return depth;
}

struct Pool {
  std::array<std::uint8_t, 1024> bytes;
  std::size_t used = sizeof bytes;
  std::uint32_t fork_depth = 0;
};

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
  thread_local Pool pool;
  if (bytes.size() > pool.bytes.size()) return fill_from_kernel(bytes);
  const std::uint32_t depth = fork_depth().load(std::memory_order_relaxed);
  if (pool.used + bytes.size() > pool.bytes.size() || pool.fork_depth != depth) {
    fill_from_kernel(pool.bytes);
    pool.used = 0;
    pool.fork_depth = depth;
  }
  const auto taken = std::span(pool.bytes).subspan(pool.used, bytes.size());
  std::ranges::copy(taken, bytes.begin());
  // Bytes that were handed out must not be found in memory or handed out again.
  ::explicit_bzero(taken.data(), taken.size());
  pool.used += bytes.size();
}

}  // namespace farthing
