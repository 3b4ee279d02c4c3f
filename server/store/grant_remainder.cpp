// SPDX-License-Identifier: Apache-2.0
#include "server/store/grant_remainder.hpp"

namespace farthing::store {

GrantRemainders::GrantRemainders(const ledger::OrganizationState& state, Instant at) {
  for (const auto* lots : {&state.spendable, &state.coming}) {
    for (const ledger::Lot& lot : *lots) {
      const bool has_ended = lot.terms.expires_at && *lot.terms.expires_at <= at;
      if (!has_ended) remaining_.emplace(lot.grant, lot.remaining);
    }
  }
}

Credits GrantRemainders::of(const Id128& grant) const {
  const auto found = remaining_.find(grant);
  return found == remaining_.end() ? Credits() : found->second;
}

}  // namespace farthing::store
