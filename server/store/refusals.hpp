// SPDX-License-Identifier: Apache-2.0
// What every store says in the same words when something is not there, or may not begin.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.hpp"
#include "base/idempotency_key.hpp"
#include "server/ledger/command.hpp"
#include "server/store/directory_command.hpp"

namespace farthing::store {

inline Error no_such_organization() {
  Error error = make_error(ErrorCode::not_found, "There is no such organization.");
  error.field = "organization";
  return error;
}

// What a disabled organization may not do. What has begun may be ended: a capture pays for work
// that is done, a release and a refund give back, and grants, voids and limits are the operator's.
inline bool spends_anew(const ledger::Action& action) {
  return std::holds_alternative<ledger::CreateCharge>(action) ||
         std::holds_alternative<ledger::PlaceHold>(action) ||
         std::holds_alternative<ledger::ExtendHold>(action);
}

inline Error wrong_address() {
  return make_error(ErrorCode::permission_denied, "The API key may not be used from this address.");
}

inline Error organization_disabled(const ledger::Command& command) {
  Error error = make_error(ErrorCode::organization_disabled);
  // Of a hold, the path leads to the organization.
  if (ledger::find_hold_of(command.action) == nullptr) error.field = "organization";
  return error;
}

inline Error malformed_idempotency_key() {
  Error error =
      make_error(ErrorCode::bad_request,
                 std::string("idempotency_key must be ").append(kIdempotencyKeyForm) + ".");
  error.field = "idempotency_key";
  return error;
}

// Why a movement that repeats none is not begun, before anything else about it is looked at.
// `standing` is the organization's; nothing: there is no such organization.
inline std::optional<Error> find_refusal_of_new(const ledger::Command& command,
                                                std::optional<Standing> standing) {
  if (!is_idempotency_key(command.origin.idempotency_key)) return malformed_idempotency_key();
  if (!standing) return no_such_organization();
  if (*standing == Standing::disabled && spends_anew(command.action)) {
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

// A value where there is one, `not_found` where `record` is null.
template <class Record>
Result<Record> found_or_missing(const Record* record) {
  if (record == nullptr) return make_error(ErrorCode::not_found);
  return *record;
}

}  // namespace farthing::store
