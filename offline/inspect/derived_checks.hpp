// SPDX-License-Identifier: Apache-2.0
// Holds what a store has derived from an organization's entries against what the verifier has
// computed from the same entries.
#pragma once

#include <map>

#include "base/id.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "verify/finding.hpp"
#include "verify/ledger_verifier.hpp"

namespace farthing::inspect {

verify::Check check_state(const ledger::OrganizationState& state,
                          const verify::LedgerVerifier& verifier);

// `record` is that of `id`.
verify::Check check_record(const Id128& id, const ledger::Record& record,
                           const verify::Movements& movements);

// The records of callers' keys, with the spending in the state that they belong to.
using SpendingRecords = std::map<Id128, ledger::SpendingRecord>;
verify::Check check_spending_records(const SpendingRecords& records,
                                     const ledger::OrganizationState& state,
                                     const verify::Movements& movements);

}  // namespace farthing::inspect
