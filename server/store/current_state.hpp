// SPDX-License-Identifier: Apache-2.0
// An organization's state as it is at one moment, events due by then counted whether booked or not.
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

}  // namespace farthing::store
