// SPDX-License-Identifier: Apache-2.0
// Characters as HTTP compares them: ASCII letters without case, no locale.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace farthing::http {

constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Returns whether a header's value may not hold the byte; true for HTAB too, which it may hold.
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) return false;
  }
  return true;
}

// A set of bytes that says with one look whether a byte is in it.
class ByteSet {
 public:
  // Makes the set of the bytes for which `belongs` returns true.
  template <class Belongs>
  constexpr explicit ByteSet(Belongs belongs) {
    for (std::size_t byte = 0; byte < has_.size(); ++byte) {
      has_[byte] = belongs(static_cast<char>(byte));
    }
  }
  constexpr bool has(char c) const { return has_[static_cast<unsigned char>(c)]; }
  constexpr bool has_all(std::string_view text) const {
    for (const char c : text) {
      if (!has(c)) return false;
    }
    return true;
  }

 private:
  std::array<bool, 256> has_{};
};

}  // namespace farthing::http
