// SPDX-License-Identifier: Apache-2.0
// Finds the characters of a text that stand in a JSON string as they are. Reader and writer take
// them eight at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace farthing::json_detail {

// Returns whether `c` is ASCII, no control character, no quote and no backslash.
constexpr bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// Returns the highest bit of the first of eight characters that is not plain, and perhaps of some
// behind it. It computes on all eight at once: in the differences below, the highest bit of a byte
// is set when the byte was less than what is subtracted, and only such a byte borrows from those
// behind.
inline std::uint64_t find_non_plain(const char* eight) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, eight, sizeof bytes);
  const auto less_than = [](std::uint64_t word, std::uint64_t limit) {
    return (word - kEach * limit) & ~word;
  };
  const std::uint64_t found = bytes | less_than(bytes, 0x20) | less_than(bytes ^ (kEach * '"'), 1) |
                              less_than(bytes ^ (kEach * '\\'), 1);
  return found & (kEach * 0x80);
}

// Returns how many plain characters `text` begins with.
inline std::size_t count_plain(std::string_view text) {
  std::size_t plain = 0;
  while (plain + 8 <= text.size()) {
    if (const std::uint64_t found = find_non_plain(text.data() + plain)) {
      if constexpr (std::endian::native == std::endian::little) {
        return plain + static_cast<std::size_t>(std::countr_zero(found)) / 8;
      }
      break;
    }
    plain += 8;
  }
  while (plain < text.size() && is_plain(text[plain])) ++plain;
  return plain;
}

}  // namespace farthing::json_detail
