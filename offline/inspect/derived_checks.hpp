// SPDX-License-Identifier: Apache-2.0
// Holds what a store has derived from an organization's entries against what the verifier has
// computed from the same entries.
#pragma once

#include <cstdint>
#include <map>

#include "base/id.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "verify/finding.hpp"
#include "verify/ledger_verifier.hpp"

namespace farthing::inspect {

// Whether the audit log tells of the making of an organization. What was derived for one that it
// does not tell of may be from versions that have kept less.
enum class Making : std::uint8_t { told, untold };

verify::Check check_state(const ledger::OrganizationState& state,
                          const verify::LedgerVerifier& verifier, Making making);

// `record` is that of `id`.
verify::Check check_record(const Id128& id, const ledger::Record& record,
                           const verify::Movements& movements, Making making);

// The records of callers' keys, with the spending in the state that they belong to. `check_state`
// has found nothing wrong with it.
using SpendingRecords = std::map<Id128, ledger::SpendingRecord>;
verify::Check check_spending_records(const SpendingRecords& records,
                                     const ledger::OrganizationState& state,
                                     const verify::Movements& movements);

}  // namespace farthing::inspect
