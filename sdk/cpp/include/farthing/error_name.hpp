// SPDX-License-Identifier: Apache-2.0
// The errors that a Farthing server has names for, so that a program can switch over them and the
// compiler knows their spelling. What each means and what to do about it: api/errors.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <farthing/export.hpp>

namespace farthing::sdk {

// Spelled as on the wire. Later servers may send names that are not here.
enum class ErrorName : std::uint8_t {
  bad_request,
  unauthorized,
  insufficient_credits,
  spend_cap_exceeded,
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
  server_error,
  not_implemented,
  unavailable,
  http_version_not_supported,
};

// The name on the wire.
FARTHING_API std::string_view to_string(ErrorName name);

// Nothing for a name that is not above.
FARTHING_API std::optional<ErrorName> parse_error_name(std::string_view name);

}  // namespace farthing::sdk
