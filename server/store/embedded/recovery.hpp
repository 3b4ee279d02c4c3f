// SPDX-License-Identifier: Apache-2.0
// Reads at a start what the store works with: loads the derived part, and applies the journal's
// records that it does not cover.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/journal/journal_record.hpp"
#include "server/store/embedded/journal/journal_scan.hpp"
#include "server/store/embedded/memory/synced_states.hpp"
#include "server/store/embedded/memory/working_ledger.hpp"
#include "server/store/embedded/tables/checkpoint.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/embedded/tables/erased_places.hpp"

namespace farthing::store::embedded {

struct DerivedStart {
  Checkpoint checkpoint;
  std::unique_ptr<WorkingLedger> working = std::make_unique<WorkingLedger>();
  SyncedStates states;
  directory::AuditHead audit;
  ErasedList erased;  // the places whose older values may still be in files
};

// Returns the checkpoint of the database's last run; an empty one when there is none.
Result<Checkpoint> load_checkpoint(const Database& database);

// Fails when there is a journal and no database: opening one would make it anew.
Result<Done> check_database(const DataDirectory& directory);

// Returns what the store knows of its journal, to hold it against.
JournalKnown known_journal(const DataDirectory& directory, const Checkpoint& checkpoint);

// Called when the directory is loaded. The directory stays in its place, and nobody changes it
// before the journal's records are applied.
using OnDirectory = std::function<void(const directory::Directory&)>;

// Loads the derived part without the directory's receipts: find_receipt looks one up when its
// idempotency key comes again.
Result<Done> load_derived(
    const Database& database, DerivedStart& start,
    const OnDirectory& on_directory = [](const directory::Directory&) {});
Result<std::optional<directory::DirectoryReceipt>> find_receipt(const Database& database,
                                                                ApiKeyId actor,
                                                                std::string_view idempotency_key);

using Entries = std::vector<ledger::Entry>;

// Returns the entries of the batch. Fails when one is malformed.
Result<Entries> decode_entries(const JournalBatch& batch);
// Applies the batch, whose entries are `entries`, to `working`. Fails when the batch does not
// follow what `working` has. Returns what has left the states for the records of callers' keys.
Result<std::vector<ledger::PastSpending>> apply_batch(const JournalBatch& batch,
                                                      const Entries& entries,
                                                      WorkingLedger& working);
Result<Done> apply_batch(const JournalBatch& batch, WorkingLedger& working);

// The state of a store that no server has open: the derived part, and on top of it the journal's
// records as they come.
struct OfflineState {
  DerivedStart start;
  Instant mark;  // of the last record

  Result<Done> load(const Database& database);
  Result<Done> take(const JournalBatch& batch);
};

using Batches = std::vector<std::shared_ptr<const JournalBatch>>;
using VisitDecoded =
    std::function<Result<Done>(const std::shared_ptr<const JournalBatch>&, const Entries&)>;

// Visits the batches in their order, each with its entries, which another thread decodes ahead.
// Stops at the first error and returns it.
Result<Done> visit_decoded(const Batches& batches, const VisitDecoded& visit);

}  // namespace farthing::store::embedded
