// SPDX-License-Identifier: Apache-2.0
// Tells whether what was decoded can be what the rules have stored. The rules CHECK what they rely
// on, so whatever comes out of a database that others can write to, or a disk can damage, is looked
// at here first. A sound value may still be wrong: the verifier of ledgers finds that.
#pragma once

#include "server/ledger/entry.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"

namespace farthing::ledger {

// Returns whether the entry has what entries of its kind have, and amounts that can be added up.
bool is_sound(const Entry& entry);
// Returns whether the parts add up to the balance and stand in their order.
bool is_sound(const OrganizationState& state);
bool is_sound(const Record& record);
// Returns whether the record is of the kind of thing that the entry changes.
bool is_about(const Record& record, const Entry& entry);

}  // namespace farthing::ledger
