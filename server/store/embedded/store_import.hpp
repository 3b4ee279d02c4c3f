// SPDX-License-Identifier: Apache-2.0
// An embedded store that another store's content is written into. It is written by the journal and
// the deriver, as a server does it, so it is whole after any crash. Nobody reads it meanwhile. What
// is left in the journal when this ends is derived then, or when the store is opened.
#pragma once

#include <memory>

#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/journal/journal.hpp"
#include "server/store/embedded/journal/write_failure.hpp"
#include "server/store/embedded/memory/key_filter.hpp"
#include "server/store/embedded/memory/published_audit.hpp"
#include "server/store/embedded/memory/published_ledger.hpp"
#include "server/store/embedded/memory/working_ledger.hpp"
#include "server/store/embedded/options.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/embedded/tables/deriver.hpp"
#include "server/store/embedded/tables/entry_reads.hpp"
#include "server/store/embedded/tables/record_reads.hpp"
#include "server/store/transfer.hpp"

namespace farthing::store::embedded {

class StoreImport final : public TransferTarget {
 public:
  // Makes the data directory when it is missing, and holds its lock. Clocks are not used.
  static Result<std::unique_ptr<StoreImport>> open(RocksdbOptions options);
  ~StoreImport() override = default;

  Result<bool> is_empty() const override;
  Result<std::optional<std::string>> read_mark() const override;
  Result<Done> set_mark(const std::string& mark) override;
  Result<Done> clear_mark() override;
  Result<Done> put_directory(std::span<const directory::DirectoryRecord> records) override;
  Result<std::optional<EntryPlace>> find_last_entry() const override;
  Result<Done> add_entries(std::span<const TransferEntry> entries) override;
  Result<std::uint64_t> find_last_act() const override { return last_act_; }
  Result<Done> add_acts(std::span<const directory::AuditRecord> acts) override;

 private:
  StoreImport(RocksdbOptions options, std::unique_ptr<DataDirectory> data_directory,
              std::unique_ptr<Database> database);
  Result<Done> recover();
  // Waits for room in memory; fails when there is none on the disk.
  Result<Done> make_room();
  // Takes in the journal's batches, in their order.
  void enqueue(const std::shared_ptr<const JournalBatch>& batch);

  const RocksdbOptions options_;
  std::unique_ptr<DataDirectory> data_directory_;
  std::unique_ptr<Database> database_;
  KeyFilter keys_;  // the deriver fills it; nobody asks
  JournalDisk system_disk_;
  std::unique_ptr<Journal> journal_;
  PublishedLedgers ledgers_;
  PublishedAudit audit_;  // nobody reads it
  const EntryReads entries_;
  const RecordReads records_;
  WriteFailure failure_;
  std::unique_ptr<WorkingLedger> working_;
  Instant mark_;  // nothing is later
  std::uint64_t last_act_ = 0;
  std::unique_ptr<Deriver> deriver_;  // last: its end derives what is left
};

}  // namespace farthing::store::embedded
