// SPDX-License-Identifier: Apache-2.0
// Works out what an organization's ledger was at a past instant, from the latest state that the
// store has kept from before it, the entries since, and what was due by then, whether it was booked
// or not.
#pragma once

#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/store/current_state.hpp"
#include "server/store/store.hpp"

namespace farthing::store {

// Answers with the state at `at`, which is empty before the first entry. Refuses an instant in the
// future (field "at"). `store` must outlive the pending answer.
void read_state_at(Store& store, OrganizationId organization, Instant at,
                   Reply<CurrentState> reply);

}  // namespace farthing::store
