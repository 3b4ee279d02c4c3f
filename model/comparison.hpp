// SPDX-License-Identifier: Apache-2.0
// Compares what a ledger says of one moment with the model at that moment. Each function returns
// what differs, one sentence each; nothing when both agree.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "model/model_ledger.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"

namespace farthing::model {

using Complaints = std::vector<std::string>;

std::vector<ModelLedger::Part> parts_of(const std::vector<ledger::LotAmount>& lots);
bool is_same(const ModelLedger::Hold& hold, const ledger::HoldStatus& status);

Complaints compare_balance(const ModelLedger& model, const ledger::Balance& balance);
// Compares the state except the end of the chain, which the model does not have.
Complaints compare_state(const ModelLedger& model, const ledger::OrganizationState& state);
// Compares what a caller's key has spent and holds at an instant.
Complaints compare_spending(const ModelLedger& model, ApiKeyId caller_key,
                            const ledger::KeySpending& spending, Instant at);
// Compares the record of a caller's key as of an instant, null when it has none.
Complaints compare_spending_record(const ModelLedger& model, ApiKeyId caller_key,
                                   const ledger::SpendingRecord* record, Instant at);
// Compares a record; null means that there is none of that id.
Complaints compare_record(const ModelLedger& model, const Id128& id, const ledger::Record* record);
// Compares a refusal; null means that nothing was refused.
Complaints compare_refusal(const std::optional<ModelLedger::Refusal>& expected,
                           const Error* refusal);

}  // namespace farthing::model
