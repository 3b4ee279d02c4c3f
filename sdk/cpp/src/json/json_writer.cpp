// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/json/json_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "sdk/cpp/src/json/utf8.hpp"

namespace farthing::sdk {
namespace {

void append_escaped(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte >= 0x20) {
    out.push_back(c);
    return;
  }
  out += "\\u00";
  out.push_back(kHex[byte >> 4]);
  out.push_back(kHex[byte & 0xF]);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      append_utf8(out, 0xFFFD);
      text.remove_prefix(1);
    } else if (length == 1) {
      append_escaped(out, text.front());
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  out.push_back('"');
}

void append_json_double(std::string& out, double number) {
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

std::string& JsonObjectWriter::begin(std::string_view name) {
  if (!is_first_) out_.push_back(',');
  is_first_ = false;
  append_json_string(out_, name);
  out_.push_back(':');
  return out_;
}

void JsonObjectWriter::optional_text(std::string_view name,
                                     const std::optional<std::string>& value) {
  if (value) text(name, *value);
}

void JsonObjectWriter::optional_json(std::string_view name,
                                     const std::optional<std::string>& value) {
  if (value) json(name, *value);
}

void JsonObjectWriter::texts(std::string_view name, const std::vector<std::string>& values) {
  std::string& out = begin(name);
  out.push_back('[');
  for (const std::string& value : values) {
    if (out.back() != '[') out.push_back(',');
    append_json_string(out, value);
  }
  out.push_back(']');
}

}  // namespace farthing::sdk
