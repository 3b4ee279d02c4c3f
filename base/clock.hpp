// SPDX-License-Identifier: Apache-2.0
// The source of the time, which tests can set. Safe to use from any thread.
#pragma once

#include <atomic>
#include <chrono>

#include "base/instant.hpp"

namespace farthing {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

// The system's clock. It may jump: whoever needs order keeps a mark of its own.
class SystemClock final : public Clock {
 public:
  Instant now() const override {
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return Instant::from_us(
        std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count());
  }
};

// A clock that stands still until it is set.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant now) : now_us_(now.us()) {}

  Instant now() const override { return Instant::from_us(now_us_.load()); }
  void set(Instant now) { now_us_.store(now.us()); }
  void advance(std::chrono::microseconds duration) { now_us_.fetch_add(duration.count()); }

 private:
  std::atomic<std::int64_t> now_us_;
};

}  // namespace farthing
