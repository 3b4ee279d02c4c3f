// SPDX-License-Identifier: Apache-2.0
#include "server/service/refusal_log.hpp"

#include <pthread.h>

#include <utility>

namespace farthing::service {

RefusalLog::RefusalLog(RefusalCounts& counts, Pace pace, Write write)
    : counts_(counts),
      pace_(pace),
      write_(std::move(write)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void RefusalLog::run(const std::stop_token& stop) {
  ::pthread_setname_np(::pthread_self(), "refusal log");
  while (counts_.wait(stop)) {
    sleep(stop, pace_.delay);
    write_lines();
    sleep(stop, pace_.interval);
  }
  write_lines();
}

void RefusalLog::sleep(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  never_.wait_for(lock, stop, time, [] { return false; });
}

void RefusalLog::write_lines() {
  for (const std::string& line : counts_.take_lines()) write_(line);
}

}  // namespace farthing::service
