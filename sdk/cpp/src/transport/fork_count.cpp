// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/transport/fork_count.hpp"

#include <pthread.h>

#include <atomic>

namespace farthing::sdk {
namespace {

constinit std::atomic<std::uint64_t> forks{0};

void count_fork() { forks.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

std::uint64_t fork_count() {
  static const int registered = ::pthread_atfork(nullptr, nullptr, &count_fork);
  static_cast<void>(registered);
  return forks.load(std::memory_order_relaxed);
}

}  // namespace farthing::sdk
