// SPDX-License-Identifier: Apache-2.0
// What an organization's ledger was at an instant that is past: the latest state that the store has
// kept from before it, the entries since, and what was due by then, whether it was booked or not.
#pragma once

#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/store/current_state.hpp"
#include "server/store/store.hpp"

namespace farthing::store {

// Before the first entry it is empty. An instant in the future is refused (field "at"). `store`
// must outlive the pending answer.
void read_state_at(Store& store, OrganizationId organization, Instant at,
                   Reply<CurrentState> reply);

}  // namespace farthing::store
