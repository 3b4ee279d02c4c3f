// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/spending.hpp"

#include <algorithm>
#include <chrono>

#include "base/check.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

sys_days day_of(Instant at) {
  const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(at.us())};
  return std::chrono::floor<std::chrono::days>(time);
}

std::uint32_t number_of(sys_days day) {
  return static_cast<std::uint32_t>(day.time_since_epoch().count());
}

std::chrono::year_month month_of(sys_days day) {
  const year_month_day date(day);
  return date.year() / date.month();
}

sys_days day_numbered(std::uint32_t number) { return sys_days(std::chrono::days(number)); }

Instant begin_of(sys_days day) {
  return Instant::from_us(
      std::chrono::duration_cast<std::chrono::microseconds>(day.time_since_epoch()).count());
}

const Credits kLeast = Credits::from_nano(-Credits::max().nano());

void add(Credits& sum, Credits amount) {
  sum = sum.plus(amount).value_or(amount.is_positive() ? Credits::max() : kLeast);
}
void take(Credits& sum, Credits amount) {
  sum = std::max(sum.minus(amount).value_or(kLeast), kLeast);
}
// Returns the sum of both parts, which is never below zero.
Credits whole(Credits before, Credits since) {
  add(before, since);
  return std::max(before, Credits());
}

KeySpending as_of(KeySpending spending, sys_days today) {
  const sys_days before = day_numbered(spending.day_number);
  if (today == before) return spending;
  if (month_of(today) != month_of(before)) spending.month = {};
  spending.day = {};
  spending.day_number = number_of(today);
  return spending;
}

}  // namespace

std::string_view to_string(CapPeriod period) {
  switch (period) {
    case CapPeriod::day:
      return "day";
    case CapPeriod::month:
      return "month";
    case CapPeriod::total:
      return "total";
  }
  return {};
}

const std::optional<Credits>& SpendCaps::of(CapPeriod period) const {
  switch (period) {
    case CapPeriod::day:
      return day;
    case CapPeriod::month:
      return month;
    case CapPeriod::total:
      return total;
  }
  CHECK(false);
}

Credits KeySpending::spent(CapPeriod period) const {
  switch (period) {
    case CapPeriod::day:
      return day;
    case CapPeriod::month:
      return month;
    case CapPeriod::total:
      return total;
  }
  CHECK(false);
}

std::uint32_t day_number_of(Instant at) { return number_of(day_of(at)); }

KeySpending as_of(KeySpending spending, Instant at) { return as_of(spending, day_of(at)); }

KeySpending add_up(KeySpending before, KeySpending since) {
  const sys_days last = day_numbered(std::max(before.day_number, since.day_number));
  before = as_of(before, last);
  since = as_of(since, last);
  since.total = whole(before.total, since.total);
  since.month = whole(before.month, since.month);
  since.day = whole(before.day, since.day);
  return since;
}

void add_spent(KeySpending& spending, Credits amount, Instant at) {
  spending = as_of(spending, at);
  add(spending.total, amount);
  add(spending.month, amount);
  add(spending.day, amount);
}

void take_back_spent(KeySpending& spending, Credits amount, Instant spent_at, Instant at) {
  spending = as_of(spending, at);
  take(spending.total, amount);
  if (month_of(day_of(spent_at)) == month_of(day_of(at))) take(spending.month, amount);
  if (day_of(spent_at) == day_of(at)) take(spending.day, amount);
}

Credits left_under(Credits cap, CapPeriod period, const KeySpending& spending) {
  Credits used = spending.spent(period);
  add(used, spending.held);
  return minus(cap, std::min(cap, used));
}

std::optional<Instant> end_of_period(CapPeriod period, Instant at) {
  const sys_days today = day_of(at);
  switch (period) {
    case CapPeriod::day:
      return begin_of(today + std::chrono::days(1));
    case CapPeriod::month:
      return begin_of(sys_days((month_of(today) + std::chrono::months(1)) / 1));
    case CapPeriod::total:
      return {};
  }
  return {};
}

}  // namespace farthing::ledger
