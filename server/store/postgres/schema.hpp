// SPDX-License-Identifier: Apache-2.0
// The tables of a store on PostgreSQL: numbered migrations, which are part of the program. They are
// applied in order and each once, also when several programs apply them at the same time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/postgres/database_connection.hpp"
#include "server/store/transfer.hpp"

namespace farthing::store::postgres {

struct Migration {
  std::int64_t number = 0;
  const char* name = nullptr;
  const char* sql = nullptr;
};

// Returns the migrations in order; generated from the folder migrations/.
std::span<const Migration> all_migrations();

// Returns the number of the last migration that the database has; 0 before the first.
Checked<std::int64_t> read_schema_number(DatabaseConnection& connection);
// Fails when the database has a migration that this program does not know. Such a database may hold
// what the program cannot read.
Checked<Done> check_not_ahead(DatabaseConnection& connection);
// Returns why this program cannot use the database, or an empty string when it can.
Checked<std::string> find_schema_fault(DatabaseConnection& connection,
                                       Unfinished unfinished = Unfinished::refused);
// Whether migrating begins to distribute the tables by Citus. Tables that are distributed already
// stay so, and new ones are distributed like them.
enum class Spread : std::uint8_t { as_it_is, by_citus };
// Applies the missing migrations in one transaction and returns their number. Waits for somebody
// else who migrates meanwhile. Fails when the database is ahead of this program.
Checked<std::int64_t> migrate(DatabaseConnection& connection, Spread spread = Spread::as_it_is);
// Returns the statements of a script, each without its semicolon. The script may have comments from
// `--` to the end of the line and texts in single quotes.
std::vector<std::string> split_script(std::string_view script);

// These read and change the mark of an unfinished copy into the database, which is known by `text`;
// nothing when there is none. The tables must be there.
Checked<std::optional<std::string>> read_copy_mark(DatabaseConnection& connection);
Checked<Done> set_copy_mark(DatabaseConnection& connection, const std::string& text);
Checked<Done> clear_copy_mark(DatabaseConnection& connection);

// Takes the turn to migrate, or to act alone, on a connection that is used for nothing else: the
// turn is given back when the connection ends.
Checked<Done> take_turn(DatabaseConnection& connection);
// Calls `act` while nobody else migrates or acts alone.
Checked<Done> act_alone(DatabaseConnection& connection, const std::function<void()>& act);

}  // namespace farthing::store::postgres
