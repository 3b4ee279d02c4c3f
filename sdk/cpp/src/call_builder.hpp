// SPDX-License-Identifier: Apache-2.0
// Puts a /v1 call together and remembers the first thing that is wrong with it, so that a call
// reads as the list of what it sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/credits.hpp>
#include <farthing/failure.hpp>
#include <farthing/requests.hpp>

#include "sdk/cpp/src/json_writer.hpp"
#include "sdk/cpp/src/session.hpp"

namespace farthing::sdk {

class CallBuilder {
 public:
  // `path_template` names each id in braces, in the order in which `id` gives them. A literal.
  CallBuilder(std::string_view method, std::string_view path_template);

  // The next id of the path. `field` is its name in a failure, here and below.
  CallBuilder& id(std::string_view field, std::string_view value);

  CallBuilder& query(std::string_view field, std::string_view value);
  CallBuilder& optional_query(std::string_view field, const std::optional<std::string>& value);
  CallBuilder& page(const PageRequest& page);

  // Members of the body. Text must be UTF-8; `required` text must not be empty.
  CallBuilder& required(std::string_view field, std::string_view value);
  CallBuilder& text(std::string_view field, const std::optional<std::string>& value);
  CallBuilder& texts(std::string_view field, const std::vector<std::string>& values);
  CallBuilder& amount(std::string_view field, Credits value);
  CallBuilder& integer(std::string_view field, const std::optional<std::int64_t>& value);
  CallBuilder& object(std::string_view field, const std::optional<std::string>& json);

  Result<Call> build();

 private:
  JsonObjectWriter& body();
  bool check_text(std::string_view field, std::string_view value);
  void fail(std::string_view field, std::string_view flaw);

  Call call_;
  std::string_view rest_;  // of the template, behind what `call_.path` holds
  std::string body_text_;
  std::optional<JsonObjectWriter> body_;
  std::optional<Failure> failure_;
};

}  // namespace farthing::sdk
