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

// Returns the number of the month, counted through all years.
std::int64_t month_of(std::int64_t day_number) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day_number))};
  return std::int64_t{static_cast<int>(date.year())} * 12 + static_cast<unsigned>(date.month());
}

Instant time_of(const Id128& id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < kTimeBytes; ++i) ms = ms * 256 + id.bytes[i];
  return Instant::from_us(ms * 1000);
}

// Bounds a sum by the largest amount there is, and as much below zero.
std::int64_t bounded(__int128 sum) {
  constexpr __int128 kMost = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(sum, -kMost, kMost));
}

void add(std::int64_t& sum, std::int64_t amount) { sum = bounded(__int128{sum} + amount); }

void move_to(std::int64_t day_number, Spending::OfKey& spent) {
  if (month_of(day_number) != month_of(spent.day_number)) spent.month = 0;
  if (day_number != spent.day_number) spent.day = 0;
  spent.day_number = day_number;
}

bool has_spent(const Spending::OfKey& spent) {
  return spent.total != 0 || spent.month != 0 || spent.day != 0;
}

// Adds `day` to `before`, as of `day_number`. `day` is of that day or has spent nothing.
Spending::OfKey both(Spending::OfKey before, Spending::OfKey day, std::int64_t day_number) {
  move_to(day_number, before);
  move_to(day_number, day);
  const auto add_up = [](std::int64_t& sum, std::int64_t more) {
    add(sum, more);
    sum = std::max<std::int64_t>(sum, 0);
  };
  add_up(before.total, day.total);
  add_up(before.month, day.month);
  add_up(before.day, day.day);
  before.held = day.held;
  return before;
}

}  // namespace

Spending::OfKey as_of(std::int64_t day_number, Spending::OfKey spent) {
  move_to(day_number, spent);
  return spent;
}

void Spending::begin(Instant at, std::uint64_t seq) {
  const std::int64_t number = day_of(at);
  if (number == day_number_) return;
  day_begins_.push_back(seq);
  for (const auto& [key, spent] : today_) {
    if (!has_spent(spent)) continue;
    OfKey& before = before_[key];
    before = both(before, spent, spent.day_number);
    before.held = 0;
    before.day = 0;
    moved_by_[key] = seq;
  }
  std::erase_if(today_, [](const auto& each) { return each.second.held == 0; });
  for (auto& [key, spent] : today_) spent = {.held = spent.held};
  day_number_ = number;
}

Spending::Keys Spending::whole() const {
  Keys all;
  for (const auto& [key, spent] : before_) all[key] = both(spent, {}, day_number_);
  for (const auto& [key, spent] : today_) {
    const auto before = before_.find(key);
    all[key] = both(before == before_.end() ? OfKey() : before->second, spent, day_number_);
  }
  std::erase_if(all,
                [](const auto& each) { return each.second.held == 0 && !has_spent(each.second); });
  return all;
}

template <class Change>
void Spending::change(const std::optional<Id128>& key, Change change) {
  if (!key) return;
  const auto place = today_.try_emplace(*key).first;
  OfKey& spent = place->second;
  change(spent);
  if (spent.held == 0 && !has_spent(spent)) today_.erase(place);
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
    add(spent.total, -amount.nano());
    if (month_of(charged_on) == month_of(spent.day_number)) add(spent.month, -amount.nano());
    if (charged_on == spent.day_number) add(spent.day, -amount.nano());
  });
}

void Spending::hold(const std::optional<Id128>& key, std::int64_t amount) {
  change(key, [&](OfKey& spent) { spent.held += amount; });
}

}  // namespace farthing::verify
