// SPDX-License-Identifier: Apache-2.0
// Applies an entry to the state. Nothing else changes a state: a command just decided and an entry
// read back from the journal both come here.
#pragma once

#include <vector>

#include "server/ledger/entry.hpp"
#include "server/ledger/spending_record.hpp"
#include "server/ledger/state.hpp"

namespace farthing::ledger {

// Applies `entry`, which must be the next of the organization's chain and complete, hash included.
// Returns what leaves the state for the records of callers' keys, in the order of the keys: mostly
// nothing, but with the first entry of a UTC day all that was spent on days before. A caller that
// keeps no records may ignore it.
std::vector<PastSpending> apply(OrganizationState& state, const Entry& entry);

}  // namespace farthing::ledger
