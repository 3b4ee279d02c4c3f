// SPDX-License-Identifier: Apache-2.0
// Reads the values in the columns of the database. A database is outside the program: what cannot
// be read, or cannot be what the rules have written, is `Failure::damaged` with a line that names
// the row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/directory/directory_record.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "server/store/postgres/database_error.hpp"
#include "server/store/postgres/rows.hpp"

namespace farthing::store::postgres {

// Returns the error. `what` names the table and the row for the log.
DatabaseError damaged(std::string what);
// Returns what a caller is told of damage.
Error unreadable();

// Reads the state of that organization.
Checked<ledger::OrganizationState> read_state(const Rows& rows, std::size_t row, int column,
                                              OrganizationId organization);
Checked<ledger::Entry> read_entry(std::string_view stored, OrganizationId organization);
// Reads the record of the thing with that id.
Checked<ledger::Record> read_record(std::string_view stored, OrganizationId organization,
                                    const Id128& id);
// Reads the record of that caller's key.
Checked<ledger::SpendingRecord> read_spending_record(std::string_view stored,
                                                     OrganizationId organization,
                                                     const Id128& caller_key);
// Returns the record of what the entry has made, if that is the thing with that id: an id from
// outside may lead to an entry about something else.
std::optional<ledger::Record> record_made_by(const ledger::Entry& maker, const Id128& id);

// Reads a record of the directory. `table` is its table's name, and `id` is its own or a part of
// its key.
Checked<directory::DirectoryRecord> read_directory_record(std::string_view stored,
                                                          std::string_view table, const Id128& id);
template <class Record>
Checked<Record> read_directory_record_as(std::string_view stored, std::string_view table,
                                         const Id128& id) {
  auto record = read_directory_record(stored, table, id);
  if (!record) return std::move(record).error();
  if (auto* wanted = std::get_if<Record>(&*record)) return std::move(*wanted);
  return damaged(std::string(table) + " has a record of another kind");
}

}  // namespace farthing::store::postgres
