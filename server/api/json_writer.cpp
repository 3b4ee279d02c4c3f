// SPDX-License-Identifier: Apache-2.0
#include "server/api/json_writer.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "server/api/utf8.hpp"

namespace farthing::api {
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

// Whether one of eight characters needs care, by arithmetic on all of them at once: the highest bit
// of a byte stays set in the differences below when the byte was less than what is taken from it.
bool any_needs_care(const char* eight) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof bytes);
  const auto less_than = [](std::uint64_t word, std::uint64_t limit) {
    return (word - kEach * limit) & ~word;
  };
  const std::uint64_t found = bytes | less_than(bytes, 0x20) | less_than(bytes ^ (kEach * '"'), 1) |
                              less_than(bytes ^ (kEach * '\\'), 1);
  return (found & (kEach * 0x80)) != 0;
}

constexpr bool needs_care(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte >= 0x80 || c == '"' || c == '\\';
}

std::size_t count_plain(std::string_view text) {
  std::size_t plain = 0;
  while (plain + 8 <= text.size() && !any_needs_care(text.data() + plain)) plain += 8;
  while (plain < text.size() && !needs_care(text[plain])) ++plain;
  return plain;
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
  if (count_plain(text) == text.size()) {
    // As nearly always: both quotes at once, and the text between them.
    out.append(text.size() + 2, '"');
    text.copy(out.data() + out.size() - text.size() - 1, text.size());
    return;
  }
  out.push_back('"');
  while (!text.empty()) {
    const std::size_t plain = count_plain(text);
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

}  // namespace farthing::api
