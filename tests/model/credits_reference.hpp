// SPDX-License-Identifier: Apache-2.0
// A second reading of number literals, for tests and fuzzing only: it shares neither code nor
// method with credits.hpp. It checks the form in one pass, brings the digits to the shape "integer
// without trailing zeros × 10^exponent", and counts in 128 bits.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace farthing::credits_reference {

// The amount in 10⁻⁹ credits, or nothing when the literal is malformed, inexact or out of range.
inline std::optional<std::int64_t> read_number(std::string_view text) {
  enum class At { start, zero, whole, point, fraction, exponent, exponent_sign, exponent_digits };
  At at = At::start;
  std::string digits;
  __int128 places = 0;    // digits behind the point
  __int128 exponent = 0;  // as written, without its sign
  bool is_exponent_negative = false;
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);

  for (const char c : text) {
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_e = c == 'e' || c == 'E';
    if (at == At::start && is_digit) {
      at = c == '0' ? At::zero : At::whole;
      digits += c;
    } else if (at == At::whole && is_digit) {
      digits += c;
    } else if ((at == At::zero || at == At::whole) && c == '.') {
      at = At::point;
    } else if ((at == At::point || at == At::fraction) && is_digit) {
      at = At::fraction;
      digits += c;
      ++places;
    } else if ((at == At::zero || at == At::whole || at == At::fraction) && is_e) {
      at = At::exponent;
    } else if (at == At::exponent && (c == '+' || c == '-')) {
      at = At::exponent_sign;
      is_exponent_negative = c == '-';
    } else if ((at == At::exponent || at == At::exponent_sign || at == At::exponent_digits) &&
               is_digit) {
      at = At::exponent_digits;
      constexpr __int128 kFar = 1'000'000'000'000'000'000;
      if (exponent < kFar) exponent = exponent * 10 + (c - '0');
    } else {
      return {};
    }
  }
  const bool is_complete =
      at == At::zero || at == At::whole || at == At::fraction || at == At::exponent_digits;
  if (!is_complete) return {};

  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return 0;
  __int128 power = (is_exponent_negative ? -exponent : exponent) - places;
  for (; digits.back() == '0'; digits.pop_back()) ++power;
  const __int128 zeros = power + 9;  // to append so that the integer counts 10⁻⁹
  if (zeros < 0 || static_cast<__int128>(digits.size()) + zeros > 19) return {};
  digits.append(static_cast<std::size_t>(zeros), '0');

  __int128 nano = 0;
  for (const char digit : digits) nano = nano * 10 + (digit - '0');
  if (is_negative) nano = -nano;
  if (nano < std::numeric_limits<std::int64_t>::min()) return {};
  if (nano > std::numeric_limits<std::int64_t>::max()) return {};
  return static_cast<std::int64_t>(nano);
}

// The same for plain decimals: no exponent, at most nine digits behind the point.
inline std::optional<std::int64_t> read_decimal(std::string_view text) {
  const auto point = text.find('.');
  if (point != std::string_view::npos && text.size() > point + 10) return {};
  for (const char c : text) {
    if (c == 'e' || c == 'E') return {};
  }
  return read_number(text);
}

}  // namespace farthing::credits_reference
