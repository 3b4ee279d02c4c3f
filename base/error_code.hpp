// SPDX-License-Identifier: Apache-2.0
// The errors that the service has names for. api/errors.md says what each means and what to do
// about it. Header-only, so that the SDK promises the very same list to its users
// (sdk/cpp/include/farthing/error_code.hpp is this file).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

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

namespace error_code_detail {

using enum ErrorCode;

// The names in the order of the enumerators.
inline constexpr auto kNames = std::to_array<std::pair<ErrorCode, std::string_view>>({
    {bad_request, "bad_request"},
    {unauthorized, "unauthorized"},
    {permission_denied, "permission_denied"},
    {user_disabled, "user_disabled"},
    {organization_disabled, "organization_disabled"},
    {caller_key_invalid, "caller_key_invalid"},
    {not_found, "not_found"},
    {method_not_allowed, "method_not_allowed"},
    {request_timeout, "request_timeout"},
    {conflict, "conflict"},
    {idempotency_key_reused, "idempotency_key_reused"},
    {already_exists, "already_exists"},
    {last_owner, "last_owner"},
    {last_admin, "last_admin"},
    {too_many_grants, "too_many_grants"},
    {too_many_holds, "too_many_holds"},
    {too_many_debts, "too_many_debts"},
    {too_many_api_keys, "too_many_api_keys"},
    {amount_overflow, "amount_overflow"},
    {grant_voided, "grant_voided"},
    {grant_expired, "grant_expired"},
    {hold_captured, "hold_captured"},
    {hold_released, "hold_released"},
    {hold_expired, "hold_expired"},
    {capture_exceeds_hold, "capture_exceeds_hold"},
    {charge_fully_refunded, "charge_fully_refunded"},
    {refund_exceeds_charge, "refund_exceeds_charge"},
    {payload_too_large, "payload_too_large"},
    {uri_too_long, "uri_too_long"},
    {unsupported_media_type, "unsupported_media_type"},
    {expectation_failed, "expectation_failed"},
    {rate_limit_exceeded, "rate_limit_exceeded"},
    {headers_too_large, "headers_too_large"},
    {insufficient_credits, "insufficient_credits"},
    {spend_cap_exceeded, "spend_cap_exceeded"},
    {not_implemented, "not_implemented"},
    {http_version_not_supported, "http_version_not_supported"},
    {unavailable, "unavailable"},
    {server_error, "server_error"},
});

static_assert([] {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (static_cast<std::size_t>(kNames[i].first) != i) return false;
  }
  return kNames.back().first == server_error;
}());

}  // namespace error_code_detail

// Returns the name on the wire.
constexpr std::string_view to_string(ErrorCode code) {
  return error_code_detail::kNames[static_cast<std::size_t>(code)].second;
}

// Returns nothing for a name that is not in the list.
constexpr std::optional<ErrorCode> parse_error_code(std::string_view name) {
  for (const auto& [code, text] : error_code_detail::kNames) {
    if (text == name) return code;
  }
  return {};
}

}  // namespace farthing
