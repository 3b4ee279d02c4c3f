// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/session.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <utility>

#include "server/store/postgres/statements.hpp"

namespace farthing::store::postgres {

Checked<std::vector<Rows>> Session::run(std::span<const Call> calls) {
  if (connection_ && !connection_->is_usable()) connection_.reset();
  if (!connection_) {
    auto connection = Connection::connect(options_.conninfo);
    if (!connection) {
      health_.report_lost(connection.error().message);
      return std::move(connection).error();
    }
    connection_ = *std::move(connection);
    ++connections_;
  }
  auto answers = connection_->run(calls, options_.exchange_timeout);
  if (answers) {
    health_.report_reached();
  } else if (answers.error().is_read_only) {
    // Another server of the URL's may be the one to write to.
    if (answers.error().failure == Failure::lost) connection_.reset();
    health_.report_read_only(answers.error().message);
  } else if (answers.error().failure == Failure::lost) {
    connection_.reset();
    health_.report_lost(answers.error().message);
  } else if (answers.error().failure == Failure::refused) {
    health_.report_reached();
    health_.say(answers.error().message);
  }
  return answers;
}

void Session::abandon_transaction() {
  if (!connection_ || !connection_->is_in_transaction()) return;
  const std::array calls = {Call{.statement = kRollback}};
  if (!connection_->run(calls, options_.exchange_timeout)) connection_.reset();
}

std::chrono::milliseconds pause_before(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int longest = std::min(500, 10 << std::min(attempt, 6));
  return std::chrono::milliseconds(std::uniform_int_distribution(longest / 2, longest)(random));
}

}  // namespace farthing::store::postgres
