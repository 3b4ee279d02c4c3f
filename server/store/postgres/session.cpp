// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/session.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/schema.hpp"

namespace farthing::store::postgres {

namespace {

using std::chrono::milliseconds;

// Only a session that hangs, or one that is not a node's, holds a lock for so long.
constexpr milliseconds kLongestLock{5'000};

// $1: milliseconds.
constexpr Statement kSetLockTimeout{
    .name = "set_lock_timeout",
    .sql = "SELECT set_config('lock_timeout', $1::bigint::text, false)"};

}  // namespace

Checked<std::vector<Rows>> Session::run(std::span<const Call> calls) {
  const Health::Wait wait(health_);
  if (connection_ && !connection_->is_usable()) connection_.reset();
  const auto asked_at = Health::Clock::now();
  if (!connection_) {
    if (auto connected = connect(); !connected) {
      report(connected.error(), asked_at, options_.exchange_timeout);
      return std::move(connected).error();
    }
  }
  const milliseconds longest = patience();
  auto answers = exchange(calls, longest);
  if (answers) {
    health_.report_reached();
    return answers;
  }
  if (answers.error().failure == Failure::lost) connection_.reset();
  report(answers.error(), asked_at, longest);
  return answers;
}

Checked<Done> Session::connect() {
  auto connection = DatabaseConnection::connect(options_.conninfo);
  if (!connection) return std::move(connection).error();
  if (auto checked = check_may_serve(**connection); !checked) {
    checked.error().failure = Failure::lost;
    return checked;
  }
  connection_ = *std::move(connection);
  lock_timeout_ = {};
  ++connections_;
  return Done{};
}

milliseconds Session::patience() const {
  if (!deadline_) return options_.exchange_timeout;
  const auto left = std::chrono::floor<milliseconds>(*deadline_ - Health::Clock::now());
  return std::clamp(left, kShortestWait, std::max(kShortestWait, options_.exchange_timeout));
}

Checked<std::vector<Rows>> Session::exchange(std::span<const Call> calls, milliseconds patience) {
  if (auto bounded = bound_locks(patience); !bounded) return std::move(bounded).error();
  return connection_->run(calls, patience);
}

// Sets nothing within a transaction, whose rollback would undo the setting.
Checked<Done> Session::bound_locks(milliseconds patience) {
  const milliseconds wanted = std::min(kLongestLock, patience * 9 / 10);
  if (wanted == lock_timeout_ || connection_->is_in_transaction()) return Done{};
  Parameters parameters;
  parameters.add(std::int64_t{wanted.count()});
  const std::array calls = {Call{kSetLockTimeout, std::move(parameters)}};
  const auto set = connection_->run(calls, patience);
  if (!set) return set.error();
  lock_timeout_ = wanted;
  return Done{};
}

void Session::report(const DatabaseError& error, Health::Time asked_at, milliseconds patience) {
  if (error.is_late) {
    // A wait that was cut short says nothing of the database.
    if (patience >= options_.exchange_timeout) health_.report_late(error.message, asked_at);
    return;
  }
  if (error.failure == Failure::lost && !error.is_read_only) {
    return health_.report_lost(error.message);
  }
  health_.report_reached();
  if (error.failure == Failure::worker_lost) return health_.report_worker_lost(error.message);
  if (error.is_read_only) return health_.report_read_only(error.message);
  if (error.failure == Failure::refused) health_.say(error.message);
}

void Session::abandon_transaction() {
  if (!connection_ || !connection_->is_in_transaction()) return;
  const std::array calls = {Call{.statement = kRollback}};
  if (!connection_->run(calls, patience())) connection_.reset();
}

std::chrono::milliseconds pause_before(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int longest = std::min(500, 10 << std::min(attempt, 6));
  return std::chrono::milliseconds(std::uniform_int_distribution(longest / 2, longest)(random));
}

}  // namespace farthing::store::postgres
