// SPDX-License-Identifier: Apache-2.0
// What a running server waits for: SIGTERM or SIGINT, or a failure after which it must not go on.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"

namespace farthing::app {

class StopRequest {
 public:
  // To be made before any other thread is started: from then on the two signals interrupt no
  // thread. One at a time in a process.
  static BasicResult<StopRequest, std::string> make();
  // The signals do what they did before.
  ~StopRequest();
  StopRequest(StopRequest&& other) noexcept;
  StopRequest& operator=(StopRequest&&) = delete;
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  // Wakes up `wait`. Safe to call from any thread, and more than once.
  void fail() const;

  // Blocks until the first of them. True for a signal, false after `fail`. From its return on a
  // second signal ends the process at once.
  bool wait() const;

 private:
  StopRequest(int signals, int failure) : signals_(signals), failure_(failure) {}

  int signals_;  // a signalfd
  int failure_;  // an eventfd
};

}  // namespace farthing::app
