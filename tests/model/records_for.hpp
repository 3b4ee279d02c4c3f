// SPDX-License-Identifier: Apache-2.0
// What a command needs of an organization whose records are all in memory.
#pragma once

#include <optional>

#include "base/check.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/record_book.hpp"

namespace farthing::model {

// Collects it from `book`, which is as of `state`.
inline ledger::Records records_for(const ledger::Command& command,
                                   const ledger::OrganizationState& state,
                                   const ledger::RecordBook& book) {
  const auto find_record = [&book](const Id128& id) -> Result<std::optional<ledger::Record>> {
    const ledger::Record* record = book.find(id);
    return record == nullptr ? std::nullopt : std::optional(*record);
  };
  const auto find_spending = [&book](ApiKeyId caller_key) -> Result<ledger::SpendingRecord> {
    const ledger::SpendingRecord* record = book.find_spending(caller_key);
    return record == nullptr ? ledger::SpendingRecord() : *record;
  };
  auto records = ledger::collect_records(state, command, find_record, find_spending);
  CHECK(records);
  return *std::move(records);
}

}  // namespace farthing::model
