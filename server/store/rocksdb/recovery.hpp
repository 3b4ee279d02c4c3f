// SPDX-License-Identifier: Apache-2.0
// Reads at the start what the store works with: the derived part as it was found, then the
// journal's records that it does not cover.
#pragma once

#include <functional>
#include <memory>

#include "base/error.hpp"
#include "server/store/rocksdb/checkpoint.hpp"
#include "server/store/rocksdb/database.hpp"
#include "server/store/rocksdb/journal_record.hpp"
#include "server/store/rocksdb/synced_states.hpp"
#include "server/store/rocksdb/working_ledger.hpp"

namespace farthing::store {

struct DerivedStart {
  Checkpoint checkpoint;
  std::unique_ptr<WorkingLedger> working = std::make_unique<WorkingLedger>();
  SyncedStates states;
};

Result<DerivedStart> load_derived(const Database& database);

// Applies the journal's records after `checkpoint` to `working`, and hands each to `keep` then.
// Fails when one is damaged or missing.
Result<Checkpoint> replay_journal(
    const Database& database, Checkpoint checkpoint, WorkingLedger& working,
    const std::function<void(std::shared_ptr<const JournalBatch>)>& keep);

}  // namespace farthing::store
