// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/working_records.hpp"

#include <utility>

#include "base/check.hpp"

namespace farthing::store::embedded {
namespace {

std::vector<ledger::Entry> read_outcome(FreshOutcomes::Place place) {
  std::vector<ledger::Entry> entries;
  do {
    auto entry = ledger::decode_entry(place.batch->encoded_entry(place.index++));
    CHECK(entry);
    entries.push_back(*std::move(entry));
  } while (entries.back().is_continued);
  return entries;
}

}  // namespace

WorkingRecords::WorkingRecords(Derived derived, FreshOutcomes fresh_outcomes,
                               FreshRecords fresh_records, Erased erased)
    : derived_(derived),
      fresh_outcomes_(std::move(fresh_outcomes)),
      fresh_records_(std::move(fresh_records)),
      erased_(std::move(erased)) {}

Result<std::vector<ledger::Entry>> WorkingRecords::find_outcome(OrganizationId organization,
                                                                const std::string& key,
                                                                OutcomeLookup& lookup) const {
  if (const auto place = fresh_outcomes_.find(organization, key)) {
    return without_erased(read_outcome(*place));
  }
  if (lookup.entries.empty() && !counts(lookup.position)) {
    // The outcome may have been derived and forgotten here since the look-up was made.
    auto again = look_up_outcome(derived_.database, derived_.keys, derived_.deriver.position(),
                                 organization, key);
    if (!again) return std::move(again).error();
    lookup = *std::move(again);
  }
  return without_erased(std::move(lookup.entries));
}

std::vector<ledger::Entry> WorkingRecords::without_erased(
    std::vector<ledger::Entry> entries) const {
  if (erased_.empty()) return entries;
  for (ledger::Entry& entry : entries) {
    if (erased_.contains(
            directory::EntryTexts{.organization = entry.organization, .seq = entry.seq})) {
      ledger::erase_texts(entry);
    }
  }
  return entries;
}

Result<std::optional<ledger::Record>> WorkingRecords::find(
    OrganizationId organization, const Id128& id, const std::optional<ledger::Record>* looked_up,
    std::uint64_t position, const CommitBatch& batch) const {
  std::optional<ledger::Record> record;
  // The look-up counts only while nothing that has changed the record since is forgotten here.
  if (looked_up != nullptr && *looked_up && counts(position)) {
    record = *looked_up;
  } else {
    auto read = derived_.records.find(organization, id);
    if (!read) return std::move(read).error();
    record = *std::move(read);
  }
  if (!record) record = batch.find_made(organization, id);
  if (record) fresh_records_.update(*record, organization, id);
  return record;
}

Result<ledger::SpendingRecord> WorkingRecords::find_spending(
    OrganizationId organization, ApiKeyId caller_key, const ledger::SpendingRecord* looked_up,
    std::uint64_t position) const {
  ledger::SpendingRecord record;
  // The look-up counts only while nothing that was added to the record since is forgotten here.
  if (looked_up != nullptr && counts(position)) {
    record = *looked_up;
  } else {
    const auto read = derived_.records.find_spending(organization, caller_key);
    if (!read) return read.error();
    record = *read;
  }
  fresh_records_.update(record, organization, caller_key);
  return record;
}

void WorkingRecords::add(const ledger::Booked& booked, const CommitBatch& batch) {
  for (std::size_t i = 0; i < booked.size(); ++i) {
    fresh_records_.add(batch.batch, booked.entries()[i], batch.batch->entries.size() + i);
  }
  for (const ledger::PastSpending& past : booked.past_spending()) {
    fresh_records_.add(batch.batch->number, past);
  }
}

void WorkingRecords::add_outcome(const ledger::Booked& booked, const CommitBatch& batch) {
  const ledger::Entry& first = booked.entries().front();
  fresh_outcomes_.add(batch.batch, first.organization, first.origin.idempotency_key,
                      batch.batch->entries.size() - booked.size());
}

std::optional<std::uint64_t> WorkingRecords::find_erasure(const directory::Erasure& erasure) const {
  const auto found = erased_.find(erasure);
  return found == erased_.end() ? std::nullopt : std::optional(found->second);
}

void WorkingRecords::erase(const directory::Erasure& erasure, const CommitBatch& batch) {
  erased_[erasure] = batch.batch->number;
}

void WorkingRecords::begin_run() {
  fresh_outcomes_.begin_run();
  fresh_records_.begin_run();
}

void WorkingRecords::forget_derived() {
  const std::uint64_t position = derived_.deriver.position();
  if (position == forget_next_) return;
  fresh_outcomes_.forget(forget_next_);
  fresh_records_.forget(forget_next_);
  std::erase_if(erased_, [this](const auto& each) { return each.second <= forget_next_; });
  forget_next_ = position;
}

}  // namespace farthing::store::embedded
