// SPDX-License-Identifier: Apache-2.0
// The time that a store works with: a clock's, kept from running backwards, and watched for leaps.
// When the clock gets ahead of the monotonic one by more than an hour, it is not believed: time
// goes on at the monotonic pace and `has_leapt()` is true, until the clock comes back or an
// operator confirms it. Safe to use from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>

#include "base/clock.hpp"
#include "base/instant.hpp"

namespace farthing::store {

// Time since some fixed moment, never set by anybody; sleep of the machine counts.
using MonotonicClock = std::function<std::chrono::microseconds()>;
MonotonicClock system_monotonic_clock();

class EffectiveClock {
 public:
  static constexpr std::chrono::microseconds kLargestLeap = std::chrono::hours(1);

  // `clock` must outlive this. Without a monotonic clock leaps are not noticed.
  explicit EffectiveClock(const Clock& clock, MonotonicClock monotonic = {});

  // Not before anything this gave and not before the mark.
  Instant now();
  // Time does not go back behind `mark` from here on.
  void raise_mark(Instant mark);

  bool has_leapt() const;
  // Believes the clock as it is now.
  void confirm();

 private:
  // How far the clock is ahead of what the monotonic one says it should show.
  std::int64_t lead_us(Instant clock_now) const;

  const Clock& clock_;
  MonotonicClock monotonic_;
  std::atomic<std::int64_t> offset_us_{0};  // between the two clocks, when last believed
  std::atomic<std::int64_t> mark_us_{0};
};

}  // namespace farthing::store
