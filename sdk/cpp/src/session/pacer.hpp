// SPDX-License-Identifier: Apache-2.0
// The session's source of time and chance; a test brings its own.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>

namespace farthing::sdk {

class Pacer {
 public:
  virtual ~Pacer() = default;

  virtual std::chrono::steady_clock::time_point now() = 0;
  virtual std::chrono::system_clock::time_point wall_now() = 0;
  // Returns a number drawn evenly from [0, 1).
  virtual double random_fraction() = 0;
  // Waits; returns false when `cancellation` was requested before the time was over.
  virtual bool wait(std::chrono::milliseconds duration, const std::stop_token& cancellation) = 0;
};

// Makes the pacer of the system's clock and random numbers. Safe from many threads at once.
std::shared_ptr<Pacer> make_system_pacer();

}  // namespace farthing::sdk
