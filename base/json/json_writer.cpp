// SPDX-License-Identifier: Apache-2.0
#include "base/json/json_writer.hpp"

#include "base/json/plain_text.hpp"
#include "base/json/utf8.hpp"

namespace farthing {
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

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  if (json_detail::count_plain(text) == text.size()) {
    // This is nearly always so: put both quotes at once, and the text between them.
    out.append(text.size() + 2, '"');
    text.copy(out.data() + out.size() - text.size() - 1, text.size());
    return;
  }
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t plain = json_detail::count_plain(text);
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

}  // namespace farthing
