// SPDX-License-Identifier: Apache-2.0
#include "server/store/current_state.hpp"

#include <algorithm>
#include <utility>

#include "server/ledger/decide.hpp"

namespace farthing::store {

CurrentState make_current(ledger::OrganizationState state, Instant now) {
  const Instant at = std::max(now, state.last_at);
  if (state.next_due_at && *state.next_due_at <= at) state = ledger::state_at(state, at);
  return {.at = at, .state = std::move(state)};
}

CurrentSpending make_current_spending(ledger::OrganizationState state,
                                      const ledger::SpendingRecord& before, ApiKeyId caller_key,
                                      Instant now) {
  const auto spending =
      ledger::spending_of(state, before, caller_key, std::max(now, state.last_at));
  return {.current = make_current(std::move(state), now), .spending = spending};
}

}  // namespace farthing::store
