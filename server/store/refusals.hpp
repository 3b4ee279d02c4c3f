// SPDX-License-Identifier: Apache-2.0
// What every store says in the same words when something is not there, or may not begin.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"
#include "base/idempotency_key.hpp"
#include "server/directory/command.hpp"
#include "server/directory/refusals.hpp"
#include "server/ledger/command.hpp"

namespace farthing::store {

// What a disabled organization may not do. What has begun may be ended: a capture pays for work
// that is done, a release and a refund give back, and grants, voids and limits are the operator's.
inline bool spends_anew(const ledger::Action& action) {
  return std::holds_alternative<ledger::CreateCharge>(action) ||
         std::holds_alternative<ledger::PlaceHold>(action) ||
         std::holds_alternative<ledger::ExtendHold>(action);
}

inline Error organization_disabled(const ledger::Command& command) {
  Error error = make_error(ErrorCode::organization_disabled);
  // Of a hold, the path leads to the organization.
  if (ledger::find_hold_of(command.action) == nullptr) error.field = "organization";
  return error;
}

// Why a movement that repeats none is not begun, before anything else about it is looked at.
// `standing` is the organization's; nothing: there is no such organization.
inline std::optional<Error> find_refusal_of_new(const ledger::Command& command,
                                                std::optional<directory::Standing> standing) {
  if (!is_idempotency_key(command.origin.idempotency_key))
    return directory::malformed_idempotency_key();
  if (!standing) return directory::no_such_organization();
  if (*standing == directory::Standing::disabled && spends_anew(command.action)) {
    return organization_disabled(command);
  }
  return {};
}

// While the clock is in doubt, nothing is booked that cannot be taken back. `whose`: "server" or
// "database".
inline Error clock_in_doubt(std::string_view whose) {
  return make_error(ErrorCode::unavailable,
                    "The clock of the " + std::string(whose) +
                        " is in doubt. Nothing is booked but releases of holds, until the clock is "
                        "set right or an operator confirms it.");
}

}  // namespace farthing::store
