// SPDX-License-Identifier: Apache-2.0
// The thread that calls Health::look several times a second. It asks the database for nothing, so
// that nothing there holds it up.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "server/store/postgres/health.hpp"

namespace farthing::store::postgres {

class HealthWatch {
 public:
  // `health` must outlive this.
  explicit HealthWatch(Health& health);

 private:
  void run(const std::stop_token& stop);

  Health& health_;
  std::mutex mutex_;
  std::condition_variable_any stops_;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace farthing::store::postgres
