// SPDX-License-Identifier: Apache-2.0
// How an entry changes the state: the one place that does, for a command just decided and for an
// entry read back from the journal alike.
#pragma once

#include <vector>

#include "server/ledger/entry.hpp"
#include "server/ledger/spending_record.hpp"
#include "server/ledger/state.hpp"

namespace farthing::ledger {

// `entry` must be the next of the organization's chain and complete, hash included. Returns what
// leaves the state for the records of callers' keys, in the order of the keys: mostly nothing, but
// with the first entry of a UTC day all that was spent on days before. Who keeps no records lets it
// go.
std::vector<PastSpending> apply(OrganizationState& state, const Entry& entry);

}  // namespace farthing::ledger
