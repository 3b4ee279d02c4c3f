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
// the same time, so it is repeated after an error. It does not insert a row that is there: it would
// wait for whoever has locked that one, as below.
constexpr const char* kPrepare =
    "CREATE SCHEMA IF NOT EXISTS farthing;"
    "CREATE TABLE IF NOT EXISTS farthing.schema_migration ("
    " number bigint PRIMARY KEY, name text NOT NULL,"
    " applied_at timestamptz NOT NULL DEFAULT now());"
    "INSERT INTO farthing.schema_migration (number, name) SELECT 0, 'none'"
    " WHERE NOT EXISTS (SELECT FROM farthing.schema_migration WHERE number = 0)"
    " ON CONFLICT (number) DO NOTHING;";
constexpr int kPrepareAttempts = 5;

constexpr Statement kHasTable{
    .sql =
        "SELECT 1 FROM information_schema.tables"
        " WHERE table_schema = 'farthing' AND table_name = 'schema_migration'"};
constexpr Statement kReadNumber{.sql = "SELECT max(number) FROM farthing.schema_migration"};
// Migrations wait for each other on the table first. One who waits for the row with the number 0
// holds a lock on the table meanwhile, and a migration that changes the table would wait for that.
constexpr Statement kLock{
    .sql = "LOCK TABLE farthing.schema_migration IN SHARE UPDATE EXCLUSIVE MODE"};
// Programs of before know only the row.
constexpr Statement kLockRow{
    .sql = "UPDATE farthing.schema_migration SET name = name WHERE number = 0"};
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
// $1, $2, $3: numbers of migrations, who may serve beside them, and whether nothing of them waits, 1
// or 0.
constexpr Statement kNoteNodes{
    .sql =
        "UPDATE farthing.schema_migration m"
        " SET nodes_from = w.nodes_from, is_finished = (w.is_finished = 1)"
        " FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])"
        " AS w (number, nodes_from, is_finished)"
        " WHERE m.number = w.number AND m.nodes_from IS NULL"};
// $1: number.
constexpr Statement kNoteFinished{
    .sql =
        "UPDATE farthing.schema_migration SET is_finished = true, nodes_from = number"
        " WHERE number = $1::bigint"};
constexpr Statement kReadUnfinished{
    .sql = "SELECT number FROM farthing.schema_migration WHERE NOT is_finished ORDER BY number"};
constexpr Statement kReadNodesFrom{.sql = "SELECT max(nodes_from) FROM farthing.schema_migration"};
// $1: the last migration that is known. Returns the one that has to be known, because of those after
// it, and the last that is there.
constexpr Statement kReadNeeded{
    .sql =
        "SELECT coalesce(max(coalesce(nodes_from, number)) FILTER (WHERE number > $1::bigint), 0),"
        " max(number) FROM farthing.schema_migration"};
// $1: number. Connections say which migration their program knows (database_connection.cpp); those of
// the first programs do not.
constexpr Statement kCountEarlierNodes{
    .sql =
        "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND (application_name = 'farthing' OR"
        " (application_name ~ '^farthing/[0-9]{1,9}$'"
        "  AND split_part(application_name, '/', 2)::bigint < $1::bigint))"};

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

std::int64_t last_of(Migrations known) { return known.back().number; }

DatabaseError refused(std::string message) {
  return {.failure = Failure::refused, .message = std::move(message)};
}

DatabaseError ahead_error(std::int64_t number, Migrations known) {
  return refused("the database has migration " + std::to_string(number) +
                 ", this program only knows those up to " + std::to_string(last_of(known)) +
                 "; run the program that has migrated it, or a later one");
}

std::string behind_text(std::int64_t number, Migrations known) {
  return "the database has migration " + std::to_string(number) + " of " +
         std::to_string(last_of(known)) + "; run `farthing store migrate` first";
}

// Applies statement by statement: Citus refuses some of them within a longer text.
Checked<Done> run_text(DatabaseConnection& connection, const char* sql) {
  for (const std::string& each : split_script(sql)) {
    const Statement statement{.sql = each.c_str()};
    if (auto done = run_one(connection, {statement}); !done) return done;
  }
  return Done{};
}

Checked<Done> apply(DatabaseConnection& connection, const Migration& migration) {
  if (auto done = run_text(connection, migration.sql); !done) return done;
  Parameters parameters;
  parameters.add(migration.number).add(std::string_view(migration.name));
  return run_one(connection, {kAdd, std::move(parameters)});
}

// Applies the part that waits. It leaves nothing for nodes of before.
Checked<Done> apply_rest(DatabaseConnection& connection, const Migration& migration) {
  // Whoever has changed the table by hand may say that something waits where nothing does.
  if (migration.finish != nullptr) {
    if (auto done = run_text(connection, migration.finish); !done) return done;
  }
  Parameters parameters;
  parameters.add(migration.number);
  return run_one(connection, {kNoteFinished, std::move(parameters)});
}

// Notes who may serve beside the migrations, where that is not noted: for those that were applied
// just now, and for those of programs that did not note it.
Checked<Done> note_nodes(DatabaseConnection& connection, Migrations known) {
  Parameters parameters;
  parameters.add_numbers(known, [](const Migration& each) { return each.number; })
      .add_numbers(known, [](const Migration& each) { return each.nodes_from; })
      .add_numbers(known, [](const Migration& each) {
        return std::int64_t{each.finish == nullptr ? 1 : 0};
      });
  return run_one(connection, {kNoteNodes, std::move(parameters)});
}

// Begins to migrate, alone, and returns the number of the last migration.
Checked<std::int64_t> begin(DatabaseConnection& connection) {
  const std::array calls = {Call{kBegin}, Call{kSetNoTimeout}, Call{kLock}, Call{kLockRow},
                            Call{kReadNumber}};
  const auto begun = connection.run(calls, kMigrationTimeout);
  if (!begun) return begun.error();
  return begun->back().number(0, 0);
}

// Returns how the tables are distributed, and makes changes of distributed ones possible.
Checked<Distribution> prepare_distribution(DatabaseConnection& connection) {
  auto distribution = read_distribution(connection);
  if (!distribution || !distribution->has_citus) return distribution;
  if (auto done = run_one(connection, {kSetSequential}); !done) return std::move(done).error();
  return distribution;
}

bool is_begun(const Distribution& distribution) {
  return distribution.is_distributed || !distribution.fault.empty();
}

Checked<std::vector<std::int64_t>> read_unfinished(DatabaseConnection& connection) {
  const std::array calls = {Call{kReadUnfinished}};
  const auto read = connection.run(calls, kReadTimeout);
  if (!read) return read.error();
  std::vector<std::int64_t> numbers;
  for (std::size_t row = 0; row < read->front().size(); ++row) {
    numbers.push_back(read->front().number(row, 0));
  }
  return numbers;
}

Checked<Migrated> apply_missing(DatabaseConnection& connection, Spread spread, Migrations known) {
  const auto present = begin(connection);
  if (!present) return present.error();
  const auto distribution = prepare_distribution(connection);
  if (!distribution) return distribution.error();
  if (*present > last_of(known)) {
    // A server that starts again during an upgrade comes by here, too.
    if (auto may = check_may_serve(connection, known); !may) return std::move(may).error();
    if (auto done = run_one(connection, {kCommit}); !done) return std::move(done).error();
    return Migrated{.before = *present};
  }
  Migrated migrated{.before = *present};
  for (const Migration& migration : known) {
    if (migration.number <= *present) continue;
    if (auto done = apply(connection, migration); !done) return std::move(done).error();
    ++migrated.applied;
  }
  if (auto done = note_nodes(connection, known); !done) return std::move(done).error();
  for (const Migration& migration : known) {
    if (*present > 0 || migration.finish == nullptr) continue;
    if (auto done = apply_rest(connection, migration); !done) return std::move(done).error();
  }
  if (spread == Spread::by_citus || is_begun(*distribution)) {
    if (auto done = distribute(connection); !done) return std::move(done).error();
  }
  auto unfinished = read_unfinished(connection);
  if (!unfinished) return std::move(unfinished).error();
  migrated.unfinished = *std::move(unfinished);
  const std::array end = {Call{kReadNodesFrom}, Call{kCommit}};
  const auto ended = connection.run(end, kMigrationTimeout);
  if (!ended) return ended.error();
  migrated.nodes_from = ended->front().number(0, 0);
  return migrated;
}

// Fails when a node is connected that knows no migration from `number` on.
Checked<Done> check_no_earlier_nodes(DatabaseConnection& connection, std::int64_t number) {
  Parameters parameters;
  parameters.add(number);
  const std::array calls = {Call{kCountEarlierNodes, std::move(parameters)}};
  const auto counted = connection.run(calls, kReadTimeout);
  if (!counted) return counted.error();
  const std::int64_t connections = counted->front().number(0, 0);
  if (connections == 0) return Done{};
  return refused("programs of before migration " + std::to_string(number) + " have " +
                 std::to_string(connections) + " connections to the database; stop them first");
}

Checked<std::vector<std::int64_t>> apply_rests(DatabaseConnection& connection, Migrations known) {
  const auto present = begin(connection);
  if (!present) return present.error();
  if (*present > last_of(known)) return ahead_error(*present, known);
  if (*present < last_of(known)) return refused(behind_text(*present, known));
  auto unfinished = read_unfinished(connection);
  if (!unfinished) return unfinished;
  if (!unfinished->empty()) {
    const auto distribution = prepare_distribution(connection);
    if (!distribution) return distribution.error();
    auto alone = check_no_earlier_nodes(connection, unfinished->back());
    if (!alone) return std::move(alone).error();
    for (const Migration& migration : known) {
      if (std::ranges::count(*unfinished, migration.number) == 0) continue;
      if (auto done = apply_rest(connection, migration); !done) return std::move(done).error();
    }
    if (is_begun(*distribution)) {
      if (auto done = distribute(connection); !done) return std::move(done).error();
    }
  }
  if (auto done = run_one(connection, {kCommit}); !done) return std::move(done).error();
  return unfinished;
}

// Ends the transaction of an attempt that has failed.
void roll_back(DatabaseConnection& connection) {
  if (connection.is_usable() && connection.is_in_transaction()) {
    (void)run_one(connection, {kRollback});
  }
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

Checked<Done> check_may_serve(DatabaseConnection& connection, Migrations known) {
  Parameters parameters;
  parameters.add(last_of(known));
  const std::array read = {Call{kReadNeeded, std::move(parameters)}};
  const auto needed = connection.run(read, kReadTimeout);
  if (!needed) return needed.error();
  if (needed->front().number(0, 0) > last_of(known)) {
    return ahead_error(needed->front().number(0, 1), known);
  }
  return Done{};
}

Checked<std::string> find_schema_fault(DatabaseConnection& connection, Unfinished unfinished,
                                       Later later, Migrations known) {
  const auto number = read_schema_number(connection);
  if (!number) return number.error();
  if (*number < last_of(known)) return behind_text(*number, known);
  if (*number > last_of(known)) {
    const auto checked = later == Later::refused ? Checked<Done>(ahead_error(*number, known))
                                                 : check_may_serve(connection, known);
    if (!checked) return checked.error().message;
  }
  auto distribution = read_distribution(connection);
  if (!distribution) return std::move(distribution).error();
  if (!distribution->fault.empty()) return std::move(distribution->fault);
  if (unfinished == Unfinished::accepted) return std::string();
  const auto mark = read_copy_mark(connection);
  if (!mark) return mark.error();
  if (!*mark) return std::string();
  return std::string(
      "the database holds a copy that is not finished; run the same `farthing store copy` again to "
      "finish it, or drop the schema `farthing` to do without it");
}

Checked<Migrated> migrate(DatabaseConnection& connection, Spread spread, Migrations known) {
  for (int attempt = 1;; ++attempt) {
    auto prepared = connection.run_script(kPrepare, kReadTimeout);
    if (prepared) break;
    if (attempt == kPrepareAttempts || !connection.is_usable()) return std::move(prepared).error();
  }
  auto migrated = apply_missing(connection, spread, known);
  if (!migrated) roll_back(connection);
  return migrated;
}

Checked<std::vector<std::int64_t>> finish(DatabaseConnection& connection, Migrations known) {
  const auto number = read_schema_number(connection);
  if (!number) return number.error();
  // Before the first migration there is nothing to lock.
  if (*number < last_of(known)) return refused(behind_text(*number, known));
  auto finished = apply_rests(connection, known);
  if (!finished) roll_back(connection);
  return finished;
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
  const std::array begin = {Call{kBegin}, Call{kSetNoTimeout}, Call{kLock}, Call{kLockRow}};
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
