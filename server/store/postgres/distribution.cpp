// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/distribution.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "server/store/postgres/rows.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::array<std::string_view, 4> kDistributedTables = {"ledger_state", "ledger_entry",
                                                                "ledger_record", "ledger_spending"};
constexpr std::string_view kLocalTable = "audit_head";
constexpr std::string_view kColumn = "organization_id";

constexpr std::chrono::milliseconds kReadTimeout{10'000};
// Distributing copies all rows that there are.
constexpr std::chrono::milliseconds kCopyTimeout{std::chrono::hours(4)};

constexpr Statement kFindCitus{.sql =
                                   "SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'citus'"};
constexpr Statement kReadCitusTables{
    .sql =
        "SELECT convert_to(c.relname, 'UTF8'),"
        " CASE WHEN p.partmethod <> 'n' THEN 0 WHEN p.repmodel = 't' THEN 1 ELSE 2 END,"
        " convert_to(coalesce(column_to_column_name(p.logicalrelid, p.partkey), ''), 'UTF8'),"
        " p.colocationid::bigint"
        " FROM pg_catalog.pg_dist_partition p JOIN pg_catalog.pg_class c ON c.oid = p.logicalrelid"
        " WHERE c.relnamespace = 'farthing'::regnamespace ORDER BY c.relname"};

const CitusTable* find_table(const std::vector<CitusTable>& tables, std::string_view name) {
  const auto found = std::ranges::find(tables, name, &CitusTable::name);
  return found == tables.end() ? nullptr : &*found;
}

bool is_right(const CitusTable& table, const CitusTable& first) {
  return table.kind == CitusTable::Kind::distributed && table.column == kColumn &&
         table.colocation == first.colocation;
}

Checked<std::vector<CitusTable>> read_tables(DatabaseConnection& connection) {
  const std::array calls = {Call{kReadCitusTables}};
  const auto found = connection.run(calls, kReadTimeout);
  if (!found) return found.error();
  const Rows& rows = found->front();
  std::vector<CitusTable> tables;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    tables.push_back({.name = std::string(rows.bytes(row, 0)),
                      .kind = static_cast<CitusTable::Kind>(rows.number(row, 1)),
                      .column = std::string(rows.bytes(row, 2)),
                      .colocation = rows.number(row, 3)});
  }
  return tables;
}

Checked<bool> has_citus(DatabaseConnection& connection) {
  const std::array calls = {Call{kFindCitus}};
  const auto found = connection.run(calls, kReadTimeout);
  if (!found) return found.error();
  return !found->front().is_empty();
}

Checked<Done> run_sql(DatabaseConnection& connection, const std::string& sql) {
  const Statement statement{.sql = sql.c_str()};
  const std::array calls = {Call{statement}};
  if (auto done = connection.run(calls, kCopyTimeout); !done) return std::move(done).error();
  return Done{};
}

// Moves the rows of a table to the workers. The table is one of ours, so its name needs no quotes.
Checked<Done> distribute_table(DatabaseConnection& connection, std::string_view name) {
  const std::string table = "'farthing." + std::string(name) + "'";
  const std::string beside = name == kDistributedTables.front()
                                 ? "none"
                                 : "farthing." + std::string(kDistributedTables.front());
  auto done =
      run_sql(connection, "SELECT create_distributed_table(" + table + ", '" +
                              std::string(kColumn) + "', colocate_with => '" + beside + "')");
  if (!done) return done;
  // The coordinator keeps its own copy of the rows otherwise, which nothing reads.
  return run_sql(connection,
                 "SELECT truncate_local_data_after_distributing_table(" + table + "::regclass)");
}

std::string with_advice(std::string what) {
  return "Citus distributes the database's tables in part only: " + std::move(what) +
         "; stop the servers and run `farthing store migrate --citus`";
}

}  // namespace

std::span<const std::string_view> distributed_tables() { return kDistributedTables; }

Distribution judge_distribution(const std::vector<CitusTable>& tables) {
  Distribution distribution{.has_citus = true, .is_distributed = false, .fault = {}};
  if (tables.empty()) return distribution;
  for (const CitusTable& table : tables) {
    if (table.name != kLocalTable && !std::ranges::count(kDistributedTables, table.name)) {
      distribution.fault =
          "Citus has the table " + table.name +
          ", which must be a plain table of the coordinator: stop the servers and run "
          "SELECT undistribute_table('farthing." +
          table.name + "')";
      return distribution;
    }
  }
  const CitusTable* first = find_table(tables, kDistributedTables.front());
  for (const std::string_view name : kDistributedTables) {
    const CitusTable* table = find_table(tables, name);
    if (table == nullptr) {
      distribution.fault = with_advice(std::string(name) + " is not distributed");
      return distribution;
    }
    if (first == nullptr || !is_right(*table, *first)) {
      distribution.fault = "Citus does not distribute " + std::string(name) + " by " +
                           std::string(kColumn) + " beside ledger_state";
      return distribution;
    }
  }
  const CitusTable* local = find_table(tables, kLocalTable);
  if (local == nullptr) {
    distribution.fault = with_advice("it does not know " + std::string(kLocalTable));
    return distribution;
  }
  if (local->kind != CitusTable::Kind::local) {
    distribution.fault =
        "Citus must have " + std::string(kLocalTable) + " as a local table of the coordinator";
    return distribution;
  }
  distribution.is_distributed = true;
  return distribution;
}

Checked<Distribution> read_distribution(DatabaseConnection& connection) {
  const auto has = has_citus(connection);
  if (!has) return has.error();
  if (!*has) return Distribution();
  const auto tables = read_tables(connection);
  if (!tables) return tables.error();
  return judge_distribution(*tables);
}

Checked<Done> distribute(DatabaseConnection& connection) {
  const auto has = has_citus(connection);
  if (!has) return has.error();
  if (!*has) {
    return DatabaseError{.failure = Failure::refused,
                         .message =
                             "the database has no extension citus: make it, and name the "
                             "coordinator and the workers, first (docs/operating/citus.md)"};
  }
  const auto tables = read_tables(connection);
  if (!tables) return tables.error();
  for (const std::string_view name : kDistributedTables) {
    if (find_table(*tables, name) != nullptr) continue;
    if (auto done = distribute_table(connection, name); !done) return done;
  }
  if (find_table(*tables, kLocalTable) == nullptr) {
    auto done = run_sql(connection, "SELECT citus_add_local_table_to_metadata('farthing." +
                                        std::string(kLocalTable) + "')");
    if (!done) return done;
  }
  const auto distribution = read_distribution(connection);
  if (!distribution) return distribution.error();
  if (distribution->fault.empty()) return Done{};
  return DatabaseError{.failure = Failure::refused, .message = distribution->fault};
}

}  // namespace farthing::store::postgres
