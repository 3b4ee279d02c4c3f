// SPDX-License-Identifier: Apache-2.0
#include "cli/output/escape.hpp"

#include <fmt/format.h>

#include <cwchar>

namespace farthing::cli {
namespace {

constexpr char32_t kNotUtf8 = 0xffff'ffff;

// One character and its size in bytes; `kNotUtf8` and one byte where there is none.
struct Character {
  char32_t code = kNotUtf8;
  std::size_t size = 1;
};

// Returns how many bytes a sequence that starts with `first` has, 0 when none does.
std::size_t sequence_size(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

// Returns the first character of a text that is not empty.
Character first_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t size = sequence_size(first);
  if (size == 0 || size > text.size()) return {};
  if (size == 1) return {first, 1};
  char32_t code = first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0U) != 0x80U) return {};
    code = (code << 6U) | (byte & 0x3fU);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[size] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return {};
  return {code, size};
}

bool is_control(char32_t code) { return code < 0x20 || (code >= 0x7f && code <= 0x9f); }

// Returns whether the mark changes the direction or the lines of the text around it.
bool is_reordering(char32_t code) {
  return code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

std::string escaped(char32_t code) {
  switch (code) {
    case U'\n':
      return "\\n";
    case U'\t':
      return "\\t";
    case U'\r':
      return "\\r";
    default:
      return fmt::format("\\u{:04x}", static_cast<unsigned>(code));
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::string_view bytes = text.substr(0, character.size);
    text.remove_prefix(character.size);
    if (character.code == kNotUtf8) {
      safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes.front()));
    } else if (is_control(character.code) || is_reordering(character.code)) {
      safe += escaped(character.code);
    } else if (character.code == U'\\') {
      safe += "\\\\";
    } else {
      safe += bytes;
    }
  }
  return safe;
}

std::string printable_lines(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines += printable(line);
    lines.push_back('\n');
  }
  return lines;
}

std::string printable_json(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  while (!json.empty()) {
    const Character character = first_character(json);
    if (character.code >= 0x20 && character.code != kNotUtf8 &&
        (is_control(character.code) || is_reordering(character.code))) {
      safe += escaped(character.code);
    } else {
      safe += json.substr(0, character.size);
    }
    json.remove_prefix(character.size);
  }
  return safe;
}

std::string json_string(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      literal.push_back('\\');
      literal.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      literal += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      literal.push_back(c);
    }
  }
  literal.push_back('"');
  return literal;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    text.remove_prefix(character.size);
    const int columns = ::wcwidth(static_cast<wchar_t>(character.code));
    // A character that the locale does not know counts as one column.
    width += columns < 0 ? 1U : static_cast<std::size_t>(columns);
  }
  return width;
}

}  // namespace farthing::cli
