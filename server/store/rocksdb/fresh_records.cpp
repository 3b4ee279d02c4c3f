// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/fresh_records.hpp"

#include "base/check.hpp"

namespace farthing::store {

void FreshRecords::add(const std::shared_ptr<const JournalBatch>& batch, const ledger::Entry& entry,
                       std::size_t index) {
  const auto changed = ledger::record_changed_by(entry);
  if (!changed) return;
  if (runs_.empty()) runs_.emplace_back();
  Run& run = runs_.back();
  run.changes[{entry.organization.value, *changed}].push_back({.batch = batch, .index = index});
  run.last_batch = batch->number;
}

void FreshRecords::update(ledger::Record& record, OrganizationId organization,
                          const Id128& id) const {
  for (const Run& run : runs_) {
    const auto changes = run.changes.find({organization.value, id});
    if (changes == run.changes.end()) continue;
    for (const Place& place : changes->second) {
      const auto entry = ledger::decode_entry(place.batch->encoded_entry(place.index));
      CHECK(entry);
      ledger::apply(record, *entry);
    }
  }
}

void FreshRecords::begin_run() {
  if (!runs_.empty() && !runs_.back().changes.empty()) runs_.emplace_back();
}

void FreshRecords::forget(std::uint64_t number) {
  while (!runs_.empty() && !runs_.front().changes.empty() && runs_.front().last_batch <= number) {
    runs_.pop_front();
  }
}

}  // namespace farthing::store
