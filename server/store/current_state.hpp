// SPDX-License-Identifier: Apache-2.0
// An organization's state at one moment, and what a caller's key has spent by then. Events due by
// then count, whether they are booked or not.
#pragma once

#include "base/instant.hpp"
#include "server/ledger/state.hpp"

namespace farthing::store {

struct CurrentState {
  Instant at;
  ledger::OrganizationState state;
};

// Returns `state` as it is at `now`, or at its last entry if that is later.
CurrentState make_current(ledger::OrganizationState state, Instant now);

struct CurrentSpending {
  CurrentState current;
  ledger::KeySpending spending;  // all of it, and what the key holds
};

// Returns that state together with what a caller's key has spent; `before` is the key's record as
// of `state`.
CurrentSpending make_current_spending(ledger::OrganizationState state,
                                      const ledger::SpendingRecord& before, ApiKeyId caller_key,
                                      Instant now);

}  // namespace farthing::store
