// SPDX-License-Identifier: Apache-2.0
#include "server/store/effective_clock.hpp"

#include <sys/timex.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace farthing::store {
namespace {

// Clocks of databases and stored marks may say anything. A time that cannot be written counts as
// the first or the last instant, so that no sum below can overflow.
std::int64_t writable_us(Instant at) { return std::clamp(at, Instant(), Instant::max()).us(); }

void raise(std::atomic<std::int64_t>& value, std::int64_t to) {
  std::int64_t present = value.load(std::memory_order_relaxed);
  while (present < to && !value.compare_exchange_weak(present, to, std::memory_order_relaxed)) {
  }
}

}  // namespace

MonotonicClock system_monotonic_clock() {
  return [] {
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec));
  };
}

KernelWord ask_kernel() {
  timex time{};  // without modes nothing is set
  const int state = ::adjtimex(&time);
  if (state < 0) return KernelWord::unknown;
  const bool is_unsynchronised = state == TIME_ERROR || (time.status & STA_UNSYNC) != 0;
  return is_unsynchronised ? KernelWord::not_synchronised : KernelWord::synchronised;
}

ClockRules system_clock_rules(std::chrono::microseconds max_gap) {
  return {.monotonic = system_monotonic_clock(), .ask_kernel = ask_kernel, .max_gap = max_gap};
}

EffectiveClock::EffectiveClock(const Clock& clock, ClockRules rules)
    : clock_(clock), rules_(std::move(rules)) {
  const Reading reading = read_clocks();
  offset_us_ = reading.clock_us - reading.monotonic_us;
  believe(reading);
}

void EffectiveClock::start_at(std::optional<Instant> mark, std::chrono::microseconds max_gap) {
  if (!mark) return;
  const Reading reading = read_clocks();
  const std::int64_t mark_us = writable_us(*mark);
  raise(mark_us_, mark_us);
  const std::int64_t gap_us = reading.clock_us - mark_us;
  const bool is_credible = gap_us <= max_gap.count() || read_kernel() == KernelWord::synchronised;
  if (gap_us >= 0 && is_credible) {
    believed_gap_us_ = gap_us;
    return believe(reading);
  }
  // The wide limit holds until the clock is right, so that setting a clock that is behind is no
  // leap.
  start_mark_us_ = mark_us;
  offset_us_ = mark_us - reading.monotonic_us;
  limit_us_ = max_gap.count();
  is_starting_ = true;
}

LedgerTime EffectiveClock::read() {
  const Reading reading = read_clocks();
  if (is_starting_.load(std::memory_order_relaxed) && !reading.is_in_doubt &&
      reading.clock_us >= start_mark_us_) {
    believe(reading);
  }
  raise(mark_us_, reading.is_in_doubt ? reading.expected_us : reading.clock_us);
  return {.at = Instant::from_us(mark_us_.load(std::memory_order_relaxed)),
          .is_in_doubt = reading.is_in_doubt};
}

ClockStatus EffectiveClock::status() {
  const Instant ledger_time = now();
  const Reading reading = read_clocks();
  ClockStatus status{.clock = Instant::from_us(reading.clock_us),
                     .ledger_time = ledger_time,
                     .expected = Instant::from_us(reading.expected_us),
                     .believed_gap = std::chrono::microseconds(believed_gap_us_.load())};
  if (reading.is_in_doubt) {
    status.doubt =
        is_starting_.load(std::memory_order_relaxed) ? ClockDoubt::start : ClockDoubt::leap;
  }
  return status;
}

void EffectiveClock::raise_mark(Instant mark) {
  raise(mark_us_, writable_us(mark));
  raise_offset(writable_us(mark), read_clocks().monotonic_us);
}

void EffectiveClock::keep_up() {
  const Reading reading = read_clocks();
  const bool is_starting = is_starting_.load(std::memory_order_relaxed);
  if (reading.is_in_doubt) {
    if (is_starting && read_kernel() == KernelWord::synchronised) believe(reading);
    return;
  }
  if (!is_starting && reading.monotonic_us - believed_at_us_ >= kMarkInterval.count()) {
    believed_gap_us_ = 0;
    believe(reading);
  }
}

EffectiveClock::Reading EffectiveClock::read_clocks() const {
  Reading reading{.clock_us = writable_us(clock_.now())};
  reading.expected_us = reading.clock_us;
  if (!rules_.monotonic) return reading;
  reading.monotonic_us = rules_.monotonic().count();
  reading.expected_us = reading.monotonic_us + offset_us_.load(std::memory_order_relaxed);
  reading.is_in_doubt =
      reading.clock_us - reading.expected_us > limit_us_.load(std::memory_order_relaxed);
  return reading;
}

KernelWord EffectiveClock::read_kernel() const {
  return rules_.ask_kernel ? rules_.ask_kernel() : KernelWord::unknown;
}

// Raises the offset before it sets the smaller limit: a thread that reads in between finds the
// larger one.
void EffectiveClock::believe(const Reading& reading) {
  raise_offset(reading.clock_us, reading.monotonic_us);
  believed_at_us_ = reading.monotonic_us;
  limit_us_ = kLargestLeap.count();
  is_starting_ = false;
}

// Never lowers the offset: setting a clock right that was set back is no leap.
void EffectiveClock::raise_offset(std::int64_t time_us, std::int64_t monotonic_us) {
  raise(offset_us_, time_us - monotonic_us);
}

}  // namespace farthing::store
