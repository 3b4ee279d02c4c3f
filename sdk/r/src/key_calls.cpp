// SPDX-License-Identifier: Apache-2.0
#include "key_calls.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace farthing::r {
namespace {

// Returns the rate limit, in whole numbers as R has checked; nothing when there is none.
std::optional<sdk::RateLimit> rate_of(const Arguments& in) {
  const auto requests = in.optional_number("requests");
  const auto per_s = in.optional_number("per_s");
  if (!requests || !per_s) return {};
  return sdk::RateLimit{.requests = static_cast<std::int64_t>(*requests),
                        .per_s = static_cast<std::int64_t>(*per_s)};
}

// Reads one cap of the argument `spend_caps`, which R has split into one argument each.
std::optional<Credits> cap_of(const Arguments& in, const char* name) {
  return optional_amount(in, name, "spend_caps");
}

std::optional<sdk::SpendCaps> caps_of(const Arguments& in) {
  const sdk::SpendCaps caps{.day = cap_of(in, "cap_day"),
                            .month = cap_of(in, "cap_month"),
                            .total = cap_of(in, "cap_total")};
  if (!caps.day && !caps.month && !caps.total) return {};
  return caps;
}

}  // namespace

CallResult get_api_key(const Request& r) {
  return one(r.client.get_api_key(r.in.text("api_key"), r.options));
}

CallResult list_api_keys(const Request& r) {
  return page(r.client.list_api_keys({.user = r.in.optional_text("user"), .page = page_of(r.in)},
                                     r.options));
}

CallResult create_api_key(const Request& r) {
  return written(
      r.client.create_api_key({.user = r.in.text("user"),
                               .name = r.in.optional_text("name"),
                               .scopes = texts_of(r.in.get("scopes")),
                               .expires_at = r.in.optional_text("expires_at"),
                               .allowed_networks = texts_of(r.in.get("allowed_networks")),
                               .rate_limit = rate_of(r.in),
                               .spend_caps = caps_of(r.in)},
                              r.options));
}

CallResult change_api_key(const Request& r) {
  sdk::ChangeApiKey change{.api_key = r.in.text("api_key"),
                           .name = r.in.optional_text("name"),
                           .scopes = texts_of(r.in.get("scopes"))};
  if (auto expires_at = r.in.optional_text("expires_at")) {
    change.expires_at = *std::move(expires_at);
  }
  if (SEXP networks = r.in.get("allowed_networks"); networks != R_NilValue) {
    change.allowed_networks = texts_of(networks);
  }
  if (const auto rate = rate_of(r.in)) change.rate_limit = *rate;
  if (const auto cap = cap_of(r.in, "cap_day")) change.spend_caps.day = *cap;
  if (const auto cap = cap_of(r.in, "cap_month")) change.spend_caps.month = *cap;
  if (const auto cap = cap_of(r.in, "cap_total")) change.spend_caps.total = *cap;
  for (const std::string& name : texts_of(r.in.get("clear"))) {
    if (name == "expires_at") change.expires_at = sdk::Clear{};
    if (name == "allowed_networks") change.allowed_networks = sdk::Clear{};
    if (name == "rate_limit") change.rate_limit = sdk::Clear{};
    if (name == "cap_day") change.spend_caps.day = sdk::Clear{};
    if (name == "cap_month") change.spend_caps.month = sdk::Clear{};
    if (name == "cap_total") change.spend_caps.total = sdk::Clear{};
  }
  return written(r.client.change_api_key(change, r.options));
}

CallResult rotate_api_key(const Request& r) {
  sdk::RotateApiKey rotation{.api_key = r.in.text("api_key")};
  if (const auto overlap = r.in.optional_number("overlap_s")) {
    rotation.overlap = std::chrono::seconds(static_cast<std::int64_t>(*overlap));
  }
  return written(r.client.rotate_api_key(rotation, r.options));
}

CallResult revoke_leaked_api_key(const Request& r) {
  return one(r.client.revoke_leaked_api_key(r.in.text("secret"), r.options));
}

CallResult revoke_api_key(const Request& r) {
  return written(r.client.revoke_api_key(r.in.text("api_key"), r.options));
}

CallResult verify_api_key(const Request& r) {
  return one(r.client.verify_api_key({.api_key = r.in.text("api_key"),
                                      .organization = r.in.optional_text("organization"),
                                      .scope = r.in.optional_text("scope"),
                                      .address = r.in.optional_text("address"),
                                      .could_spend = optional_amount(r.in, "could_spend")},
                                     r.options));
}

}  // namespace farthing::r
