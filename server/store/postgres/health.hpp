// SPDX-License-Identifier: Apache-2.0
// Whether the database can be reached, as the last who tried found it; tells the operator when that
// changes. Safe to use from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <utility>

namespace farthing::store::postgres {

class Health {
 public:
  // `tell` gets one line each time; it may be empty, and is called from any thread.
  explicit Health(std::function<void(const std::string&)> tell) : tell_(std::move(tell)) {}

  bool is_available() const { return is_available_.load(std::memory_order_relaxed); }
  void report_reached() {
    if (!is_available_.load(std::memory_order_relaxed) && !is_available_.exchange(true)) {
      say("the database answers again");
    }
  }
  void report_lost(const std::string& why) {
    if (is_available_.exchange(false)) say(why);
  }
  // What went wrong while the database could be reached.
  void say(const std::string& what) const {
    if (tell_) tell_(what);
  }

 private:
  const std::function<void(const std::string&)> tell_;
  std::atomic<bool> is_available_ = true;
};

}  // namespace farthing::store::postgres
