// SPDX-License-Identifier: Apache-2.0
// What callers' keys have spent of one organization's credits, recomputed from what its entries
// name: in all, in the UTC month and on the UTC day of the last charge or refund, and what their
// open holds have. It is counted in two parts, as stores keep it: what belongs to the UTC day of
// the last entry, with what is held, and what was spent on the days before.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"

namespace farthing::verify {

class Spending {
 public:
  // Amounts in 10⁻⁹ credits, that end at the largest there is. None is below zero but in what was
  // spent on one day, where refunds of earlier charges may be more than charges.
  struct OfKey {
    std::int64_t held = 0;
    std::int64_t total = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    std::int64_t day_number = 0;  // days since 1970-01-01
  };

  // To be called before an entry of that time is counted: another day begins with it, or none does.
  void begin(Instant at);
  // Nothing is counted for nobody.
  void charge(const std::optional<Id128>& key, Credits amount, Instant at);
  // `charge` is the id of the charge, which says when it was made.
  void refund(const std::optional<Id128>& key, Credits amount, const Id128& charge, Instant at);
  // Below zero when a hold has less than before.
  void hold(const std::optional<Id128>& key, std::int64_t amount);

  using Keys = std::map<Id128, OfKey>;
  // Of the day of the last entry: those that have an open hold, or of which more or less was spent.
  const Keys& today() const { return today_; }
  // Of the days before: all that anything was ever counted for. Nothing is held in it, and nothing
  // spent on the day.
  const Keys& before() const { return before_; }
  // What both say together of the day of the last entry, of those with anything to tell.
  Keys whole() const;

 private:
  template <class Change>
  void change(const std::optional<Id128>& key, Change change);

  std::int64_t day_number_ = 0;  // of the last entry
  Keys today_;
  Keys before_;
};

// The same as of a day that is not before its own.
Spending::OfKey as_of(std::int64_t day_number, Spending::OfKey spent);

}  // namespace farthing::verify
