// SPDX-License-Identifier: Apache-2.0
// The time of a store on a database: the database's clock, as it was last read, carried on by this
// machine's monotonic one; or a clock of a test's. It never runs backwards and does not follow a
// clock in doubt (effective_clock.hpp). What the nodes know of the clock in common stands in one
// row of the database. Safe to use from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "base/instant.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/limitation.hpp"
#include "server/store/postgres/rows.hpp"

namespace farthing::store::postgres {

// The answer to kReadStoreClock.
struct SharedClock {
  std::optional<Instant> mark;  // nothing: no node has written one yet
  // Whether a node has found the clock in doubt, and none has believed it since.
  bool is_doubted = false;
};
SharedClock read_shared_clock(const Rows& rows);

class StoreClock {
 public:
  // `database_now` was just read. A `fixed` clock, which must outlive this, is used instead. Of the
  // rules, the kernel's word counts while this machine's clock shows the same time as the
  // database's.
  StoreClock(Instant database_now, const SharedClock& shared, const Clock* fixed, ClockRules rules);

  Instant now() { return effective_.now(); }
  LedgerTime read() { return effective_.read(); }
  ClockStatus status() { return effective_.status(); }
  // By the monotonic clock.
  std::chrono::microseconds elapsed() const { return monotonic_(); }

  // The present according to the database, which told it at some time before this call; not before
  // any told earlier.
  LedgerTime observe(Instant database_now);
  // The same when the database was asked at `asked_at`, by `elapsed()`: only so it is noticed that
  // its clock was set back, because an answer may take its time.
  LedgerTime observe(Instant database_now, std::chrono::microseconds asked_at);
  // To be called about once a second. What another node believes, this one believes too.
  void follow(const SharedClock& shared, Limitations& limitations);
  void raise_mark(Instant mark) { effective_.raise_mark(mark); }

 private:
  class DatabaseClock final : public Clock {
   public:
    DatabaseClock(Instant now, const MonotonicClock& monotonic);
    Instant now() const override;
    // It shows at least that.
    void raise(Instant now);
    // It does not show more than it did at `now`, when the monotonic clock showed `elapsed`.
    void limit(Instant now, std::chrono::microseconds elapsed);

   private:
    const MonotonicClock& monotonic_;
    std::atomic<std::int64_t> ahead_us_{0};  // of the monotonic clock
  };

  // What this machine's kernel says counts for the database's clock as well, if both agree.
  ClockRules judging_the_database(ClockRules rules) const;

  const MonotonicClock monotonic_;
  DatabaseClock database_;
  const bool is_fixed_;
  EffectiveClock effective_;
};

}  // namespace farthing::store::postgres
