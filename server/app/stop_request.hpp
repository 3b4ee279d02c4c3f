// SPDX-License-Identifier: Apache-2.0
// The events that a running server waits for: SIGTERM or SIGINT, a failure after which it must not
// go on, or SIGHUP, upon which it reads anew what may have changed, or stops when nothing can have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace farthing::app {

// The effect of SIGHUP.
enum class HangUp : std::uint8_t { stops, reloads };

enum class Wake : std::uint8_t { stop, failure, reload };

class StopRequest {
 public:
  // Must be called before any other thread is started: from then on the signals interrupt no
  // thread. A process may have one request at a time.
  static BasicResult<StopRequest, std::string> make(HangUp hang_up = HangUp::stops);
  // Lets the signals do what they did before.
  ~StopRequest();
  StopRequest(StopRequest&& other) noexcept;
  StopRequest& operator=(StopRequest&&) = delete;
  StopRequest(const StopRequest&) = delete;
  StopRequest& operator=(const StopRequest&) = delete;

  // Wakes up `wait`. Safe to call from any thread, and more than once.
  void fail() const;

  // Blocks until the first of these events; a failure comes before a signal. Once it has returned
  // `stop` or `failure`, a second signal ends the process at once.
  Wake wait() const;

 private:
  StopRequest(HangUp hang_up, int signals, int failure)
      : hang_up_(hang_up), signals_(signals), failure_(failure) {}

  // Takes the signal that has come.
  Wake take_signal() const;

  HangUp hang_up_;
  int signals_;  // a signalfd
  int failure_;  // an eventfd
};

}  // namespace farthing::app
