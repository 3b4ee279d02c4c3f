// SPDX-License-Identifier: Apache-2.0
// Reads the ledger's records: what the derived part knows of a grant, a charge, a hold or a
// caller's key. The caller must still apply what has changed it since (FreshRecords). May wait for
// the disk. Safe to use from any thread.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/ledger/record.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/embedded/tables/entry_reads.hpp"

namespace farthing::store::embedded {

class RecordReads {
 public:
  // Both must outlive this.
  RecordReads(const Database& database, const EntryReads& entries)
      : database_(database), entries_(entries) {}

  // Finds a record; nothing when nothing has that id. A record is stored only once something has
  // changed it; until then it is made from the entry that made the thing.
  Result<std::optional<ledger::Record>> find(OrganizationId organization, const Id128& id) const;
  // Finds a record only if something has changed it.
  Result<std::optional<ledger::Record>> find_changed(OrganizationId organization,
                                                     const Id128& id) const;
  // Finds the record of a caller's key; an empty one when there is none.
  Result<ledger::SpendingRecord> find_spending(OrganizationId organization,
                                               ApiKeyId caller_key) const;
  // Collects the records that `command` is sure to need, so that the committer does not wait for a
  // disk.
  Result<ledger::Records> collect(const ledger::Command& command) const;

 private:
  const Database& database_;
  const EntryReads& entries_;
};

}  // namespace farthing::store::embedded
