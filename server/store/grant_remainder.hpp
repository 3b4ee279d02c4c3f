// SPDX-License-Identifier: Apache-2.0
// The remainder of each grant of an organization at one moment. Events due by then count, whether
// they are booked or not.
#pragma once

#include <unordered_map>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/state.hpp"

namespace farthing::store {

class GrantRemainders {
 public:
  // `at` must not be before `state.last_at`.
  GrantRemainders(const ledger::OrganizationState& state, Instant at);

  // Returns what is neither spent nor held; zero for a grant that has ended.
  Credits of(const Id128& grant) const;

 private:
  void count(const ledger::OrganizationState& state);

  std::unordered_map<Id128, Credits, Id128Hash> remaining_;
};

}  // namespace farthing::store
