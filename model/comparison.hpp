// SPDX-License-Identifier: Apache-2.0
// What a ledger says of one moment, held against the model at that moment. Each function returns
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
// All of it but the end of the chain, which the model does not have.
Complaints compare_state(const ModelLedger& model, const ledger::OrganizationState& state);
// What a ledger says that a caller's key has spent and holds at an instant.
Complaints compare_spending(const ModelLedger& model, ApiKeyId caller_key,
                            const ledger::KeySpending& spending, Instant at);
// The record of a caller's key as of an instant, null when it has none.
Complaints compare_spending_record(const ModelLedger& model, ApiKeyId caller_key,
                                   const ledger::SpendingRecord* record, Instant at);
// Null: there is no record of that id.
Complaints compare_record(const ModelLedger& model, const Id128& id, const ledger::Record* record);
// Null: it was not refused.
Complaints compare_refusal(const std::optional<ModelLedger::Refusal>& expected,
                           const Error* refusal);

}  // namespace farthing::model
