// SPDX-License-Identifier: Apache-2.0
// The members of a request's body that say what an API key is to be.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/ip_network.hpp"
#include "base/json/json_value.hpp"
#include "server/directory/command.hpp"
#include "server/directory/entities.hpp"

namespace farthing::api {

// Reads an array of the names of scopes, at least one.
Result<directory::Scopes> read_scopes(const JsonValue& value, std::string_view field);

// Reads an array of at most 64 networks or addresses; a network that stands twice is kept once.
Result<std::vector<IpNetwork>> read_networks(const JsonValue& value, std::string_view field);

// Reads the networks that a key is to have in place of its present ones: in the same form, at least
// one, or null for anywhere. A list without any is refused, because programs send one unasked.
Result<std::vector<IpNetwork>> read_networks_change(const JsonValue& value, std::string_view field);

// Reads the name that a key is to have in place of its present one; null, which is read as an empty
// name, takes it away.
Result<std::string> read_name_change(const JsonValue& value, std::string_view field);

// Reads {"requests": 150, "per_s": 10}: 1 to 1 000 000 requests in 1 to 86 400 seconds.
Result<directory::RateLimit> read_rate_limit(const JsonValue& value, std::string_view field);

// Reads {"day": "10", "month": null}: amounts of zero or more; null stands for no cap, and in place
// of the object for none at all.
Result<directory::SpendCapsChange> read_spend_caps(const JsonValue& value, std::string_view field);

// Reads the spend caps of a key that has none yet, in the same form.
Result<ledger::SpendCaps> read_new_spend_caps(const JsonValue& value, std::string_view field);

// Reads how long a replaced secret works on: whole seconds from 0 to 2 592 000.
Result<std::chrono::seconds> read_overlap(const JsonValue& value, std::string_view field);

// Reads null, as an inner nothing, or what `reader` reads.
template <class Reader>
struct NullOr {
  Reader reader;

  auto operator()(const JsonValue& value, std::string_view field) const {
    using Value = std::remove_cvref_t<decltype(*reader(value, field))>;
    using Read = Result<std::optional<std::optional<Value>>>;
    if (value.is_null()) return Read(std::optional(std::optional<Value>()));
    auto read = reader(value, field);
    if (!read) return Read(std::move(read).error());
    return Read(std::optional(std::optional<Value>(*std::move(read))));
  }
};
template <class Reader>
NullOr(Reader) -> NullOr<Reader>;

}  // namespace farthing::api
