// SPDX-License-Identifier: Apache-2.0
#include "server/store/grant_remainder.hpp"

#include "server/ledger/decide.hpp"

namespace farthing::store {

GrantRemainders::GrantRemainders(const ledger::OrganizationState& state, Instant at) {
  const bool is_due = state.next_due_at && *state.next_due_at <= at;
  count(is_due ? ledger::state_at(state, at) : state);
}

void GrantRemainders::count(const ledger::OrganizationState& state) {
  for (const auto* lots : {&state.spendable, &state.coming}) {
    for (const ledger::Lot& lot : *lots) remaining_.emplace(lot.grant, lot.remaining);
  }
}

Credits GrantRemainders::of(const Id128& grant) const {
  const auto found = remaining_.find(grant);
  return found == remaining_.end() ? Credits() : found->second;
}

}  // namespace farthing::store
