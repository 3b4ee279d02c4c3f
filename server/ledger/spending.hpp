// SPDX-License-Identifier: Apache-2.0
// The spending of an API key of one organization's credits, and its caps: by UTC day, by UTC month
// and in all. A charge is spent when it is booked; what open holds keep counts against every cap as
// long as they are open. What was spent stands in two parts: that of the present day in the state
// (state.hpp), that of the days before in a record (spending_record.hpp). Plain values and pure
// functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/credits.hpp"
#include "base/instant.hpp"

namespace farthing::ledger {

// Spelled as on the wire.
enum class CapPeriod : std::uint8_t { day, month, total };

inline constexpr std::array kCapPeriods = {CapPeriod::day, CapPeriod::month, CapPeriod::total};

std::string_view to_string(CapPeriod period);

// Caps on what a key may spend of each organization's credits; zero or more, nothing: as much as
// there is.
struct SpendCaps {
  std::optional<Credits> day;
  std::optional<Credits> month;
  std::optional<Credits> total;

  const std::optional<Credits>& of(CapPeriod period) const;
  bool is_empty() const { return !day && !month && !total; }

  friend bool operator==(const SpendCaps&, const SpendCaps&) = default;
};

// The spending of a key as of the day that it names, which is the last one on which something was
// spent or refunded. Sums end at the largest amount there is. None is below zero, except in one of
// the two parts, where it may be as far below as above: a day may have more refunds of earlier
// charges than charges.
struct KeySpending {
  Credits held;                  // by open holds
  Credits total;                 // charges and captures, less what was refunded
  Credits month;                 // of those of the day's month, less what was refunded within it
  Credits day;                   // of those of the day
  std::uint32_t day_number = 0;  // days since 1970-01-01, UTC

  Credits spent(CapPeriod period) const;
  bool has_spent() const { return !total.is_zero() || !month.is_zero() || !day.is_zero(); }
  // Returns whether it is as if the key had never spent.
  bool is_empty() const { return held.is_zero() && !has_spent(); }

  friend bool operator==(const KeySpending&, const KeySpending&) = default;
};

// Returns the days since 1970-01-01, UTC.
std::uint32_t day_number_of(Instant at);
// Returns `spending` as of the day of `at`, which must not be before its own.
KeySpending as_of(KeySpending spending, Instant at);
// Adds up what was spent before some midnight and, in `since`, after it. What is held stands in
// `since`.
KeySpending add_up(KeySpending before, KeySpending since);

// Adds a charge or capture at `at`.
void add_spent(KeySpending& spending, Credits amount, Instant at);
// Takes off a refund at `at` of what was spent at `spent_at`.
void take_back_spent(KeySpending& spending, Credits amount, Instant spent_at, Instant at);

// Returns what is left under the cap of a period, never below zero. `spending` is all spending as
// of the present.
Credits left_under(Credits cap, CapPeriod period, const KeySpending& spending);
// Returns when the period of `at` ends; nothing for one that never begins anew.
std::optional<Instant> end_of_period(CapPeriod period, Instant at);

}  // namespace farthing::ledger
