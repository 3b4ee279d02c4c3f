// SPDX-License-Identifier: Apache-2.0
// Reads a store on PostgreSQL as a whole, as it was when this was opened, in one transaction that
// only reads and sees one moment, whatever servers do meanwhile. Calls block; for one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/credits.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/schema.hpp"
#include "server/store/transfer.hpp"

namespace farthing::store::postgres {

// Rows with the values of their columns beside the stored bytes; valid while they are visited.
struct EntryRow {
  EntryPlace place;
  std::int64_t kind = 0;
  std::optional<std::string_view> idempotency_key;
  std::string_view stored;
};
struct StateRow {
  std::uint64_t last_seq = 0;
  Credits available;
  Credits held;
  std::optional<Instant> next_due_at;
  std::string state;
  bool is_disabled = false;
};
// A record of the directory with the other columns of its row, as text; nothing is null. Bytes are
// in hex.
struct DirectoryRow {
  struct Column {
    std::string_view name;
    std::optional<std::string_view> value;
  };
  const directory::DirectoryRecord& record;
  const std::vector<Column>& columns;
};

class DatabaseReader final : public TransferSource {
 public:
  // Fails when the database cannot be reached or lacks the tables of this version.
  static Result<std::unique_ptr<DatabaseReader>> open(const std::string& conninfo,
                                                      Unfinished unfinished = Unfinished::refused);

  Result<Done> visit_directory(const VisitRecord& visit) const override;
  Result<Done> visit_entries(const EntryPlace& after, const VisitEntry& visit) const override;
  Result<Done> visit_audit_log(std::uint64_t after, const VisitAct& visit) const override;
  // Ends the transaction; nothing more may be read after this.
  Result<bool> has_changed() const override;

  // Visits every entry behind `after`, by organization and number. Ends with the error of a visit.
  Result<Done> visit_entry_rows(const EntryPlace& after,
                                const std::function<Result<Done>(const EntryRow&)>& visit) const;
  // Visits the rows of the directory in the order of `visit_directory`.
  Result<Done> visit_directory_rows(
      const std::function<Result<Done>(const DirectoryRow&)>& visit) const;
  // Returns where the audit log ends, as its own row says.
  Result<directory::AuditHead> read_audit_head() const;
  // Returns nothing when there is none.
  Result<std::optional<StateRow>> find_state(OrganizationId organization) const;
  // Visits the records of an organization in the order of their ids. Ends with the error of a
  // visit.
  Result<Done> visit_records(
      OrganizationId organization,
      const std::function<Result<Done>(const Id128& id, std::string_view record)>& visit) const;
  // Visits the records of callers' keys in the same way.
  Result<Done> visit_spending(
      OrganizationId organization,
      const std::function<Result<Done>(const Id128& caller_key, std::string_view record)>& visit)
      const;
  // Finds an organization whose ledger is there although the directory does not know it.
  Result<std::optional<OrganizationId>> find_stranger() const;

 private:
  // Numbers of which at least one changes with everything that is copied.
  struct Progress {
    std::int64_t directory_changes = 0;
    std::int64_t organizations = 0;
    std::int64_t entries = 0;

    friend bool operator==(const Progress&, const Progress&) = default;
  };

  explicit DatabaseReader(std::unique_ptr<DatabaseConnection> connection)
      : connection_(std::move(connection)) {}
  Result<Done> begin();
  Result<Progress> read_progress() const;
  Result<Done> visit_rows(
      const Statement& statement, OrganizationId organization,
      const std::function<Result<Done>(const Id128& id, std::string_view record)>& visit) const;
  Result<Rows> run(Call call) const;

  const std::unique_ptr<DatabaseConnection> connection_;
  Progress progress_;
};

}  // namespace farthing::store::postgres
