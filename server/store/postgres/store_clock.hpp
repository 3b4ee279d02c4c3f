// SPDX-License-Identifier: Apache-2.0
// The time of a store on a database: the database's clock, as it was last read, carried on by this
// machine's monotonic one; or a clock of a test's. It never runs backwards and does not follow a
// leap (effective_clock.hpp). Safe to use from any thread.
#pragma once

#include <atomic>
#include <chrono>

#include "base/clock.hpp"
#include "base/instant.hpp"
#include "server/store/effective_clock.hpp"

namespace farthing::store::postgres {

class StoreClock {
 public:
  // `database_now` was just read. A `fixed` clock, which must outlive this, is used instead.
  StoreClock(Instant database_now, const Clock* fixed);

  Instant now() { return effective_.now(); }
  // The present according to the database, which has just told it; not before any told earlier.
  Instant observe(Instant database_now);
  bool has_leapt() const { return effective_.has_leapt(); }

 private:
  class DatabaseClock final : public Clock {
   public:
    explicit DatabaseClock(Instant now) { set(now); }
    Instant now() const override;
    void set(Instant now);

   private:
    std::atomic<std::int64_t> ahead_us_{0};  // of the monotonic clock
  };

  DatabaseClock database_;
  const bool is_fixed_;
  EffectiveClock effective_;
};

}  // namespace farthing::store::postgres
