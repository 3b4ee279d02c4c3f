// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/health_watch.hpp"

#include <pthread.h>

#include <chrono>

namespace farthing::store::postgres {
namespace {

constexpr std::chrono::milliseconds kInterval{200};

}  // namespace

HealthWatch::HealthWatch(Health& health)
    : health_(health), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void HealthWatch::run(const std::stop_token& stop) {
  ::pthread_setname_np(::pthread_self(), "health watch");
  std::unique_lock lock(mutex_);
  while (!stops_.wait_for(lock, stop, kInterval, [&stop] { return stop.stop_requested(); })) {
    health_.look();
  }
}

}  // namespace farthing::store::postgres
