// SPDX-License-Identifier: Apache-2.0
#include "verify/spending.hpp"

#include <algorithm>
#include <chrono>
#include <limits>

namespace farthing::verify {
namespace {

constexpr std::int64_t kUsPerDay = 86'400'000'000;
constexpr std::size_t kTimeBytes = 6;  // of an id, milliseconds since 1970

std::int64_t day_of(Instant at) { return at.us() / kUsPerDay; }

// Counted through all years.
std::int64_t month_of(std::int64_t day_number) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day_number))};
  return std::int64_t{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month());
}

Instant time_of(const Id128& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < kTimeBytes; ++i) ms = ms * 256 + id.bytes[i];
  return Instant::from_us(ms * 1000);
}

void add(std::int64_t& sum, std::int64_t amount) {
  if (__builtin_add_overflow(sum, amount, &sum)) sum = std::numeric_limits<std::int64_t>::max();
}

void subtract(std::int64_t& sum, std::int64_t amount) { sum -= std::min(sum, amount); }

void move_to(std::int64_t day_number, Spending::OfKey& spent) {
  if (month_of(day_number) != month_of(spent.day_number)) spent.month = 0;
  if (day_number != spent.day_number) spent.day = 0;
  spent.day_number = day_number;
}

}  // namespace

template <class Change>
void Spending::change(const std::optional<Id128>& key, Change change) {
  if (!key) return;
  const auto place = keys_.try_emplace(*key).first;
  OfKey& spent = place->second;
  change(spent);
  if (spent.held == 0 && spent.total == 0 && spent.month == 0 && spent.day == 0) keys_.erase(place);
}

void Spending::charge(const std::optional<Id128>& key, Credits amount, Instant at) {
  change(key, [&](OfKey& spent) {
    move_to(day_of(at), spent);
    for (std::int64_t* sum : {&spent.total, &spent.month, &spent.day}) add(*sum, amount.nano());
  });
}

void Spending::refund(const std::optional<Id128>& key, Credits amount, const Id128& charge,
                      Instant at) {
  const std::int64_t charged_on = day_of(time_of(charge));
  change(key, [&](OfKey& spent) {
    move_to(day_of(at), spent);
    subtract(spent.total, amount.nano());
    if (month_of(charged_on) == month_of(spent.day_number)) subtract(spent.month, amount.nano());
    if (charged_on == spent.day_number) subtract(spent.day, amount.nano());
  });
}

void Spending::hold(const std::optional<Id128>& key, std::int64_t amount) {
  change(key, [&](OfKey& spent) { spent.held += amount; });
}

}  // namespace farthing::verify
