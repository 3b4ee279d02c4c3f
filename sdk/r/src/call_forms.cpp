// SPDX-License-Identifier: Apache-2.0
#include "call_forms.hpp"

#include "sdk/cpp/src/json/encode_json.hpp"

namespace farthing::r {

std::optional<Credits> optional_amount(const Arguments& in, const char* name, const char* field) {
  std::string digits = in.text(name);
  if (digits.empty()) {
    const auto number = in.optional_number(name);
    if (!number) return {};
    sdk::append_json_double(*number, digits);
  }
  const auto amount = Credits::parse_number(digits);
  if (!amount) throw BadAmount(field == nullptr ? name : field);
  return amount;
}

Credits amount_of(const Arguments& in) {
  const auto amount = optional_amount(in, "amount");
  if (!amount) throw BadAmount("amount");
  return *amount;
}

std::optional<std::chrono::seconds> ttl_of(const Arguments& in) {
  const auto ttl = in.optional_number("ttl_s");
  if (!ttl) return {};
  return std::chrono::seconds(static_cast<std::int64_t>(*ttl));
}

std::vector<std::string> texts_of(SEXP value) {
  std::vector<std::string> texts;
  if (value == R_NilValue) return texts;
  for (const cpp11::r_string text : cpp11::strings(value)) texts.emplace_back(text);
  return texts;
}

sdk::PageRequest page_of(const Arguments& in) {
  sdk::PageRequest page{.cursor = in.optional_text("cursor")};
  if (const auto limit = in.optional_number("limit")) page.limit = static_cast<int>(*limit);
  return page;
}

}  // namespace farthing::r
