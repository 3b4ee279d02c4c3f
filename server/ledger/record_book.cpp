// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/record_book.hpp"

#include "base/check.hpp"

namespace farthing::ledger {

void RecordBook::apply(const Entry& entry) {
  if (const auto changed = record_changed_by(entry)) {
    const auto record = records_.find(*changed);
    CHECK(record != records_.end());
    ledger::apply(record->second, entry);
  }
  if (auto made = make_record(entry)) records_.emplace(entry.subject, *std::move(made));
}

void RecordBook::apply(const PastSpending& past) {
  ledger::apply(spending_[past.caller_key.value], past);
}

void RecordBook::apply(const Booked& booked) {
  for (const Entry& entry : booked.entries()) apply(entry);
  for (const PastSpending& past : booked.past_spending()) apply(past);
}

const SpendingRecord* RecordBook::find_spending(ApiKeyId caller_key) const {
  const auto record = spending_.find(caller_key.value);
  return record == spending_.end() ? nullptr : &record->second;
}

const Record* RecordBook::find(const Id128& id) const {
  const auto record = records_.find(id);
  return record == records_.end() ? nullptr : &record->second;
}

}  // namespace farthing::ledger
