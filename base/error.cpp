// SPDX-License-Identifier: Apache-2.0
#include "base/error.hpp"

#include <array>

namespace farthing {
namespace {

using enum ErrorCode;

constexpr ErrorTraits row(ErrorCode code, int status, bool temporary, std::string_view sentence) {
  return {code, to_string(code), status, temporary, sentence};
}

constexpr std::array kTraits = {
    row(bad_request, 400, false, "The request is malformed."),
    row(unauthorized, 401, false,
        "The API key is wrong, expired or revoked. Send a valid key in the Authorization "
        "header."),
    row(permission_denied, 403, false, "The API key may not do this."),
    row(user_disabled, 403, false,
        "The user of this API key has been disabled by the operator. The key works again when "
        "the user is enabled."),
    row(organization_disabled, 403, false,
        "The organization has been disabled by the operator. Nothing new can be spent until it "
        "is enabled."),
    row(caller_key_invalid, 403, false,
        "The API key that was presented for the caller is wrong, expired or revoked, or its "
        "user does not belong to the organization."),
    row(not_found, 404, false, "There is nothing here."),
    row(method_not_allowed, 405, false,
        "This resource does not have that method; the Allow header lists those it has."),
    row(request_timeout, 408, true, "The request did not arrive in time. Send it again."),
    row(conflict, 409, false, "The request does not fit the state of what it names."),
    row(idempotency_key_reused, 409, false,
        "This Idempotency-Key was used for a different request. Use a new key for a new "
        "request."),
    row(already_exists, 409, false, "This exists already."),
    row(last_owner, 409, false,
        "This is the organization's last owner. Make another member an owner first."),
    row(last_admin, 409, false,
        "This is the last admin key that works. Make another one first, under a user who "
        "stays enabled."),
    row(too_many_grants, 409, false,
        "The organization has as many live grants as one may have; let some be spent or "
        "expire first."),
    row(too_many_holds, 409, false,
        "The organization has as many open holds as one may have; capture or release some "
        "first."),
    row(too_many_debts, 409, false,
        "The organization owes for as many charges as one may; grant it credits first."),
    row(too_many_api_keys, 409, false,
        "The user has as many live API keys as one may have; revoke some first."),
    row(amount_overflow, 409, false,
        "The sum of the organization's credits would be larger than can be counted."),
    row(grant_voided, 409, false, "The grant has been voided already."),
    row(grant_expired, 409, false, "The grant has expired; there is nothing left to void."),
    row(hold_captured, 409, false, "The hold has been captured already. Nothing is held any more."),
    row(hold_released, 409, false, "The hold has been released already. Nothing is held any more."),
    row(hold_expired, 409, false, "The hold ran out and was released. Nothing is held any more."),
    row(capture_exceeds_hold, 409, false,
        "The capture asks for more than the hold has left, which the hold does not allow."),
    row(charge_fully_refunded, 409, false, "All of the charge has been refunded already."),
    row(refund_exceeds_charge, 409, false, "The refund asks for more than is left of the charge."),
    row(payload_too_large, 413, false, "The body is larger than this server accepts."),
    row(uri_too_long, 414, false, "The request target is longer than this server accepts."),
    row(unsupported_media_type, 415, false, "Send the body as application/json."),
    row(expectation_failed, 417, false, "The only expectation that can be met is 100-continue."),
    row(rate_limit_exceeded, 429, true,
        "Too many requests. Try again after the time that Retry-After says."),
    row(headers_too_large, 431, false, "The header fields are larger than this server accepts."),
    row(insufficient_credits, 402, false,
        "The organization does not have enough credits for this."),
    row(spend_cap_exceeded, 402, false,
        "The caller's API key has a spend cap that leaves less than this needs."),
    row(not_implemented, 501, false, "This server does not know that method."),
    row(http_version_not_supported, 505, false, "Speak HTTP/1.1 or HTTP/1.0."),
    row(unavailable, 503, true, "The server cannot answer now. Try again later."),
    row(server_error, 500, false, "An unexpected server error occurred, please try again."),
};

// The table is indexed by the code.
static_assert([] {
  for (std::size_t i = 0; i < kTraits.size(); ++i) {
    if (static_cast<std::size_t>(kTraits[i].code) != i) return false;
  }
  return kTraits.back().code == server_error;
}());

}  // namespace

std::span<const ErrorTraits> all_error_traits() { return kTraits; }

const ErrorTraits& traits_of(ErrorCode code) { return kTraits[static_cast<std::size_t>(code)]; }

Error make_error(ErrorCode code) { return make_error(code, std::string(traits_of(code).sentence)); }

Error make_error(ErrorCode code, std::string message) {
  return Error{.code = code, .message = std::move(message), .field = {}, .details = {}};
}

Error bad_field(std::string field, std::string message) {
  return Error{
      .code = bad_request, .message = std::move(message), .field = std::move(field), .details = {}};
}

}  // namespace farthing
