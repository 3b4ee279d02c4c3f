// SPDX-License-Identifier: Apache-2.0
// How an entry changes the state: the one place that does, for a command just decided and for an
// entry read back from the journal alike.
#pragma once

#include "server/ledger/entry.hpp"
#include "server/ledger/state.hpp"

namespace farthing::ledger {

// `entry` must be the next of the organization's chain and complete, hash included.
void apply(OrganizationState& state, const Entry& entry);

}  // namespace farthing::ledger
