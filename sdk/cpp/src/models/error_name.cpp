// SPDX-License-Identifier: Apache-2.0
#include <farthing/error_name.hpp>

#include <array>
#include <utility>

namespace farthing::sdk {
namespace {

using enum ErrorName;

// In the order of the enumerators.
constexpr std::array kNames = std::to_array<std::pair<ErrorName, std::string_view>>({
    {bad_request, "bad_request"},
    {unauthorized, "unauthorized"},
    {insufficient_credits, "insufficient_credits"},
    {spend_cap_exceeded, "spend_cap_exceeded"},
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
    {server_error, "server_error"},
    {not_implemented, "not_implemented"},
    {unavailable, "unavailable"},
    {http_version_not_supported, "http_version_not_supported"},
});

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (static_cast<std::size_t>(kNames[i].first) != i) return false;
  }
  return true;
}
static_assert(is_in_order());

}  // namespace

std::string_view to_string(ErrorName name) { return kNames[static_cast<std::size_t>(name)].second; }

std::optional<ErrorName> parse_error_name(std::string_view name) {
  for (const auto& [value, text] : kNames) {
    if (text == name) return value;
  }
  return {};
}

}  // namespace farthing::sdk
