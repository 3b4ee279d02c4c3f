// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/clock_set_back.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "server/ledger/state.hpp"
#include "server/store/postgres/audit_log.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/schema.hpp"
#include "server/store/postgres/store_clock.hpp"

namespace farthing::store::postgres {
namespace {

constexpr std::int64_t kStatesAtATime = 256;

// Counts other connections; poolers may hide some.
constexpr Statement kCountOthers{
    .sql =
        "SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = current_database()"
        " AND application_name ~ '^farthing(/|$)' AND pid <> pg_backend_pid()"};
constexpr Statement kReadLastAct{.sql = "SELECT at FROM farthing.audit_head WHERE id = 1"};
// $1: the least id, $2: how many.
constexpr Statement kReadStatesFrom{
    .sql =
        "SELECT organization_id, state FROM farthing.ledger_state WHERE organization_id > $1::uuid"
        " ORDER BY organization_id LIMIT $2::bigint"};
// $1: the time that is set.
constexpr Statement kSetMark{
    .sql = "UPDATE farthing.store_clock SET mark = $1::bigint, is_doubted = false WHERE id = 1"};

Error state_is_damaged(const Id128& organization) {
  return make_error(ErrorCode::server_error, "The database is damaged: the state of " +
                                                 OrganizationId{organization}.to_string() +
                                                 " cannot be read.");
}

Result<Done> find_ahead(DatabaseConnection& connection, ClockSetBack& set_back) {
  for (std::optional<Id128> next = Id128(); next;) {
    Parameters parameters;
    parameters.add(*next).add(kStatesAtATime);
    const std::array calls = {Call{kReadStatesFrom, std::move(parameters)}};
    const auto answers = connection.run(calls, kToolTimeout);
    if (!answers) return as_error(answers.error());
    const Rows& rows = answers->front();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto state = ledger::decode_state(rows.bytes(row, 1));
      if (!state) return state_is_damaged(rows.id(row, 0));
      if (state->last_at > set_back.clock) {
        set_back.ahead.push_back({state->organization, state->last_at});
      }
    }
    next.reset();
    if (rows.size() == static_cast<std::size_t>(kStatesAtATime)) next = rows.id(rows.size() - 1, 0);
  }
  return Done{};
}

Result<Done> act(DatabaseConnection& connection, const ClockSetBack& set_back) {
  Parameters parameters;
  parameters.add(set_back.clock.us());
  const std::array begin = {Call{kBegin}, Call{kSetMark, std::move(parameters)},
                            Call{kLockAuditHead}};
  const auto begun = connection.run(begin, kToolTimeout);
  if (!begun) return as_error(begun.error());
  auto calls =
      add_audit_record_calls(begun->back(), set_back.ledger_time, {}, {},
                             directory::describe_set_back(set_back.ledger_time, set_back.clock));
  if (!calls) return as_error(calls.error());
  calls->push_back({kCommit});
  const auto committed = connection.run(*calls, kToolTimeout);
  if (!committed) return as_error(committed.error());
  return Done{};
}

}  // namespace

Result<ClockSetBack> set_clock_back(const std::string& conninfo, SetBackMode mode) {
  const auto connection = DatabaseConnection::connect(conninfo);
  if (!connection) return as_error(connection.error());
  const auto fault = find_schema_fault(**connection);
  if (!fault) return as_error(fault.error());
  if (!fault->empty()) return make_error(ErrorCode::unavailable, *fault);
  const std::array calls = {Call{kCountOthers}, Call{kClock}, Call{kReadStoreClock},
                            Call{kReadLastAct}};
  const auto found = (*connection)->run(calls, kToolTimeout);
  if (!found) return as_error(found.error());
  if (const std::int64_t others = (*found)[0].number(0, 0);
      others > 0 && mode == SetBackMode::act) {
    return make_error(ErrorCode::unavailable,
                      "Servers are connected to the database. Stop every one of them first.");
  }
  const Instant mark = read_shared_clock((*found)[2]).mark.value_or(Instant());
  const Instant last_act = (*found)[3].is_empty() ? Instant() : (*found)[3].instant(0, 0);
  ClockSetBack set_back{
      .ledger_time = std::max(mark, last_act), .clock = (*found)[1].instant(0, 0), .ahead = {}};
  if (auto read = find_ahead(**connection, set_back); !read) return read.error();
  if (!set_back.is_needed() || mode == SetBackMode::look) return set_back;
  if (auto done = act(**connection, set_back); !done) return done.error();
  return set_back;
}

}  // namespace farthing::store::postgres
