// SPDX-License-Identifier: Apache-2.0
// An embedded store that no server has open, opened to be read: its lock is held and nothing in it
// is changed. What its journal has beyond its database is read into memory; the store bounds how
// much that is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/journal/journal_record.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/transfer.hpp"

namespace farthing::store::embedded {

// Returns the error for a store in which `what`, a clause, was found.
Error store_is_damaged(const std::string& what);

class StoreReader final : public TransferSource {
 public:
  // The entries of each organization that are only in the journal, in their stored form and in the
  // journal's order.
  using FreshEntries = std::map<OrganizationId, std::vector<std::string_view>>;

  // Fails when there is no store, when a server has it open, or when it cannot be read.
  static Result<std::unique_ptr<StoreReader>> open(const std::filesystem::path& path,
                                                   Unfinished unfinished = Unfinished::refused);

  const Database& database() const { return *database_; }
  const FreshEntries& fresh_entries() const { return fresh_; }

  Result<Done> visit_directory(const VisitRecord& visit) const override;
  Result<Done> visit_entries(const EntryPlace& after, const VisitEntry& visit) const override;
  Result<Done> visit_audit_log(std::uint64_t after, const VisitAct& visit) const override;
  // Returns false: the lock keeps everybody out.
  Result<bool> has_changed() const override { return false; }

 private:
  StoreReader(std::unique_ptr<DataDirectory> data_directory, std::unique_ptr<Database> database)
      : data_directory_(std::move(data_directory)), database_(std::move(database)) {}

  Result<Done> read_directory();
  Result<Done> read_tail();
  Result<Done> take_batch(JournalBatch batch);
  // Takes those whom the journal has erased out of what was read of the directory.
  void erase_people();
  void take_record(std::string key, directory::DirectoryRecord record);
  Result<Done> visit_stored(const EntryPlace& place, std::string_view stored,
                            const VisitEntry& visit) const;

  const std::unique_ptr<DataDirectory> data_directory_;
  const std::unique_ptr<Database> database_;
  std::map<std::string, directory::DirectoryRecord> directory_;  // by their keys
  std::vector<JournalBatch> tail_;
  // What the journal has erased, and the database perhaps not yet.
  std::set<directory::EntryTexts> erased_;
  std::set<UserId> erased_people_;
  FreshEntries fresh_;  // views into `tail_`
};

}  // namespace farthing::store::embedded
