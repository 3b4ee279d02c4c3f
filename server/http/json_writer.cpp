// SPDX-License-Identifier: Apache-2.0
#include "server/http/json_writer.hpp"

#include <array>
#include <cstdint>

#include "server/http/utf8.hpp"

namespace farthing::http {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

void append_escaped(char c, std::string& out) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      out.push_back('\\');
      out.push_back(c);
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
      const auto byte = static_cast<unsigned char>(c);
      out += "\\u00";
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
  }
}

constexpr bool needs_care(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && !needs_care(text[plain])) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      append_escaped(text.front(), out);
      text.remove_prefix(1);
    } else if (const std::size_t size = utf8_character_size(text); size > 0) {
      out += text.substr(0, size);
      text.remove_prefix(size);
    } else {
      out += kReplacement;
      text.remove_prefix(1);
    }
  }
  out.push_back('"');
}

}  // namespace farthing::http
