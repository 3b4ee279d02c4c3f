// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/json/encode_json.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace farthing::sdk {

void append_json_double(double number, std::string& out) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits{};
  char* const begin = digits.data();
  const double magnitude = std::abs(number);
  const auto format = number == 0 || (magnitude >= 1e-6 && magnitude < 1e15)
                          ? std::chars_format::fixed
                          : std::chars_format::scientific;
  const auto written = std::to_chars(begin, begin + digits.size(), number, format);
  out.append(begin, static_cast<std::size_t>(written.ptr - begin));
}

void encode_member(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
  out.name(name).begin_array();
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

}  // namespace farthing::sdk
