// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/schema.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "server/store/postgres/distribution.hpp"
#include "server/store/postgres/queries.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::chrono::milliseconds kReadTimeout{10'000};
// A migration may go over all rows that there are.
constexpr std::chrono::milliseconds kMigrationTimeout{std::chrono::hours(4)};

// Makes what must be there before a migration can be numbered. Another program may do the same at
// the same time, so it is repeated after an error.
constexpr const char* kPrepare =
    "CREATE SCHEMA IF NOT EXISTS farthing;"
    "CREATE TABLE IF NOT EXISTS farthing.schema_migration ("
    " number bigint PRIMARY KEY, name text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT now());"
    "INSERT INTO farthing.schema_migration (number, name) VALUES (0, 'none')"
    " ON CONFLICT (number) DO NOTHING;";
constexpr int kPrepareAttempts = 5;

constexpr Statement kHasTable{
    .sql =
        "SELECT 1 FROM information_schema.tables"
        " WHERE table_schema = 'farthing' AND table_name = 'schema_migration'"};
constexpr Statement kReadNumber{.sql = "SELECT max(number) FROM farthing.schema_migration"};
// Migrations wait for each other on the row with the number 0.
constexpr Statement kLock{.sql =
                              "UPDATE farthing.schema_migration SET name = name WHERE number = 0"};
constexpr Statement kSetNoTimeout{
    .sql =
        "SELECT set_config('lock_timeout', '0', true),"
        " set_config('idle_in_transaction_session_timeout', '0', true)"};
// Citus changes all shards of a table at once otherwise, over several connections, and then refuses
// to move their data in the same transaction.
constexpr Statement kSetSequential{
    .sql = "SELECT set_config('citus.multi_shard_modify_mode', 'sequential', true)"};
constexpr Statement kAdd{.sql =
                             "INSERT INTO farthing.schema_migration (number, name)"
                             " VALUES ($1::bigint, convert_from($2::bytea, 'UTF8'))"};

// Stored: the mark of an unfinished copy into the database is the name in the row with the number
// -1.
constexpr Statement kReadCopyMark{
    .sql = "SELECT convert_to(name, 'UTF8') FROM farthing.schema_migration WHERE number = -1"};
constexpr Statement kSetCopyMark{.sql =
                                     "INSERT INTO farthing.schema_migration (number, name)"
                                     " VALUES (-1, convert_from($1::bytea, 'UTF8'))"};
constexpr Statement kClearCopyMark{.sql =
                                       "DELETE FROM farthing.schema_migration WHERE number = -1"};

Checked<Done> run_one(DatabaseConnection& connection, Call call) {
  const std::array calls = {std::move(call)};
  if (auto done = connection.run(calls, kMigrationTimeout); !done) return std::move(done).error();
  return Done{};
}

std::int64_t last_number() { return all_migrations().back().number; }

DatabaseError ahead_error(std::int64_t number) {
  return {.failure = Failure::refused,
          .message = "the database has migration " + std::to_string(number) +
                     ", this program only knows those up to " + std::to_string(last_number()) +
                     "; run the program that has migrated it, or a later one"};
}

// Applies a migration statement by statement: Citus refuses some of them within a longer text.
Checked<Done> apply(DatabaseConnection& connection, const Migration& migration) {
  for (const std::string& sql : split_script(migration.sql)) {
    const Statement statement{.sql = sql.c_str()};
    if (auto done = run_one(connection, {statement}); !done) return done;
  }
  Parameters parameters;
  parameters.add(migration.number).add(std::string_view(migration.name));
  return run_one(connection, {kAdd, std::move(parameters)});
}

Checked<std::int64_t> apply_missing(DatabaseConnection& connection, Spread spread) {
  const std::array begin = {Call{kBegin}, Call{kSetNoTimeout}, Call{kLock}, Call{kReadNumber}};
  auto begun = connection.run(begin, kMigrationTimeout);
  if (!begun) return std::move(begun).error();
  const auto before = read_distribution(connection);
  if (!before) return before.error();
  if (before->has_citus) {
    if (auto done = run_one(connection, {kSetSequential}); !done) return std::move(done).error();
  }
  const std::int64_t present = begun->back().number(0, 0);
  if (present > last_number()) return ahead_error(present);
  std::int64_t applied = 0;
  for (const Migration& migration : all_migrations()) {
    if (migration.number <= present) continue;
    if (auto done = apply(connection, migration); !done) return std::move(done).error();
    ++applied;
  }
  const bool is_begun = before->is_distributed || !before->fault.empty();
  if (spread == Spread::by_citus || is_begun) {
    if (auto done = distribute(connection); !done) return std::move(done).error();
  }
  if (auto done = run_one(connection, {kCommit}); !done) return std::move(done).error();
  return applied;
}

}  // namespace

std::vector<std::string> split_script(std::string_view script) {
  std::vector<std::string> statements;
  std::string statement;
  const auto end_statement = [&] {
    if (statement.find_first_not_of(" \n") != std::string::npos) statements.push_back(statement);
    statement.clear();
  };
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (script.substr(i).starts_with("--")) {
      i = std::min(script.find('\n', i), script.size() - 1);
      statement += '\n';
    } else if (script[i] == '\'') {
      const std::size_t end = std::min(script.find('\'', i + 1), script.size() - 1);
      statement += script.substr(i, end - i + 1);
      i = end;
    } else if (script[i] == ';') {
      end_statement();
    } else {
      statement += script[i];
    }
  }
  end_statement();
  return statements;
}

Checked<std::int64_t> read_schema_number(DatabaseConnection& connection) {
  const std::array has_table = {Call{kHasTable}};
  const auto found = connection.run(has_table, kReadTimeout);
  if (!found) return found.error();
  if (found->front().is_empty()) return 0;
  const std::array read = {Call{kReadNumber}};
  const auto number = connection.run(read, kReadTimeout);
  if (!number) return number.error();
  return number->front().number(0, 0);
}

Checked<Done> check_not_ahead(DatabaseConnection& connection) {
  const std::array read = {Call{kReadNumber}};
  const auto number = connection.run(read, kReadTimeout);
  if (!number) return number.error();
  if (number->front().number(0, 0) > last_number()) {
    return ahead_error(number->front().number(0, 0));
  }
  return Done{};
}

Checked<std::string> find_schema_fault(DatabaseConnection& connection, Unfinished unfinished) {
  const auto number = read_schema_number(connection);
  if (!number) return number.error();
  if (*number > last_number()) return ahead_error(*number).message;
  if (*number == last_number()) {
    auto distribution = read_distribution(connection);
    if (!distribution) return std::move(distribution).error();
    if (!distribution->fault.empty()) return std::move(distribution->fault);
    if (unfinished == Unfinished::accepted) return std::string();
    const auto mark = read_copy_mark(connection);
    if (!mark) return mark.error();
    if (!*mark) return std::string();
    return std::string(
        "the database holds a copy that is not finished; run the same `farthing copy` again to "
        "finish it, or drop the schema `farthing` to do without it");
  }
  return "the database has migration " + std::to_string(*number) + " of " +
         std::to_string(last_number()) + "; run `farthing migrate` first";
}

Checked<std::int64_t> migrate(DatabaseConnection& connection, Spread spread) {
  for (int attempt = 1;; ++attempt) {
    auto prepared = connection.run_script(kPrepare, kReadTimeout);
    if (prepared) break;
    if (attempt == kPrepareAttempts || !connection.is_usable()) return std::move(prepared).error();
  }
  auto applied = apply_missing(connection, spread);
  if (!applied && connection.is_usable() && connection.is_in_transaction()) {
    (void)run_one(connection, {kRollback});
  }
  return applied;
}

Checked<std::optional<std::string>> read_copy_mark(DatabaseConnection& connection) {
  const std::array read = {Call{kReadCopyMark}};
  const auto rows = connection.run(read, kReadTimeout);
  if (!rows) return rows.error();
  if (rows->front().is_empty()) return std::optional<std::string>();
  return std::optional(std::string(rows->front().bytes(0, 0)));
}

Checked<Done> set_copy_mark(DatabaseConnection& connection, const std::string& text) {
  Parameters parameters;
  parameters.add(std::string_view(text));
  return run_one(connection, {kSetCopyMark, std::move(parameters)});
}

Checked<Done> clear_copy_mark(DatabaseConnection& connection) {
  return run_one(connection, {kClearCopyMark});
}

Checked<Done> take_turn(DatabaseConnection& connection) {
  const std::array begin = {Call{kBegin}, Call{kSetNoTimeout}, Call{kLock}};
  auto begun = connection.run(begin, kMigrationTimeout);
  if (!begun) return std::move(begun).error();
  return Done{};
}

Checked<Done> act_alone(DatabaseConnection& connection, const std::function<void()>& act) {
  if (auto taken = take_turn(connection); !taken) return taken;
  act();
  return run_one(connection, {kRollback});
}

}  // namespace farthing::store::postgres
