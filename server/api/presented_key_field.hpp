// SPDX-License-Identifier: Apache-2.0
// The member of a body with which somebody presents an API key beside the one of the request.
#pragma once

#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/json/json_value.hpp"
#include "server/api/input.hpp"
#include "server/api/json_fields.hpp"
#include "server/service/caller_keys.hpp"

namespace farthing::api {

// The member for the key of a service's caller.
inline constexpr std::string_view kCallerKeyField = "api_key";

// Reads any string: whether it is a key is told later, and not by a 400.
inline Result<service::PresentedKey> read_presented_key(const JsonValue& value,
                                                        std::string_view field) {
  const auto text = read_string(value, field);
  if (!text) return text.error();
  return service::present_key(*text);
}

// Counts of a key in the request only the scopes that would count of the request's own key.
inline void count_scopes(const Call& call, std::optional<service::PresentedKey>& key) {
  if (key) key->counted = counted_scopes(call.request.entrance());
}

}  // namespace farthing::api
