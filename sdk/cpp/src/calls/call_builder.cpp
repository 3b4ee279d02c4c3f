// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/calls/call_builder.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "base/json/json_reader.hpp"
#include "base/json/utf8.hpp"
#include "sdk/cpp/src/json/encode_json.hpp"
#include "sdk/cpp/src/models/models_json.hpp"
#include "sdk/cpp/src/session/settings.hpp"
#include "sdk/cpp/src/session/url.hpp"

namespace farthing::sdk {
namespace {

constexpr int kLargestLimit = 1'000;
constexpr std::int64_t kMostRequests = 1'000'000;
constexpr std::int64_t kLongestPeriod = 86'400;

}  // namespace

CallBuilder::CallBuilder(std::string_view method, std::string_view path_template)
    : call_{.method = method, .version = "v1", .path_template = path_template},
      rest_(path_template) {
  const std::size_t end = rest_.find('{');
  call_.path = rest_.substr(0, end);
  rest_.remove_prefix(call_.path.size());
}

CallBuilder& CallBuilder::id(std::string_view field, std::string_view value) {
  if (value.empty()) fail(field, "is empty");
  // A server would take these for steps through its paths.
  if (value == "." || value == "..") fail(field, "is no id");
  if (!check_text(field, value)) return *this;
  call_.path += percent_encode(value);
  rest_.remove_prefix(rest_.find('}') + 1);
  const std::string_view fixed = rest_.substr(0, rest_.find('{'));
  call_.path += fixed;
  rest_.remove_prefix(fixed.size());
  return *this;
}

CallBuilder& CallBuilder::query(std::string_view field, std::string_view value) {
  if (value.empty()) fail(field, "is empty");
  if (!check_text(field, value)) return *this;
  call_.path += call_.path.find('?') == std::string::npos ? '?' : '&';
  call_.path += field;
  call_.path += '=';
  call_.path += percent_encode(value);
  return *this;
}

CallBuilder& CallBuilder::optional_query(std::string_view field,
                                         const std::optional<std::string>& value) {
  return value ? query(field, *value) : *this;
}

CallBuilder& CallBuilder::page(const PageRequest& page) {
  if (page.limit) {
    if (*page.limit < 1 || *page.limit > kLargestLimit) fail("limit", "must be 1 to 1000");
    query("limit", std::to_string(*page.limit));
  }
  return optional_query("cursor", page.cursor);
}

CallBuilder& CallBuilder::required(std::string_view field, std::string_view value) {
  if (value.empty()) fail(field, "is empty");
  if (check_text(field, value)) body().member(field, value);
  return *this;
}

CallBuilder& CallBuilder::text(std::string_view field, const std::optional<std::string>& value) {
  if (value && check_text(field, *value)) body().member(field, *value);
  return *this;
}

CallBuilder& CallBuilder::texts(std::string_view field, const std::vector<std::string>& values) {
  return values.empty() ? *this : list(field, values);
}

CallBuilder& CallBuilder::list(std::string_view field, const std::vector<std::string>& values) {
  for (const std::string& value : values) check_text(field, value);
  encode_member(body(), field, values);
  return *this;
}

CallBuilder& CallBuilder::amount(std::string_view field, Credits value) {
  if (!value.is_positive()) fail(field, "must be more than 0");
  body().member(field, value);
  return *this;
}

CallBuilder& CallBuilder::optional_amount(std::string_view field,
                                          const std::optional<Credits>& value) {
  return value ? amount(field, *value) : *this;
}

CallBuilder& CallBuilder::limit(std::string_view field, const std::optional<Credits>& value) {
  if (!value) return *this;
  if (*value < Credits()) fail(field, "must not be less than 0");
  body().member(field, *value);
  return *this;
}

CallBuilder& CallBuilder::seconds(std::string_view field, std::chrono::seconds value,
                                  SecondsRange range) {
  if (value < range.least || value > range.most) {
    fail(field, "must be " + std::to_string(range.least.count()) + " to " +
                    std::to_string(range.most.count()) + " seconds");
  }
  body().name(field).integer(value.count());
  return *this;
}

CallBuilder& CallBuilder::optional_seconds(std::string_view field,
                                           const std::optional<std::chrono::seconds>& value,
                                           SecondsRange range) {
  return value ? seconds(field, *value, range) : *this;
}

CallBuilder& CallBuilder::rate_limit(std::string_view field,
                                     const std::optional<RateLimit>& value) {
  if (!value) return *this;
  const bool is_allowed = value->requests >= 1 && value->requests <= kMostRequests &&
                          value->per_s >= 1 && value->per_s <= kLongestPeriod;
  if (!is_allowed) fail(field, "must be 1 to 1000000 requests in 1 to 86400 seconds");
  encode_member(body(), field, *value);
  return *this;
}

CallBuilder& CallBuilder::spend_caps(std::string_view field, const std::optional<SpendCaps>& caps) {
  if (!caps) return *this;
  const auto change_to = [](const std::optional<Credits>& cap) {
    return cap ? Clearable<Credits>(*cap) : Clearable<Credits>();
  };
  return spend_caps(field, SpendCapsChange{.day = change_to(caps->day),
                                           .month = change_to(caps->month),
                                           .total = change_to(caps->total)});
}

CallBuilder& CallBuilder::spend_caps(std::string_view field, const SpendCapsChange& caps) {
  const std::array<std::pair<std::string_view, const Clearable<Credits>*>, 3> changes = {
      {{"day", &caps.day}, {"month", &caps.month}, {"total", &caps.total}}};
  const auto is_kept = [](const auto& change) {
    return std::holds_alternative<Keep>(*change.second);
  };
  if (std::all_of(changes.begin(), changes.end(), is_kept)) return *this;
  JsonWriter& object = body().name(field).begin_object();
  for (const auto& [name, cap] : changes) {
    const Credits* const amount = std::get_if<Credits>(cap);
    if (amount != nullptr && *amount < Credits()) fail(field, "must not be less than 0");
    if (amount != nullptr) object.member(name, *amount);
    if (std::holds_alternative<Clear>(*cap)) object.name(name).literal("null");
  }
  object.end_object();
  return *this;
}

CallBuilder& CallBuilder::null(std::string_view field) {
  body().name(field).literal("null");
  return *this;
}

CallBuilder& CallBuilder::boolean(std::string_view field, bool value) {
  body().name(field).boolean(value);
  return *this;
}

CallBuilder& CallBuilder::integer(std::string_view field,
                                  const std::optional<std::int64_t>& value) {
  if (value) body().name(field).integer(*value);
  return *this;
}

CallBuilder& CallBuilder::object(std::string_view field, const std::optional<std::string>& json) {
  if (!json) return *this;
  const auto value = read_json(*json);
  if (!value) {
    fail(field, "is not JSON: " + value.error().message + " at byte " +
                    std::to_string(value.error().offset));
  } else if ((*value)->type() != JsonType::object) {
    fail(field, "must be a JSON object, not " + std::string(describe((*value)->type())));
  } else {
    body().name(field).literal((*value)->text());
  }
  return *this;
}

CallBuilder& CallBuilder::tags(std::string_view field, const std::vector<Tag>& tags) {
  if (tags.empty()) return *this;
  bool is_text = true;
  for (const Tag& tag : tags) {
    is_text = check_text(field, tag.name) && check_text(field, tag.value) && is_text;
  }
  if (!is_text) return *this;
  JsonWriter& object = body().name(field).begin_object();
  for (const Tag& tag : tags) object.member(tag.name, tag.value);
  object.end_object();
  return *this;
}

CallBuilder& CallBuilder::price(std::string_view field, const std::optional<Price>& price) {
  if (!price) return *this;
  if (price->amount < Credits()) fail(field, "must not be less than 0");
  if (!check_text(field, price->currency)) return *this;
  JsonWriter& object = body().name(field).begin_object();
  object.member("amount", price->amount).member("currency", price->currency);
  object.end_object();
  return *this;
}

CallBuilder& CallBuilder::presented_key(std::string_view field, const std::optional<Secret>& key) {
  if (!key) return *this;
  required(field, key->reveal());
  std::vector<Secret>& keys = call_.presented_keys;
  const bool is_known = std::any_of(keys.begin(), keys.end(), [&](const Secret& known) {
    return known.reveal() == key->reveal();
  });
  if (!is_known) keys.push_back(*key);
  return *this;
}

CallBuilder& CallBuilder::with_body() {
  body();
  return *this;
}

CallBuilder& CallBuilder::without_api_key() {
  call_.needs_api_key = false;
  return *this;
}

CallBuilder& CallBuilder::with_own_keys() {
  call_.has_own_keys = true;
  return *this;
}

CallBuilder& CallBuilder::answered_in(AnswerType type) {
  call_.answer_type = type;
  return *this;
}

Result<Call> CallBuilder::build() {
  if (failure_) return std::move(*failure_);
  if (has_body_) {
    body_.end_object();
    call_.body = std::move(body_text_);
  }
  return std::move(call_);
}

JsonWriter& CallBuilder::body() {
  if (!std::exchange(has_body_, true)) body_.begin_object();
  return body_;
}

void CallBuilder::check_count(std::string_view field, std::size_t size, std::size_t max_size) {
  if (size >= 1 && size <= max_size) return;
  fail(field, "must be 1 to " + std::to_string(max_size) + " of them");
}

bool CallBuilder::check_text(std::string_view field, std::string_view value) {
  if (!is_utf8(value)) fail(field, "is not UTF-8");
  return !failure_;
}

void CallBuilder::fail(std::string_view field, std::string_view flaw) {
  if (failure_) return;
  std::string path = element_path_;
  path += field;
  std::string message = "`" + path + "` ";
  message += flaw;
  failure_ = usage_failure(std::move(path), std::move(message));
}

}  // namespace farthing::sdk
