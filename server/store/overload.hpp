// SPDX-License-Identifier: Apache-2.0
// Tells of requests that are refused because too many wait already: the limitation `overload`,
// which refuses no kind of work and only tells the operator. It begins with the first such request
// and ends when none was refused for five seconds. Safe to use from any thread.
#pragma once

#include <atomic>
#include <chrono>

#include "server/store/limitation.hpp"

namespace farthing::store {

class Overload {
 public:
  static constexpr std::chrono::seconds kQuiet{5};

  // `limitations` must outlive this.
  explicit Overload(Limitations& limitations) : limitations_(limitations) {}

  // Takes in that a request was refused. Only the first call costs more than next to nothing.
  void note(std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());
  // Ends the limitation when it is over. Must be called about once a second.
  void look(std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now());

 private:
  Limitations& limitations_;
  std::atomic<bool> is_told_ = false;
  std::atomic<std::chrono::steady_clock::time_point> last_{};
};

}  // namespace farthing::store
