// SPDX-License-Identifier: Apache-2.0
// Puts a /v1 call together and remembers the first fault in it, so that a call reads as the list of
// what it sends.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/failure.hpp>
#include <farthing/requests.hpp>
#include <farthing/secret.hpp>

#include "base/json/json_writer.hpp"
#include "sdk/cpp/src/session/session.hpp"

namespace farthing::sdk {

// A range with both ends included.
struct SecondsRange {
  std::chrono::seconds least;
  std::chrono::seconds most;
};

class CallBuilder {
 public:
  // The lifetimes that a hold may have.
  static constexpr SecondsRange kHoldTimes = {.least = std::chrono::seconds(1),
                                              .most = std::chrono::hours(24)};

  // `path_template` is a literal that names each id in braces, in the order in which `id` gives
  // them.
  CallBuilder(std::string_view method, std::string_view path_template);
  CallBuilder(const CallBuilder&) = delete;
  CallBuilder& operator=(const CallBuilder&) = delete;

  // Adds the next id of the path. `field` is its name in a failure, here and below.
  CallBuilder& id(std::string_view field, std::string_view value);

  CallBuilder& query(std::string_view field, std::string_view value);
  CallBuilder& optional_query(std::string_view field, const std::optional<std::string>& value);
  CallBuilder& page(const PageRequest& page);

  // Add members to the body. Text must be UTF-8; `required` text must not be empty.
  CallBuilder& required(std::string_view field, std::string_view value);
  CallBuilder& text(std::string_view field, const std::optional<std::string>& value);
  // Adds an array of strings; adds nothing when there are none.
  CallBuilder& texts(std::string_view field, const std::vector<std::string>& values);
  // Adds an array of strings, empty when there are none.
  CallBuilder& list(std::string_view field, const std::vector<std::string>& values);
  CallBuilder& amount(std::string_view field, Credits value);  // more than 0
  CallBuilder& optional_amount(std::string_view field, const std::optional<Credits>& value);
  CallBuilder& limit(std::string_view field, const std::optional<Credits>& value);  // 0 or more
  CallBuilder& seconds(std::string_view field, std::chrono::seconds value,
                       SecondsRange range = kHoldTimes);
  CallBuilder& optional_seconds(std::string_view field,
                                const std::optional<std::chrono::seconds>& value,
                                SecondsRange range = kHoldTimes);
  CallBuilder& rate_limit(std::string_view field, const std::optional<RateLimit>& value);
  CallBuilder& spend_caps(std::string_view field, const std::optional<SpendCaps>& caps);
  // Adds the spend caps that change; adds nothing when all are kept.
  CallBuilder& spend_caps(std::string_view field, const SpendCapsChange& caps);
  CallBuilder& null(std::string_view field);
  CallBuilder& boolean(std::string_view field, bool value);
  CallBuilder& integer(std::string_view field, const std::optional<std::int64_t>& value);
  CallBuilder& object(std::string_view field, const std::optional<std::string>& json);
  // Adds an object with a member for each tag; adds nothing when there are none.
  CallBuilder& tags(std::string_view field, const std::vector<Tag>& tags);
  CallBuilder& price(std::string_view field, const std::optional<Price>& price);

  // Adds an API key that is presented in the body; it must not be empty.
  CallBuilder& presented_key(std::string_view field, const std::optional<Secret>& key);

  // Adds an array of 1 to `max_size` objects; `write(*this, item)` adds the members of one.
  template <class T, class Write>
  CallBuilder& objects(std::string_view field, const std::vector<T>& items, std::size_t max_size,
                       Write write);

  // Sends a body, an empty object where there is no member.
  CallBuilder& with_body();
  // Does not send the API key of the client, which need not have one.
  CallBuilder& without_api_key();
  // Says that the idempotency keys are in the body.
  CallBuilder& with_own_keys();
  CallBuilder& answered_in(AnswerType type);

  Result<Call> build();

 private:
  JsonWriter& body();  // what members are written to: the body, or an object within it
  void check_count(std::string_view field, std::size_t size, std::size_t max_size);
  bool check_text(std::string_view field, std::string_view value);
  void fail(std::string_view field, std::string_view flaw);

  Call call_;
  std::string_view rest_;  // of the template, behind what `call_.path` holds
  std::string body_text_;
  JsonWriter body_{body_text_};
  bool has_body_ = false;
  std::string element_path_;  // of the object of an array that is being written: `charges[2].`
  std::optional<Failure> failure_;
};

template <class T, class Write>
CallBuilder& CallBuilder::objects(std::string_view field, const std::vector<T>& items,
                                  std::size_t max_size, Write write) {
  check_count(field, items.size(), max_size);
  body().name(field).begin_array();
  for (std::size_t i = 0; i < items.size() && !failure_; ++i) {
    body_.begin_object();
    element_path_ = std::string(field) + "[" + std::to_string(i) + "].";
    write(*this, items[i]);
    element_path_.clear();
    body_.end_object();
  }
  body_.end_array();
  return *this;
}

}  // namespace farthing::sdk
