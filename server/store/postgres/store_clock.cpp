// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/store_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "server/store/clock_watch.hpp"

namespace farthing::store::postgres {
namespace {

// Two clocks that differ by no more show the same time.
constexpr std::int64_t kAgreementUs = 60'000'000;

// Clamps the time, because a database may send anything.
Instant writable(Instant at) { return std::clamp(at, Instant(), Instant::max()); }

MonotonicClock monotonic_of(const ClockRules& rules) {
  return rules.monotonic ? rules.monotonic : system_monotonic_clock();
}

}  // namespace

SharedClock read_shared_clock(const Rows& rows) {
  if (rows.is_empty()) return {};
  SharedClock shared{.mark = {}, .is_doubted = rows.number(0, 1) != 0};
  if (!rows.is_null(0, 0)) shared.mark = writable(rows.instant(0, 0));
  return shared;
}

StoreClock::DatabaseClock::DatabaseClock(Instant now, const MonotonicClock& monotonic)
    : monotonic_(monotonic), ahead_us_(now.us() - monotonic().count()) {}

Instant StoreClock::DatabaseClock::now() const {
  return Instant::from_us(monotonic_().count() + ahead_us_.load(std::memory_order_relaxed));
}

void StoreClock::DatabaseClock::raise(Instant now) {
  const std::int64_t ahead_us = now.us() - monotonic_().count();
  std::int64_t present = ahead_us_.load(std::memory_order_relaxed);
  while (present < ahead_us &&
         !ahead_us_.compare_exchange_weak(present, ahead_us, std::memory_order_relaxed)) {
  }
}

void StoreClock::DatabaseClock::limit(Instant now, std::chrono::microseconds elapsed) {
  const std::int64_t ahead_us = now.us() - elapsed.count();
  std::int64_t present = ahead_us_.load(std::memory_order_relaxed);
  while (present > ahead_us &&
         !ahead_us_.compare_exchange_weak(present, ahead_us, std::memory_order_relaxed)) {
  }
}

StoreClock::StoreClock(Instant database_now, const SharedClock& shared, const Clock* fixed,
                       ClockRules rules)
    : monotonic_(monotonic_of(rules)),
      database_(writable(database_now), monotonic_),
      is_fixed_(fixed != nullptr),
      effective_(fixed != nullptr ? *fixed : static_cast<const Clock&>(database_),
                 fixed != nullptr ? std::move(rules) : judging_the_database(std::move(rules))) {
  // A stop does not explain a gap that other nodes doubt.
  if (shared.is_doubted) {
    effective_.start_at(shared.mark, EffectiveClock::kLargestLeap);
  } else {
    effective_.start_at(shared.mark);
  }
}

ClockRules StoreClock::judging_the_database(ClockRules rules) const {
  rules.monotonic = monotonic_;
  rules.ask_kernel = [this, ask = std::move(rules.ask_kernel)] {
    const std::int64_t difference_us = SystemClock().now().us() - database_.now().us();
    return ask && std::abs(difference_us) <= kAgreementUs ? ask() : KernelWord::unknown;
  };
  return rules;
}

LedgerTime StoreClock::observe(Instant database_now) {
  if (!is_fixed_) database_.raise(writable(database_now));
  return effective_.read();
}

LedgerTime StoreClock::observe(Instant database_now, std::chrono::microseconds asked_at) {
  if (!is_fixed_) database_.limit(writable(database_now), asked_at);
  return observe(database_now);
}

void StoreClock::follow(const SharedClock& shared, Limitations& limitations) {
  if (shared.mark) effective_.raise_mark(*shared.mark);
  watch_clock(effective_, limitations, Cause::shared);
}

}  // namespace farthing::store::postgres
