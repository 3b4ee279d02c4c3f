// SPDX-License-Identifier: Apache-2.0
// One batch of the committer: what it has decided, and the answers that wait for its sync.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/record.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/embedded/commit_request.hpp"
#include "server/store/embedded/journal/journal_record.hpp"
#include "server/store/embedded/memory/working_ledger.hpp"
#include "server/store/store.hpp"

namespace farthing::store::embedded {

// Answers that wait for the sync.
class CommitAnswers {
 public:
  void add(Reply<ledger::Outcome> reply, Result<ledger::Outcome> result) {
    settled_.emplace_back(std::move(reply), std::move(result));
  }
  void add(Reply<directory::DirectoryOutcome> reply, Result<directory::DirectoryOutcome> result) {
    changed_.emplace_back(std::move(reply), std::move(result));
  }
  void add(Reply<Done> reply, Result<Done> result) {
    noted_.emplace_back(std::move(reply), std::move(result));
  }
  void add(Reply<ledger::OrganizationState> reply, Result<ledger::OrganizationState> result) {
    states_.emplace_back(std::move(reply), std::move(result));
  }
  void add(Reply<FoundRecords> reply, Result<FoundRecords> result) {
    records_.emplace_back(std::move(reply), std::move(result));
  }
  void add(Reply<FoundSpending> reply, Result<FoundSpending> result) {
    spending_.emplace_back(std::move(reply), std::move(result));
  }

  void add(Reply<std::uint64_t> reply, Result<std::uint64_t> result) {
    numbers_.emplace_back(std::move(reply), std::move(result));
  }

  // Gives every answer, or the refusal in the place of each.
  void give(const std::optional<Error>& refusal);

 private:
  template <class T>
  using Pending = std::vector<std::pair<Reply<T>, Result<T>>>;

  Pending<ledger::Outcome> settled_;
  Pending<directory::DirectoryOutcome> changed_;
  Pending<Done> noted_;
  Pending<ledger::OrganizationState> states_;
  Pending<FoundRecords> records_;
  Pending<FoundSpending> spending_;
  Pending<std::uint64_t> numbers_;
};

class CommitBatch {
 public:
  // The organization that an entry belongs to, and the entry's number there.
  struct BookedFor {
    WorkingLedger::Organization* organization;
    std::uint64_t seq;
  };

  CommitBatch(std::uint64_t number, const LedgerTime& time)
      : at(time.at),
        is_clock_in_doubt(time.is_in_doubt),
        batch(std::make_shared<JournalBatch>()),
        record(*batch, number, time.at) {}

  // Adds what has just been booked to the record.
  void add(WorkingLedger::Organization& organization, const ledger::Booked& booked);
  // Returns the record of what an entry of this very batch has made, as that entry left it.
  // Searches the batch: only a caller who guesses an id gets here.
  std::optional<ledger::Record> find_made(OrganizationId organization, const Id128& id) const;

  const Instant at;  // of its decisions
  const bool is_clock_in_doubt;
  const std::shared_ptr<JournalBatch> batch;
  JournalRecordWriter record;
  std::vector<BookedFor> booked_for;  // one for each entry of the batch
  std::vector<directory::AuditRecord> audit_records;
  // The time of the clock that an operator has confirmed.
  std::optional<Instant> confirmed_time;
  bool is_mark_wanted = false;  // a record, even if nothing is in it
  // The changes that erase something, whose answers wait until it is erased.
  struct Erasure {
    Reply<directory::DirectoryOutcome> reply;
    directory::DirectoryOutcome outcome;
    std::uint64_t number = 0;  // of the batch that erases it: this one, or one before
  };
  std::vector<Erasure> erasures;
};

}  // namespace farthing::store::embedded
