// SPDX-License-Identifier: Apache-2.0
// The generic cell rate algorithm: what a limit of N requests in T allows of one caller. A caller
// who was quiet may send N at once, and then one more each T/N; so whoever keeps to N in every T is
// never refused, and nobody gets more than N beyond an even pace. One number is all that is kept.
// Safe to use from any thread, without a lock.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "server/directory/entities.hpp"

namespace farthing::service {

// The verdict on a request that was counted against a limit.
struct RateVerdict {
  directory::RateLimit limit;
  bool is_allowed = true;
  std::uint32_t remaining = 0;              // requests that would be allowed at once now
  std::chrono::nanoseconds retry_after{0};  // of a refused one: when the next is allowed
  std::chrono::nanoseconds full_after{0};   // when all N would be allowed at once
};

class RateMeter {
 public:
  // Counts a request at `now`, which is on a clock that never goes back, if it is allowed. One that
  // is refused does not count.
  RateVerdict take(const directory::RateLimit& limit, std::chrono::nanoseconds now) {
    const std::int64_t period = std::int64_t{limit.per_s} * 1'000'000'000;
    const std::int64_t interval = std::max<std::int64_t>(period / limit.requests, 1);
    std::int64_t busy_until = busy_until_.load(kRelaxed);
    for (;;) {
      // What is further ahead than the period was counted under another limit: it must not keep
      // anybody waiting longer than the present one ever would.
      const std::int64_t start = std::clamp(busy_until, now.count(), now.count() + period);
      const std::int64_t next = start + interval;
      const bool is_allowed = next - now.count() <= period;
      const std::int64_t kept = is_allowed ? next : start;
      if (kept != busy_until && !busy_until_.compare_exchange_weak(busy_until, kept, kRelaxed)) {
        continue;
      }
      const std::int64_t ahead = kept - now.count();
      return {.limit = limit,
              .is_allowed = is_allowed,
              .remaining = static_cast<std::uint32_t>((period - ahead) / interval),
              .retry_after = std::chrono::nanoseconds(is_allowed ? 0 : ahead + interval - period),
              .full_after = std::chrono::nanoseconds(ahead)};
    }
  }

  // Returns the instant from which on it is as if nothing had been counted.
  std::int64_t busy_until_ns() const { return busy_until_.load(kRelaxed); }
  void clear() { busy_until_.store(0, kRelaxed); }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;

  std::atomic<std::int64_t> busy_until_{0};
};

}  // namespace farthing::service
