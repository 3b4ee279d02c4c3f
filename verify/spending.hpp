// SPDX-License-Identifier: Apache-2.0
// What callers' keys have spent of one organization's credits, recomputed from what its entries
// name: in all, in the UTC month and on the UTC day of the last charge or refund, and what their
// open holds have.
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
  // Amounts in 10⁻⁹ credits; those of charges end at the largest that there is, and at zero.
  struct OfKey {
    std::int64_t held = 0;
    std::int64_t total = 0;
    std::int64_t month = 0;
    std::int64_t day = 0;
    std::int64_t day_number = 0;  // days since 1970-01-01
  };

  // Nothing is counted for nobody.
  void charge(const std::optional<Id128>& key, Credits amount, Instant at);
  // `charge` is the id of the charge, which says when it was made.
  void refund(const std::optional<Id128>& key, Credits amount, const Id128& charge, Instant at);
  // Below zero when a hold has less than before.
  void hold(const std::optional<Id128>& key, std::int64_t amount);

  // Those of which anything is left to tell.
  const std::map<Id128, OfKey>& keys() const { return keys_; }

 private:
  template <class Change>
  void change(const std::optional<Id128>& key, Change change);

  std::map<Id128, OfKey> keys_;
};

}  // namespace farthing::verify
