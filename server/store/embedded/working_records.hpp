// SPDX-License-Identifier: Apache-2.0
// What the committer knows of the past: outcomes and records as they are when all that is decided
// is synced. Each is what the derived part has, looked up on the way to the queue where that still
// counts, and on top of it what is too fresh to be there. The committer's thread's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/record.hpp"
#include "server/store/embedded/commit_batch.hpp"
#include "server/store/embedded/memory/fresh_outcomes.hpp"
#include "server/store/embedded/memory/fresh_records.hpp"
#include "server/store/embedded/memory/key_filter.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/embedded/tables/deriver.hpp"
#include "server/store/embedded/tables/outcome_lookup.hpp"
#include "server/store/embedded/tables/record_reads.hpp"

namespace farthing::store::embedded {

class WorkingRecords {
 public:
  // The derived part; all must outlive this.
  struct Derived {
    const Database& database;
    const KeyFilter& keys;
    const Deriver& deriver;
    const RecordReads& records;
  };

  WorkingRecords(Derived derived, FreshOutcomes fresh_outcomes, FreshRecords fresh_records);

  // Returns the entries that the key led to, none if it led to nothing. Takes `lookup` away.
  Result<std::vector<ledger::Entry>> find_outcome(OrganizationId organization,
                                                  const std::string& key,
                                                  OutcomeLookup& lookup) const;
  // Returns the record of what `id` leads to, also where `batch` has made it. `looked_up` is as it
  // was when the derived part had got to `position`; null: it was not looked up.
  Result<std::optional<ledger::Record>> find(OrganizationId organization, const Id128& id,
                                             const std::optional<ledger::Record>* looked_up,
                                             std::uint64_t position,
                                             const CommitBatch& batch) const;
  // The same for the record of a caller's key.
  Result<ledger::SpendingRecord> find_spending(OrganizationId organization, ApiKeyId caller_key,
                                               const ledger::SpendingRecord* looked_up,
                                               std::uint64_t position) const;

  // Takes in what was booked, which `batch` is about to get.
  void add(const ledger::Booked& booked, const CommitBatch& batch);
  // Takes in that the key in what was booked, which `batch` has just got, has led to it.
  void add_outcome(const ledger::Booked& booked, const CommitBatch& batch);
  // What is added from here on belongs to the deriver's next run.
  void begin_run();
  // Forgets what had been derived when this was called last. So a look-up that was made on the way
  // to the queue still counts when its command is decided.
  void forget_derived();

 private:
  // Whether nothing has been forgotten here that has come since a look-up at that position.
  bool counts(std::uint64_t position) const { return position >= fresh_outcomes_.forgotten_to(); }

  const Derived derived_;
  FreshOutcomes fresh_outcomes_;
  FreshRecords fresh_records_;
  std::uint64_t forget_next_ = 0;
};

}  // namespace farthing::store::embedded
