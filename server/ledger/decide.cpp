// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/decide.hpp"

#include <utility>

#include "base/check.hpp"
#include "server/ledger/decisions.hpp"

namespace farthing::ledger {
namespace {

Error refuse_caller_key() {
  Error error = make_error(ErrorCode::caller_key_invalid);
  error.field = "api_key";
  return error;
}

}  // namespace

Result<Done> decide(OrganizationState& state, Command&& command, const Records& records,
                    Booked& booked) {
  CHECK(command.at >= state.last_at);
  CHECK(!state.next_due_at || *state.next_due_at > command.at);
  if (command.has_invalid_caller_key) return refuse_caller_key();
  Booking booking(state, command.at, booked, command.origin);
  return std::visit([&](const auto& action) { return decide_action(action, records, booking); },
                    command.action);
}

Result<Done> check_replay(const Entry& first, const Fingerprint& fingerprint) {
  if (first.origin.fingerprint == fingerprint) return Done{};
  return make_error(ErrorCode::idempotency_key_reused);
}

}  // namespace farthing::ledger
