// SPDX-License-Identifier: Apache-2.0
// A store on PostgreSQL that another store's content is written into. Each call is a transaction,
// so the database itself says how far the copy has got. States and records are made from the
// entries by the rules of the ledger. Holds the turn to migrate, so only one import works on a
// database at a time.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/ledger/entry.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/transfer.hpp"

namespace farthing::store::postgres {

class DatabaseImport final : public TransferTarget {
 public:
  // Fails when the database cannot be reached or lacks the tables of this version. Waits for a
  // migration that is under way.
  static Result<std::unique_ptr<DatabaseImport>> open(const std::string& conninfo);
  ~DatabaseImport() override = default;

  Result<bool> is_empty() const override;
  Result<std::optional<std::string>> read_mark() const override;
  Result<Done> set_mark(const std::string& mark) override;
  Result<Done> clear_mark() override;
  Result<Done> put_directory(std::span<const directory::DirectoryRecord> records) override;
  Result<std::optional<EntryPlace>> find_last_entry() const override;
  Result<Done> add_entries(std::span<const TransferEntry> entries) override;
  Result<std::uint64_t> find_last_act() const override;
  Result<Done> add_acts(std::span<const directory::AuditRecord> acts) override;

 private:
  using Place = std::pair<OrganizationId, Id128>;
  // The changes that the entries of one call make.
  struct Work {
    std::vector<ledger::Entry> entries;
    std::map<OrganizationId, ledger::OrganizationState> states;
    std::map<OrganizationId, std::size_t> first;  // the place of an organization's first of them
    std::map<Place, ledger::Record> records;      // that they change
    std::vector<ledger::PastSpending> past_spending;
    std::map<Place, ledger::SpendingRecord> spending;  // what that makes of the records
  };

  DatabaseImport(std::unique_ptr<DatabaseConnection> turn,
                 std::unique_ptr<DatabaseConnection> connection)
      : turn_(std::move(turn)), connection_(std::move(connection)) {}

  Result<Done> begin(Work& work);
  static std::optional<ledger::Record> make_here(const Place& place, const Work& work);
  static Result<Done> apply(const ledger::Entry& entry, Work& work);
  // Called within the transaction.
  Result<Done> apply_past_spending(Work& work) const;
  Result<Done> commit(std::vector<Call> calls);
  // Runs the calls; rolls back after an error.
  Result<std::vector<Rows>> run(const std::vector<Call>& calls) const;

  const std::unique_ptr<DatabaseConnection> turn_;
  const std::unique_ptr<DatabaseConnection> connection_;
};

}  // namespace farthing::store::postgres
