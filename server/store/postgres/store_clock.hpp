// SPDX-License-Identifier: Apache-2.0
// The time of a store on a database: the database's clock, as it was last read, carried on by this
// machine's monotonic one; or a test's clock. It never runs backwards and does not follow a clock
// in doubt (effective_clock.hpp). The nodes share what they know of the clock in one row of the
// database. Safe to use from any thread.
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
  // `database_now` was just read. A `fixed` clock, which must outlive this, takes the place of the
  // database's. The kernel's word (see the rules) counts only while this machine's clock shows the
  // same time as the database's.
  StoreClock(Instant database_now, const SharedClock& shared, const Clock* fixed, ClockRules rules);

  Instant now() { return effective_.now(); }
  LedgerTime read() { return effective_.read(); }
  ClockStatus status() { return effective_.status(); }
  // Returns the time by the monotonic clock.
  std::chrono::microseconds elapsed() const { return monotonic_(); }

  // Returns the present, after the database showed `database_now` at some time before this call. It
  // is not before any present returned earlier.
  LedgerTime observe(Instant database_now);
  // Does the same for a database that was asked at `asked_at`, by `elapsed()`. Only this one
  // notices that the database's clock was set back, because an answer may have been on its way for
  // long.
  LedgerTime observe(Instant database_now, std::chrono::microseconds asked_at);
  // Takes in what the nodes share: what another node believes, this one believes too. Must be
  // called about once a second.
  void follow(const SharedClock& shared, Limitations& limitations);
  void raise_mark(Instant mark) { effective_.raise_mark(mark); }

 private:
  class DatabaseClock final : public Clock {
   public:
    DatabaseClock(Instant now, const MonotonicClock& monotonic);
    Instant now() const override;
    // Takes in that the clock shows at least `now`.
    void raise(Instant now);
    // Takes in that the clock showed no more than `now` when the monotonic clock showed `elapsed`.
    void limit(Instant now, std::chrono::microseconds elapsed);

   private:
    const MonotonicClock& monotonic_;
    std::atomic<std::int64_t> ahead_us_{0};  // of the monotonic clock
  };

  // Returns rules by which this machine's kernel speaks for the database's clock while both clocks
  // agree.
  ClockRules judging_the_database(ClockRules rules) const;

  const MonotonicClock monotonic_;
  DatabaseClock database_;
  const bool is_fixed_;
  EffectiveClock effective_;
};

}  // namespace farthing::store::postgres
