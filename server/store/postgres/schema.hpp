// SPDX-License-Identifier: Apache-2.0
// The tables of a store on PostgreSQL: numbered migrations, which are part of the program, applied
// in order and each once, whoever else applies them at the same time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "server/store/postgres/connection.hpp"
#include "server/store/transfer.hpp"

namespace farthing::store::postgres {

struct Migration {
  std::int64_t number = 0;
  const char* name = nullptr;
  const char* sql = nullptr;
};

// In order; generated from the folder migrations/.
std::span<const Migration> all_migrations();

// The number of the last migration that the database has; 0 before the first.
Checked<std::int64_t> read_schema_number(Connection& connection);
// Why this program cannot use the database, or an empty string when it can.
Checked<std::string> find_schema_fault(Connection& connection,
                                       Unfinished unfinished = Unfinished::refused);
// Applies what is missing, in one transaction; returns how many that were. One that is done by
// somebody else meanwhile is waited for. Refused when the database is ahead of this program.
Checked<std::int64_t> migrate(Connection& connection);

// The mark of an unfinished copy into the database, which is known by `text`; nothing when there is
// none. There must be tables.
Checked<std::optional<std::string>> read_copy_mark(Connection& connection);
Checked<Done> set_copy_mark(Connection& connection, const std::string& text);
Checked<Done> clear_copy_mark(Connection& connection);

// Takes the turn to migrate, or to act, on a connection that is used for nothing else: it is given
// back when the connection ends.
Checked<Done> take_turn(Connection& connection);
// Calls `act` while nobody else migrates, or acts so.
Checked<Done> act_alone(Connection& connection, const std::function<void()>& act);

}  // namespace farthing::store::postgres
