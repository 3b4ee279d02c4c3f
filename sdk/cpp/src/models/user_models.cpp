// SPDX-License-Identifier: Apache-2.0
// The balance of the user API, which keeps the number as it was written.
#include <farthing/user_models.hpp>

#include <utility>

#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk {

void decode(const FieldReader& in, BalanceResponseBody& out) {
  DecodedNumber number;
  in.require("credits", number);
  out.credits = number.nearest;
  out.credits_text = std::move(number.text);
  out.exact_credits = number.exact;
}

Result<BalanceResponseBody> BalanceResponseBody::from_json(std::string_view json) {
  return decode_json<BalanceResponseBody>(json);
}

std::string BalanceResponseBody::to_json() const {
  const auto number = read_json(credits_text);
  std::string json = "{\"credits\":";
  if (number && (*number)->type() == JsonType::number) {
    json += (*number)->text();
  } else {
    append_json_double(credits, json);
  }
  json.push_back('}');
  return json;
}

}  // namespace farthing::sdk
