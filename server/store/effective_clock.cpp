// SPDX-License-Identifier: Apache-2.0
#include "server/store/effective_clock.hpp"

#include <ctime>
#include <utility>

namespace farthing::store {

MonotonicClock system_monotonic_clock() {
  return [] {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  };
}

EffectiveClock::EffectiveClock(const Clock& clock, MonotonicClock monotonic)
    : clock_(clock), monotonic_(std::move(monotonic)) {
  confirm();
}

Instant EffectiveClock::now() {
  Instant now = clock_.now();
  if (const std::int64_t lead = lead_us(now); lead > kLargestLeap.count()) {
    now = Instant::from_us(now.us() - lead);
  }
  raise_mark(now);
  return Instant::from_us(mark_us_.load(std::memory_order_relaxed));
}

void EffectiveClock::raise_mark(Instant mark) {
  std::int64_t present = mark_us_.load(std::memory_order_relaxed);
  while (present < mark.us() &&
         !mark_us_.compare_exchange_weak(present, mark.us(), std::memory_order_relaxed)) {
  }
}

bool EffectiveClock::has_leapt() const { return lead_us(clock_.now()) > kLargestLeap.count(); }

void EffectiveClock::confirm() {
  if (monotonic_) offset_us_ = clock_.now().us() - monotonic_().count();
}

std::int64_t EffectiveClock::lead_us(Instant clock_now) const {
  if (!monotonic_) return 0;
  return clock_now.us() - monotonic_().count() - offset_us_.load(std::memory_order_relaxed);
}

}  // namespace farthing::store
