// SPDX-License-Identifier: Apache-2.0
// Ledger time is what a store takes for the present: the clock's time, kept from running backwards.
// It does not follow a clock in doubt.
//
// A clock is in doubt
// - at a start, when it is more than `max_gap` after the store's mark, the last time that the store
//   is known to have reached, and the kernel does not say that the clock is synchronised;
// - later, when it has leapt ahead by more than an hour against the monotonic clock.
// During a doubt ledger time goes on from the last time that was believed, at the monotonic clock's
// pace. The doubt ends when the clock is set right, when the kernel says after a start that the
// clock is synchronised, or when an operator confirms the clock.
//
// Safe to use from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.hpp"
#include "base/instant.hpp"

namespace farthing::store {

// Returns the time since some fixed moment. Nobody can set it, and it goes on while the machine
// sleeps.
using MonotonicClock = std::function<std::chrono::microseconds()>;
MonotonicClock system_monotonic_clock();

// What the kernel says about the system's clock. `unknown` counts as `not_synchronised`.
enum class KernelWord : std::uint8_t { synchronised, not_synchronised, unknown };
// Asks the kernel; returns `unknown` when it does not answer, as in some containers.
KernelWord ask_kernel();

struct ClockRules {
  static constexpr std::chrono::microseconds kDefaultMaxGap = std::chrono::hours(40 * 24);

  MonotonicClock monotonic = {};                // nothing: the clock is always believed
  std::function<KernelWord()> ask_kernel = {};  // nothing: unknown
  std::chrono::microseconds max_gap = kDefaultMaxGap;
};
// Returns rules that use the clocks of this machine.
ClockRules system_clock_rules(std::chrono::microseconds max_gap = ClockRules::kDefaultMaxGap);

struct LedgerTime {
  Instant at;
  bool is_in_doubt = false;
};

// What began the doubt: a start, or a leap later.
enum class ClockDoubt : std::uint8_t { none, start, leap };

struct ClockStatus {
  Instant clock;
  Instant ledger_time;
  Instant
      expected;  // what the clock should show by the monotonic one; the clock itself without one
  ClockDoubt doubt = ClockDoubt::none;
  // How far the clock was past the mark at a start less than an hour ago, if it was believed.
  std::chrono::microseconds believed_gap{0};

  // Returns how far ledger time is ahead of the clock; negative when it is behind.
  std::chrono::microseconds ahead() const {
    return std::chrono::microseconds(ledger_time.us() - clock.us());
  }
  // Returns how far the clock is ahead of what it should show; negative when it is behind.
  std::chrono::microseconds lead() const {
    return std::chrono::microseconds(clock.us() - expected.us());
  }
};

class EffectiveClock {
 public:
  static constexpr std::chrono::microseconds kLargestLeap = std::chrono::hours(1);
  // How often the clock is believed anew and a store keeps its mark.
  static constexpr std::chrono::microseconds kMarkInterval = std::chrono::hours(1);

  // `clock` must outlive this. It is believed as it is until `start_at` is called.
  explicit EffectiveClock(const Clock& clock, ClockRules rules = {});

  // Judges the clock by the mark of a store that is being opened. Without a mark the clock is
  // believed. Must be called before anybody else uses this.
  void start_at(std::optional<Instant> mark) { start_at(mark, rules_.max_gap); }
  // Judges the clock with `max_gap` in place of the rules' gap.
  void start_at(std::optional<Instant> mark, std::chrono::microseconds max_gap);

  // Returns ledger time: never before a time that it returned earlier, and never before a mark.
  Instant now() { return read().at; }
  LedgerTime read();
  ClockStatus status();

  // Takes in that time has reached `mark`, as is known from elsewhere: the clock is not in doubt
  // for what lies before it. An operator's confirmation raises the mark to what the clock shows.
  void raise_mark(Instant mark);

  // Asks the kernel again while that matters, and believes the clock anew once an hour, so that
  // small leaps do not add up to a large one. Must be called about once a second.
  void keep_up();

 private:
  struct Reading {
    std::int64_t clock_us = 0;
    std::int64_t monotonic_us = 0;
    std::int64_t expected_us = 0;
    bool is_in_doubt = false;
  };
  Reading read_clocks() const;
  KernelWord read_kernel() const;
  void believe(const Reading& reading);
  void raise_offset(std::int64_t time_us, std::int64_t monotonic_us);

  const Clock& clock_;
  const ClockRules rules_;
  // The distance from the monotonic clock to the latest time that was believed or is known. The
  // clock is in doubt while it is ahead of the sum of both by more than `limit_us_`.
  std::atomic<std::int64_t> offset_us_{0};
  std::atomic<std::int64_t> limit_us_{kLargestLeap.count()};
  // Whether the clock has yet to be found past the mark of the start, and to be believed.
  std::atomic<bool> is_starting_{false};
  std::int64_t start_mark_us_ = 0;
  std::atomic<std::int64_t> believed_gap_us_{0};
  std::atomic<std::int64_t> believed_at_us_{0};  // by the monotonic clock
  std::atomic<std::int64_t> mark_us_{0};
};

}  // namespace farthing::store
