// SPDX-License-Identifier: Apache-2.0
// The spending of callers' keys from one organization's credits, recomputed from its entries: in
// all, in the UTC month and on the UTC day of the last charge or refund, and what their open holds
// have. It is counted in two parts, as stores keep it: the UTC day of the last entry, with what is
// held, and the days before.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"

namespace farthing::verify {

class Spending {
 public:
  // Amounts are in 10⁻⁹ credits and end at the largest there is. Only the spending of one day may
  // be below zero, where refunds of earlier charges may exceed charges.
  struct OfKey {
    std::int64_t held = 0;
    std::int64_t total = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    std::int64_t day_number = 0;  // days since 1970-01-01
  };

  // Begins another day if `at`, the time of the entry with the number `seq`, is on one. Must be
  // called before that entry is counted.
  void begin(Instant at, std::uint64_t seq);
  // Counts a charge; without a key it counts nothing, like the calls below.
  void charge(const std::optional<Id128>& key, Credits amount, Instant at);
  // Counts a refund. `charge` is the id of the charge, which says when the charge was made.
  void refund(const std::optional<Id128>& key, Credits amount, const Id128& charge, Instant at);
  // Counts a change of what is held; `amount` is below zero when a hold has less than before.
  void hold(const std::optional<Id128>& key, std::int64_t amount);

  using Keys = std::map<Id128, OfKey>;
  // Returns the day of the last entry: the keys that have an open hold or whose spending changed.
  const Keys& today() const { return today_; }
  // Returns the days before: all keys that anything was ever counted for. Nothing in it is held, or
  // spent on the day of the last entry.
  const Keys& before() const { return before_; }
  // Returns the number of the entry that began the day after the last one in `before()` of a key
  // that is there.
  std::uint64_t moved_by(const Id128& key) const { return moved_by_.at(key); }
  // Returns whether the entry with that number was the first of its day.
  bool begins_day(std::uint64_t seq) const { return std::ranges::binary_search(day_begins_, seq); }
  // Returns the sum of both parts as of the day of the last entry, for the keys that have any.
  Keys whole() const;

 private:
  template <class Change>
  void change(const std::optional<Id128>& key, Change change);

  std::int64_t day_number_ = 0;  // of the last entry
  Keys today_;
  Keys before_;
  std::map<Id128, std::uint64_t> moved_by_;  // of the keys in `before_`
  std::vector<std::uint64_t> day_begins_;    // the numbers of the first entries of days
};

// Returns `spent` as of a day that is not before its own.
Spending::OfKey as_of(std::int64_t day_number, Spending::OfKey spent);

}  // namespace farthing::verify
