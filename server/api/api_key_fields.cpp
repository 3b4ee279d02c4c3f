// SPDX-License-Identifier: Apache-2.0
#include "server/api/api_key_fields.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "server/api/body_spec.hpp"
#include "server/api/json_fields.hpp"
#include "server/service/registry.hpp"

namespace farthing::api {
namespace {

constexpr std::size_t kMaxNetworks = 64;
constexpr std::size_t kMostCharactersOfName = 255;
constexpr std::int32_t kMaxRequests = 1'000'000;
constexpr std::int32_t kMaxPeriod = 86'400;

// Returns the whole number from 1 to `max` that is a member of `object`; nothing when there is
// none.
std::optional<std::uint32_t> find_count(const JsonValue::Object& object, std::string_view name,
                                        std::int32_t max) {
  const auto member = std::ranges::find(object, name, &JsonMember::name);
  if (member == object.end()) return {};
  const auto count = read_integer(member->value, name);
  if (!count || *count < 1 || *count > max) return {};
  return static_cast<std::uint32_t>(*count);
}

}  // namespace

Result<directory::Scopes> read_scopes(const JsonValue& value, std::string_view field) {
  const Error wrong = must_be(field, R"(a list of one or more of "user", "service", "admin")");
  const JsonValue::Array* array = value.as_array();
  if (array == nullptr || array->empty()) return wrong;
  directory::Scopes scopes;
  for (const JsonValue& element : *array) {
    const std::string_view* text = element.as_string();
    const auto scope = text != nullptr ? directory::parse_scope(*text) : std::nullopt;
    if (!scope) return wrong;
    scopes.add(*scope);
  }
  return scopes;
}

Result<std::vector<IpNetwork>> read_networks(const JsonValue& value, std::string_view field) {
  const Error wrong = must_be(field,
                              "a list of at most 64 addresses or networks, such as "
                              "\"192.0.2.0/24\" or \"2001:db8::/32\", with no bit set behind the "
                              "prefix");
  const JsonValue::Array* array = value.as_array();
  if (array == nullptr || array->size() > kMaxNetworks) return wrong;
  std::vector<IpNetwork> networks;
  for (const JsonValue& element : *array) {
    const std::string_view* text = element.as_string();
    const auto network = text != nullptr ? IpNetwork::parse(*text) : std::nullopt;
    if (!network) return wrong;
    if (std::ranges::find(networks, *network) == networks.end()) networks.push_back(*network);
  }
  return networks;
}

Result<std::vector<IpNetwork>> read_networks_change(const JsonValue& value,
                                                    std::string_view field) {
  if (value.is_null()) return std::vector<IpNetwork>();
  if (const JsonValue::Array* array = value.as_array(); array != nullptr && array->empty()) {
    return must_be(field, "null, which means from anywhere, or a list of at least one network");
  }
  return read_networks(value, field);
}

Result<std::string> read_name_change(const JsonValue& value, std::string_view field) {
  if (value.is_null()) return std::string();
  return TextReader{kMostCharactersOfName}(value, field);
}

Result<directory::RateLimit> read_rate_limit(const JsonValue& value, std::string_view field) {
  const JsonValue::Object* object = value.as_object();
  const auto requests =
      object != nullptr ? find_count(*object, "requests", kMaxRequests) : std::nullopt;
  const auto per_s = object != nullptr ? find_count(*object, "per_s", kMaxPeriod) : std::nullopt;
  if (!requests || !per_s || object->size() != 2) {
    return must_be(field,
                   "an object with requests, 1 to 1000000, and per_s, the number of seconds in "
                   "which so many are allowed, 1 to 86400");
  }
  return directory::RateLimit{.requests = *requests, .per_s = *per_s};
}

Result<directory::SpendCapsChange> read_spend_caps(const JsonValue& value, std::string_view field) {
  using Caps = directory::SpendCapsChange;
  static const BodySpec<Caps> spec{
      api::field(Presence::changed, "day", &Caps::day, NullOr{read_limit}),
      api::field(Presence::changed, "month", &Caps::month, NullOr{read_limit}),
      api::field(Presence::changed, "total", &Caps::total, NullOr{read_limit}),
  };
  constexpr std::optional<Credits> kNone;
  if (value.is_null()) return Caps{.day = kNone, .month = kNone, .total = kNone};
  const Error wrong = must_be(
      field, "null or an object of caps in credits, zero or more or null: day, month, total");
  Caps caps;
  if (value.as_object() == nullptr || !spec.read(value, caps)) return wrong;
  return caps;
}

Result<ledger::SpendCaps> read_new_spend_caps(const JsonValue& value, std::string_view field) {
  const auto caps = read_spend_caps(value, field);
  if (!caps) return caps.error();
  return ledger::SpendCaps{.day = caps->day.value_or(std::nullopt),
                           .month = caps->month.value_or(std::nullopt),
                           .total = caps->total.value_or(std::nullopt)};
}

Result<std::chrono::seconds> read_overlap(const JsonValue& value, std::string_view field) {
  const auto integer = read_integer(value, field);
  if (!integer) return integer.error();
  const std::chrono::seconds overlap(*integer);
  if (overlap < std::chrono::seconds(0) || overlap > service::kMaxOverlap) {
    return must_be(field, "a number of seconds from 0 to 2592000");
  }
  return overlap;
}

}  // namespace farthing::api
