// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/memory/fresh_records.hpp"

#include "base/check.hpp"

namespace farthing::store::embedded {

void FreshRecords::add(const std::shared_ptr<const JournalBatch>& batch, const ledger::Entry& entry,
                       std::size_t index) {
  const auto changed = ledger::record_changed_by(entry);
  if (!changed) return;
  last_run(batch->number)
      .changes[{entry.organization.value, *changed}]
      .push_back({.batch = batch, .index = index});
}

void FreshRecords::add(std::uint64_t batch, const ledger::PastSpending& past) {
  last_run(batch).spending[{past.organization.value, past.caller_key.value}].push_back(past);
}

// Returns the run that takes what comes from that batch.
FreshRecords::Run& FreshRecords::last_run(std::uint64_t batch) {
  if (runs_.empty()) runs_.emplace_back();
  runs_.back().last_batch = batch;
  return runs_.back();
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

void FreshRecords::update(ledger::SpendingRecord& record, OrganizationId organization,
                          ApiKeyId caller_key) const {
  for (const Run& run : runs_) {
    const auto days = run.spending.find({organization.value, caller_key.value});
    if (days == run.spending.end()) continue;
    for (const ledger::PastSpending& past : days->second) ledger::apply(record, past);
  }
}

void FreshRecords::begin_run() {
  if (!runs_.empty() && !runs_.back().is_empty()) runs_.emplace_back();
}

void FreshRecords::forget(std::uint64_t number) {
  while (!runs_.empty() && !runs_.front().is_empty() && runs_.front().last_batch <= number) {
    runs_.pop_front();
  }
}

}  // namespace farthing::store::embedded
