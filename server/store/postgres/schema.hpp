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
  // The first migration whose nodes may serve beside this one: they read what is written from now
  // on, and what they write is read. Its own number when there are none.
  std::int64_t nodes_from = 0;
  const char* sql = nullptr;
  // What those nodes could not bear, for when none of them serves any more. Null: there is nothing.
  // A later migration must work before it and after it.
  const char* finish = nullptr;
};
using Migrations = std::span<const Migration>;

// Returns the migrations in order; generated from the folder migrations/. Functions that take
// `known` have these by default, as everybody but a test does.
Migrations all_migrations();

// Returns the number of the last migration that the database has; 0 before the first.
Checked<std::int64_t> read_schema_number(DatabaseConnection& connection);
// Fails when the database has a migration that this program does not know and beside which its nodes
// may not serve. Such a database may hold what the program cannot read.
Checked<Done> check_may_serve(DatabaseConnection& connection, Migrations known = all_migrations());
// What a program does with a database that has later migrations than it knows: a node serves beside
// them if they let it, and a tool, which works on all tables, refuses them.
enum class Later : std::uint8_t { refused, served_beside };
// Returns why this program cannot use the database, or an empty string when it can.
Checked<std::string> find_schema_fault(DatabaseConnection& connection,
                                       Unfinished unfinished = Unfinished::refused,
                                       Later later = Later::refused,
                                       Migrations known = all_migrations());
// Whether migrating begins to distribute the tables by Citus. Tables that are distributed already
// stay so, and new ones are distributed like them.
enum class Spread : std::uint8_t { as_it_is, by_citus };
struct Migrated {
  std::int64_t before = 0;               // the last migration that was there; 0: none was
  std::int64_t applied = 0;              // how many were missing
  std::int64_t nodes_from = 0;           // the first migration whose nodes may serve from now on
  std::vector<std::int64_t> unfinished;  // the migrations of which a part waits for `finish`
};
// Applies the missing migrations in one transaction. Leaves the parts that wait for `finish`, but in
// a database that had no migration, which no node serves from. Waits for somebody else who migrates
// meanwhile. Does nothing to a database that is ahead of this program and lets its nodes serve, and
// fails when it does not.
Checked<Migrated> migrate(DatabaseConnection& connection, Spread spread = Spread::as_it_is,
                          Migrations known = all_migrations());
// Applies the parts that wait, in order and in one transaction, and returns the numbers of their
// migrations. Nodes of before these refuse to serve from then on. Fails when one of them is connected
// and says so in its application_name, and when the database does not have just the known
// migrations.
Checked<std::vector<std::int64_t>> finish(DatabaseConnection& connection,
                                          Migrations known = all_migrations());
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
