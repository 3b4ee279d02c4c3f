// SPDX-License-Identifier: Apache-2.0
// The errors of the service: one enumerator per name on the wire, one table of what each means, and
// the value that carries one to the caller. Messages never hold a secret.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace farthing {

// Spelled as on the wire; api/errors.md has a row for each.
enum class ErrorCode : std::uint8_t {
  bad_request,
  unauthorized,
  permission_denied,
  user_disabled,
  organization_disabled,
  caller_key_invalid,
  not_found,
  method_not_allowed,
  request_timeout,
  conflict,
  idempotency_key_reused,
  already_exists,
  last_owner,
  last_admin,
  too_many_grants,
  too_many_holds,
  too_many_debts,
  too_many_api_keys,
  amount_overflow,
  grant_voided,
  grant_expired,
  hold_captured,
  hold_released,
  hold_expired,
  capture_exceeds_hold,
  charge_fully_refunded,
  refund_exceeds_charge,
  payload_too_large,
  uri_too_long,
  unsupported_media_type,
  expectation_failed,
  rate_limit_exceeded,
  headers_too_large,
  insufficient_credits,
  spend_cap_exceeded,
  not_implemented,
  http_version_not_supported,
  unavailable,
  server_error,
};

// What an error code means to a caller.
struct ErrorTraits {
  ErrorCode code;
  std::string_view name;      // on the wire
  int status;                 // HTTP
  bool temporary;             // the same request may succeed later
  std::string_view sentence;  // the message when none more exact is given
};

// Every code, in the order of the enumeration.
std::span<const ErrorTraits> all_error_traits();
const ErrorTraits& traits_of(ErrorCode code);

// A fact beside the message, for programs: {"required", "12.5"}. Values are strings on the wire.
struct ErrorDetail {
  std::string name;
  std::string value;
};

// The name of the detail that says in how many seconds to try again.
inline constexpr std::string_view kRetryAfterDetail = "retry_after_s";

struct Error {
  ErrorCode code = ErrorCode::server_error;
  std::string message;  // what happened and what to do next, for a person
  std::string field;    // the input that is wrong ("amount", "Idempotency-Key"), or empty
  std::vector<ErrorDetail> details;
};

// An error with the message of the table.
Error make_error(ErrorCode code);
Error make_error(ErrorCode code, std::string message);
// 400 about one input.
Error bad_field(std::string field, std::string message);

template <class T>
using Result = BasicResult<T, Error>;

}  // namespace farthing
