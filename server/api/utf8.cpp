// SPDX-License-Identifier: Apache-2.0
#include "server/api/utf8.hpp"

#include <algorithm>
#include <cstdint>

namespace farthing::api {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// How many bytes a character has that begins with `lead`, and which values need that many.
struct Form {
  std::size_t size;
  std::uint32_t lead_bits;
  std::uint32_t min;
};

Form form_of(unsigned char lead) {
  if (lead < 0x80) return {.size = 1, .lead_bits = 0x7f, .min = 0};
  if (lead >= 0xc0 && lead < 0xe0) return {.size = 2, .lead_bits = 0x1f, .min = 0x80};
  if (lead >= 0xe0 && lead < 0xf0) return {.size = 3, .lead_bits = 0x0f, .min = 0x800};
  if (lead >= 0xf0 && lead < 0xf8) return {.size = 4, .lead_bits = 0x07, .min = 0x10000};
  return {.size = 0, .lead_bits = 0, .min = 0};
}

}  // namespace

std::size_t utf8_character_size(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const Form form = form_of(lead);
  if (form.size == 0 || form.size > text.size()) return 0;
  std::uint32_t value = lead & form.lead_bits;
  for (const char c : text.substr(1, form.size - 1)) {
    if (!is_continuation(c)) return 0;
    value = (value << 6) | (static_cast<unsigned char>(c) & 0x3f);
  }
  const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
  return value < form.min || value > 0x10ffff || is_surrogate ? 0 : form.size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::size_t count_utf8_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

}  // namespace farthing::api
