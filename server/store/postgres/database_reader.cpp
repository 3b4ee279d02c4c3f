// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/database_reader.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>
#include <variant>

#include "server/store/postgres/queries.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::int64_t kRowsAtATime = 1'000;

constexpr Statement kBeginReading{.sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
// A reader of every entry may take long between two reads.
constexpr Statement kSetNoTimeout{
    .sql = "SELECT set_config('idle_in_transaction_session_timeout', '0', true)"};

// The records of the directory, table by table in the order of the kinds of records, each table in
// the order of its key. This is the order of the embedded store.
struct DirectoryCursor {
  std::string_view table;
  Statement statement;
  std::span<const std::string_view> columns;  // behind the record
};
constexpr std::array<std::string_view, 3> kUserColumns = {"id", "email", "is_disabled"};
constexpr std::array<std::string_view, 1> kOrganizationColumns = {"id"};
constexpr std::array<std::string_view, 3> kMembershipColumns = {"organization_id", "user_id",
                                                                "role"};
constexpr std::array<std::string_view, 6> kApiKeyColumns = {
    "id", "user_id", "secret_digest", "previous_digest", "live_until", "is_admin"};
constexpr std::array<std::string_view, 2> kReceiptColumns = {"actor_id", "idempotency_key"};
constexpr std::array kDirectoryCursors = {
    DirectoryCursor{
        "directory_user",
        Statement{.sql = "DECLARE records NO SCROLL CURSOR FOR"
                         " SELECT record, id::text, encode(email, 'hex'), is_disabled::text"
                         " FROM farthing.directory_user ORDER BY id"},
        kUserColumns},
    DirectoryCursor{"directory_organization",
                    Statement{.sql = "DECLARE records NO SCROLL CURSOR FOR"
                                     " SELECT record, id::text FROM farthing.directory_organization"
                                     " ORDER BY id"},
                    kOrganizationColumns},
    DirectoryCursor{
        "directory_membership",
        Statement{.sql = "DECLARE records NO SCROLL CURSOR FOR"
                         " SELECT record, organization_id::text, user_id::text, role::text"
                         " FROM farthing.directory_membership ORDER BY organization_id, user_id"},
        kMembershipColumns},
    DirectoryCursor{
        "directory_api_key",
        Statement{.sql = "DECLARE records NO SCROLL CURSOR FOR"
                         " SELECT record, id::text, user_id::text, encode(secret_digest, 'hex'),"
                         " encode(previous_digest, 'hex'), live_until::text, is_admin::text"
                         " FROM farthing.directory_api_key ORDER BY id"},
        kApiKeyColumns},
    DirectoryCursor{
        "directory_receipt",
        Statement{.sql = "DECLARE records NO SCROLL CURSOR FOR"
                         " SELECT record, actor_id::text, encode(idempotency_key, 'hex')"
                         " FROM farthing.directory_receipt ORDER BY actor_id, idempotency_key"},
        kReceiptColumns},
    // Key uses are kept as columns, so the record is made here: its format, its kind, the key and
    // the instant.
    DirectoryCursor{
        "directory_api_key_use",
        Statement{.sql = "DECLARE records NO SCROLL CURSOR FOR"
                         " SELECT '\\x010a'::bytea || uuid_send(id) || int8send(last_used_at)"
                         " FROM farthing.directory_api_key_use ORDER BY id"},
        {}},
};
// A membership that has ended has no row, so its kind has no cursor.
static_assert(kDirectoryCursors.size() + 1 == std::variant_size_v<directory::DirectoryRecord>);
constexpr Statement kFetchRecords{.sql = "FETCH 1000 FROM records"};
constexpr Statement kCloseCursor{.sql = "CLOSE records"};

// $1, $2: organization and number of the entry before, $3: how many.
constexpr Statement kReadAllEntries{
    .name = "read_all_entries",
    .sql =
        "SELECT organization_id, seq, kind, idempotency_key, stored FROM farthing.ledger_entry"
        " WHERE (organization_id, seq) > ($1::uuid, $2::bigint)"
        " ORDER BY organization_id, seq LIMIT $3::bigint"};

// $1: organization.
constexpr Statement kReadState{
    .name = "read_state",
    .sql =
        "SELECT last_seq, available, held, next_due_at, state, is_disabled::int"
        " FROM farthing.ledger_state WHERE organization_id = $1::uuid"};
constexpr Statement kReadAuditHead{
    .sql = "SELECT number, hash, at FROM farthing.audit_head WHERE id = 1"};

// $1: organization, $2: the least id, $3: how many.
constexpr Statement kReadRecordsFrom{
    .name = "read_records_from",
    .sql =
        "SELECT id, record FROM farthing.ledger_record"
        " WHERE organization_id = $1::uuid AND id >= $2::uuid ORDER BY id LIMIT $3::bigint"};

// $1: organization, $2: the least caller's key, $3: how many.
constexpr Statement kReadSpendingFrom{
    .name = "read_spending_from",
    .sql =
        "SELECT caller_key, record FROM farthing.ledger_spending"
        " WHERE organization_id = $1::uuid AND caller_key >= $2::uuid"
        " ORDER BY caller_key LIMIT $3::bigint"};

// Citus joins no table of the coordinator with the workers' tables, but with what was read of them.
constexpr Statement kFindStranger{
    .sql =
        "WITH l AS MATERIALIZED (SELECT organization_id FROM farthing.ledger_state"
        "  UNION SELECT organization_id FROM farthing.ledger_record"
        "  UNION SELECT organization_id FROM farthing.ledger_spending)"
        " SELECT organization_id FROM l WHERE NOT EXISTS (SELECT 1 FROM "
        "farthing.directory_organization d"
        "  WHERE d.id = l.organization_id) LIMIT 1"};

// Entries are only ever added, and each increases the number of its organization's last one.
constexpr Statement kReadProgress{
    .sql =
        "SELECT number, (SELECT count(*) FROM farthing.ledger_state),"
        " (SELECT coalesce(sum(last_seq), 0)::bigint FROM farthing.ledger_state)"
        " FROM farthing.directory_change WHERE id = 1"};

// Returns the next id; nothing when there can be none.
std::optional<Id128> next_id(Id128 id) {
  for (std::size_t i = id.bytes.size(); i-- > 0;) {
    if (++id.bytes[i] != 0) return id;
  }
  return {};
}

Error database_is_damaged(const std::string& what) {
  return make_error(ErrorCode::server_error, "The database is damaged: " + what + ".");
}

// Names the row by the ids that it stands under: nothing else of it can be told from the record.
Error malformed_row(std::string_view table, std::span<const DirectoryRow::Column> columns) {
  std::string place;
  for (const DirectoryRow::Column& column : columns) {
    const bool is_id = column.name == "id" || column.name.ends_with("_id");
    if (!is_id || !column.value) continue;
    place.append(place.empty() ? "" : ", ").append(column.name).append(" ").append(*column.value);
  }
  return database_is_damaged("the record of " + std::string(table) + " with " + place +
                             " is malformed");
}

}  // namespace

Result<std::unique_ptr<DatabaseReader>> DatabaseReader::open(const std::string& conninfo,
                                                             Unfinished unfinished) {
  auto connection = DatabaseConnection::connect(conninfo);
  if (!connection) return as_error(std::move(connection).error());
  auto fault = find_schema_fault(**connection, unfinished);
  if (!fault) return as_error(std::move(fault).error());
  if (!fault->empty()) return make_error(ErrorCode::unavailable, *std::move(fault));
  std::unique_ptr<DatabaseReader> reader(new DatabaseReader(*std::move(connection)));
  if (auto begun = reader->begin(); !begun) return std::move(begun).error();
  return reader;
}

Result<Done> DatabaseReader::begin() {
  const std::array calls = {Call{kBeginReading}, Call{kSetNoTimeout}};
  if (auto begun = connection_->run(calls, kToolTimeout); !begun) return as_error(begun.error());
  auto progress = read_progress();
  if (!progress) return std::move(progress).error();
  progress_ = *progress;
  return Done{};
}

Result<Rows> DatabaseReader::run(Call call) const {
  const std::array calls = {std::move(call)};
  auto answers = connection_->run(calls, kToolTimeout);
  if (!answers) return as_error(std::move(answers).error());
  return std::move(answers->front());
}

Result<DatabaseReader::Progress> DatabaseReader::read_progress() const {
  const auto rows = run({kReadProgress});
  if (!rows) return rows.error();
  if (rows->is_empty())
    return database_is_damaged("the count of the directory's changes is missing");
  return Progress{.directory_changes = rows->number(0, 0),
                  .organizations = rows->number(0, 1),
                  .entries = rows->number(0, 2)};
}

Result<bool> DatabaseReader::has_changed() const {
  if (auto ended = run({kRollback}); !ended) return std::move(ended).error();
  const auto progress = read_progress();
  if (!progress) return progress.error();
  return *progress != progress_;
}

Result<Done> DatabaseReader::visit_directory(const VisitRecord& visit) const {
  return visit_directory_rows([&visit](const DirectoryRow& row) { return visit(row.record); });
}

Result<Done> DatabaseReader::visit_directory_rows(
    const std::function<Result<Done>(const DirectoryRow&)>& visit) const {
  std::vector<DirectoryRow::Column> columns;
  for (const DirectoryCursor& cursor : kDirectoryCursors) {
    if (auto declared = run({cursor.statement}); !declared) return std::move(declared).error();
    for (;;) {
      const auto rows = run({kFetchRecords});
      if (!rows) return rows.error();
      if (rows->is_empty()) break;
      for (std::size_t row = 0; row < rows->size(); ++row) {
        const auto record = directory::decode_directory_record(rows->bytes(row, 0));
        columns.clear();
        for (const std::string_view name : cursor.columns) {
          const int column = static_cast<int>(columns.size()) + 1;
          columns.push_back({.name = name, .value = {}});
          if (!rows->is_null(row, column)) columns.back().value = rows->bytes(row, column);
        }
        if (!record) return malformed_row(cursor.table, columns);
        if (auto visited = visit({.record = *record, .columns = columns}); !visited) return visited;
      }
    }
    if (auto closed = run({kCloseCursor}); !closed) return std::move(closed).error();
  }
  return Done{};
}

Result<Done> DatabaseReader::visit_audit_log(std::uint64_t after, const VisitAct& visit) const {
  for (std::uint64_t next = after + 1;;) {
    Parameters parameters;
    parameters.add(static_cast<std::int64_t>(next)).add(kRowsAtATime);
    const auto rows = run({kReadAuditLog, std::move(parameters)});
    if (!rows) return rows.error();
    for (std::size_t row = 0; row < rows->size(); ++row) {
      const auto record = directory::decode_audit_record(rows->bytes(row, 0));
      if (!record) {
        return database_is_damaged("the record of audit_record " +
                                   std::to_string(rows->number(row, 1)) + " is malformed");
      }
      if (record->number != static_cast<std::uint64_t>(rows->number(row, 1))) {
        return database_is_damaged("a record of the audit log is stored under another's number");
      }
      next = record->number + 1;
      if (auto visited = visit(*record); !visited) return visited;
    }
    if (rows->size() < static_cast<std::size_t>(kRowsAtATime)) return Done{};
  }
}

Result<Done> DatabaseReader::visit_entries(const EntryPlace& after, const VisitEntry& visit) const {
  return visit_entry_rows(after,
                          [&visit](const EntryRow& row) { return visit(row.place, row.stored); });
}

Result<Done> DatabaseReader::visit_entry_rows(
    const EntryPlace& after, const std::function<Result<Done>(const EntryRow&)>& visit) const {
  EntryPlace last = after;
  for (;;) {
    Parameters parameters;
    parameters.add(last.organization.value)
        .add(static_cast<std::int64_t>(last.seq))
        .add(kRowsAtATime);
    const auto rows = run({kReadAllEntries, std::move(parameters)});
    if (!rows) return rows.error();
    for (std::size_t row = 0; row < rows->size(); ++row) {
      last = {.organization = {rows->id(row, 0)},
              .seq = static_cast<std::uint64_t>(rows->number(row, 1))};
      EntryRow entry{.place = last,
                     .kind = rows->number(row, 2),
                     .idempotency_key = {},
                     .stored = rows->bytes(row, 4)};
      if (!rows->is_null(row, 3)) entry.idempotency_key = rows->bytes(row, 3);
      if (auto visited = visit(entry); !visited) return visited;
    }
    if (rows->size() < static_cast<std::size_t>(kRowsAtATime)) return Done{};
  }
}

Result<directory::AuditHead> DatabaseReader::read_audit_head() const {
  const auto rows = run({kReadAuditHead});
  if (!rows) return rows.error();
  directory::AuditHead head;
  if (rows->is_empty() || rows->bytes(0, 1).size() != head.hash.size()) {
    return database_is_damaged(
        "the row that says where the audit log ends is missing or malformed");
  }
  head.number = static_cast<std::uint64_t>(rows->number(0, 0));
  std::ranges::copy(rows->bytes(0, 1), head.hash.begin());
  head.at = rows->instant(0, 2);
  return head;
}

Result<std::optional<StateRow>> DatabaseReader::find_state(OrganizationId organization) const {
  Parameters parameters;
  parameters.add(organization.value);
  const auto rows = run({kReadState, std::move(parameters)});
  if (!rows) return rows.error();
  if (rows->is_empty()) return std::optional<StateRow>();
  StateRow state{.last_seq = static_cast<std::uint64_t>(rows->number(0, 0)),
                 .available = Credits::from_nano(rows->number(0, 1)),
                 .held = Credits::from_nano(rows->number(0, 2)),
                 .next_due_at = {},
                 .state = std::string(rows->bytes(0, 4)),
                 .is_disabled = rows->number(0, 5) != 0};
  if (!rows->is_null(0, 3)) state.next_due_at = rows->instant(0, 3);
  return std::optional(std::move(state));
}

Result<Done> DatabaseReader::visit_records(
    OrganizationId organization,
    const std::function<Result<Done>(const Id128& id, std::string_view record)>& visit) const {
  return visit_rows(kReadRecordsFrom, organization, visit);
}

Result<Done> DatabaseReader::visit_spending(
    OrganizationId organization,
    const std::function<Result<Done>(const Id128& caller_key, std::string_view record)>& visit)
    const {
  return visit_rows(kReadSpendingFrom, organization, visit);
}

Result<Done> DatabaseReader::visit_rows(
    const Statement& statement, OrganizationId organization,
    const std::function<Result<Done>(const Id128& id, std::string_view record)>& visit) const {
  for (std::optional<Id128> next = Id128(); next;) {
    Parameters parameters;
    parameters.add(organization.value).add(*next).add(kRowsAtATime);
    const auto rows = run({statement, std::move(parameters)});
    if (!rows) return rows.error();
    for (std::size_t row = 0; row < rows->size(); ++row) {
      next = next_id(rows->id(row, 0));
      if (auto visited = visit(rows->id(row, 0), rows->bytes(row, 1)); !visited) return visited;
    }
    if (rows->size() < static_cast<std::size_t>(kRowsAtATime)) return Done{};
  }
  return Done{};
}

Result<std::optional<OrganizationId>> DatabaseReader::find_stranger() const {
  const auto rows = run({kFindStranger});
  if (!rows) return rows.error();
  if (rows->is_empty()) return std::optional<OrganizationId>();
  return std::optional(OrganizationId{rows->id(0, 0)});
}

}  // namespace farthing::store::postgres
