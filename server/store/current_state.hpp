// SPDX-License-Identifier: Apache-2.0
// An organization's state as it is at one moment, events due by then counted whether booked or not,
// and what a caller's key has spent by then.
#pragma once

#include "base/instant.hpp"
#include "server/ledger/state.hpp"

namespace farthing::store {

struct CurrentState {
  Instant at;
  ledger::OrganizationState state;
};

// `state` as it is at `now`, or at its last entry if that is later.
CurrentState make_current(ledger::OrganizationState state, Instant now);

struct CurrentSpending {
  CurrentState current;
  ledger::KeySpending spending;  // all of it, and what the key holds
};

// The same for a caller's key whose record as of `state` is `before`.
CurrentSpending make_current_spending(ledger::OrganizationState state,
                                      const ledger::SpendingRecord& before, ApiKeyId caller_key,
                                      Instant now);

}  // namespace farthing::store
