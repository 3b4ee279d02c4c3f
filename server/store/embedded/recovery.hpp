// SPDX-License-Identifier: Apache-2.0
// Reads at the start what the store works with: the derived part as it was found, and takes in the
// journal's records that it does not cover.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/embedded/journal/journal_record.hpp"
#include "server/store/embedded/memory/synced_states.hpp"
#include "server/store/embedded/memory/working_ledger.hpp"
#include "server/store/embedded/tables/checkpoint.hpp"
#include "server/store/embedded/tables/database.hpp"

namespace farthing::store::embedded {

struct DerivedStart {
  Checkpoint checkpoint;
  std::unique_ptr<WorkingLedger> working = std::make_unique<WorkingLedger>();
  SyncedStates states;
  directory::AuditHead audit;
};

// As of the database's last run; at nothing when there is none.
Result<Checkpoint> load_checkpoint(const Database& database);

// Called when the directory is there. It stays where it is, and nobody changes it before the
// journal's records are applied.
using OnDirectory = std::function<void(const directory::Directory&)>;

// Without the receipts of the directory: what idempotency keys led to before the start is looked up
// when one of them comes again.
Result<Done> load_derived(
    const Database& database, DerivedStart& start,
    const OnDirectory& on_directory = [](const directory::Directory&) {});
Result<std::optional<directory::DirectoryReceipt>> find_receipt(const Database& database,
                                                                ApiKeyId actor,
                                                                std::string_view idempotency_key);

using Entries = std::vector<ledger::Entry>;

// Fails when one is malformed.
Result<Entries> decode_entries(const JournalBatch& batch);
// `entries` are those of the batch. Fails when the batch does not follow what `working` has.
// Returns what has left the states for the records of callers' keys.
Result<std::vector<ledger::PastSpending>> apply_batch(const JournalBatch& batch,
                                                      const Entries& entries,
                                                      WorkingLedger& working);
Result<Done> apply_batch(const JournalBatch& batch, WorkingLedger& working);

using Batches = std::vector<std::shared_ptr<const JournalBatch>>;
using VisitDecoded =
    std::function<Result<Done>(const std::shared_ptr<const JournalBatch>&, const Entries&)>;

// Visits the batches in their order, each with its entries, which another thread decodes ahead.
// Ends with the first error.
Result<Done> visit_decoded(const Batches& batches, const VisitDecoded& visit);

}  // namespace farthing::store::embedded
