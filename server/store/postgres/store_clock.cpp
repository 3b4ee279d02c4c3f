// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/store_clock.hpp"

#include <algorithm>

namespace farthing::store::postgres {
namespace {

std::int64_t monotonic_us() {
  static const MonotonicClock clock = system_monotonic_clock();
  return clock().count();
}

}  // namespace

Instant StoreClock::DatabaseClock::now() const {
  return Instant::from_us(monotonic_us() + ahead_us_.load(std::memory_order_relaxed));
}

void StoreClock::DatabaseClock::set(Instant now) {
  ahead_us_.store(now.us() - monotonic_us(), std::memory_order_relaxed);
}

StoreClock::StoreClock(Instant database_now, const Clock* fixed)
    : database_(database_now),
      is_fixed_(fixed != nullptr),
      effective_(fixed != nullptr ? *fixed : static_cast<const Clock&>(database_),
                 fixed != nullptr ? MonotonicClock() : system_monotonic_clock()) {}

Instant StoreClock::observe(Instant database_now) {
  if (!is_fixed_) database_.set(database_now);
  return effective_.now();
}

}  // namespace farthing::store::postgres
