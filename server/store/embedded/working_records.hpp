// SPDX-License-Identifier: Apache-2.0
// The past that the committer decides upon: outcomes and records as they are when all that is
// decided is synced. Each is made of what the derived part has, looked up before the command joined
// the queue where that still counts, and of what is too fresh to be there. Used by the committer's
// thread only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/directory/command.hpp"
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

  using Erased = std::map<directory::Erasure, std::uint64_t>;

  WorkingRecords(Derived derived, FreshOutcomes fresh_outcomes, FreshRecords fresh_records,
                 Erased erased);

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
  // Returns the record of a caller's key. `looked_up` and `position` mean the same as in `find`.
  Result<ledger::SpendingRecord> find_spending(OrganizationId organization, ApiKeyId caller_key,
                                               const ledger::SpendingRecord* looked_up,
                                               std::uint64_t position) const;

  // Takes in what was booked, before `batch` gets it.
  void add(const ledger::Booked& booked, const CommitBatch& batch);
  // Takes in that the idempotency key in `booked` has led to it, after `batch` has got it.
  void add_outcome(const ledger::Booked& booked, const CommitBatch& batch);
  // Returns the number of the batch that erases this, as long as it may not be done.
  std::optional<std::uint64_t> find_erasure(const directory::Erasure& erasure) const;
  // Takes in that something of before is erased, before `batch` is written.
  void erase(const directory::Erasure& erasure, const CommitBatch& batch);
  // Makes what is added from here on belong to the deriver's next run.
  void begin_run();
  // Forgets what had been derived when this was called last. The delay of one call lets a look-up
  // that was made before a command joined the queue still count when the command is decided.
  void forget_derived();

 private:
  // Returns whether nothing that has come since a look-up at that position has been forgotten here.
  bool counts(std::uint64_t position) const { return position >= fresh_outcomes_.forgotten_to(); }

  // Takes out of the entries what was erased.
  std::vector<ledger::Entry> without_erased(std::vector<ledger::Entry> entries) const;

  const Derived derived_;
  FreshOutcomes fresh_outcomes_;
  FreshRecords fresh_records_;
  // Entries without texts which may still have them in what is fresh or was looked up, people of whom
  // something may still be there, and the batches that have erased them.
  Erased erased_;
  std::uint64_t forget_next_ = 0;
};

}  // namespace farthing::store::embedded
