// SPDX-License-Identifier: Apache-2.0
// What every store says in the same words when something is not there, or may not begin.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/idempotency_key.hpp"
#include "server/directory/refusals.hpp"
#include "server/ledger/decide.hpp"

namespace farthing::store {

// Why a movement that repeats none is not begun, before anything else about it is looked at.
// `standing` is the organization's, which the command gets; nothing: there is no such organization.
inline std::optional<Error> find_refusal_of_new(ledger::Command& command,
                                                std::optional<ledger::Standing> standing) {
  if (!is_idempotency_key(command.origin.idempotency_key))
    return directory::malformed_idempotency_key();
  if (!standing) return directory::no_such_organization();
  command.standing = *standing;
  return ledger::find_refusal_by_standing(command);
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
