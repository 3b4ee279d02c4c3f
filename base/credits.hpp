// SPDX-License-Identifier: Apache-2.0
// An exact amount of credits: a signed 64-bit count of 10⁻⁹ credits. No floating point is used
// anywhere. A value type without heap or locale; safe to use from any thread. Header-only, so that
// the SDK promises the very same type to its users (sdk/cpp/include/farthing/credits.hpp is this
// file).
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace farthing {

class Credits {
 public:
  static constexpr int kPlaces = 9;
  static constexpr std::int64_t kNanoPerCredit = 1'000'000'000;

  constexpr Credits() = default;

  // `nano` counts 10⁻⁹ credits.
  static constexpr Credits from_nano(std::int64_t nano) { return Credits(nano); }
  // Returns the largest amount there is: 9 223 372 036.854775807 credits.
  static constexpr Credits max() { return Credits(std::numeric_limits<std::int64_t>::max()); }

  // Reads a plain decimal: an optional minus sign, digits, and if there is a point 1 to 9 digits
  // after it. Returns nothing for anything else: a plus sign, leading zeros, blanks, exponents,
  // more places, values out of range.
  static constexpr std::optional<Credits> parse(std::string_view decimal) {
    const std::size_t point = decimal.find('.');
    if (point != std::string_view::npos && decimal.size() - point - 1 > kPlaces) return {};
    if (decimal.find_first_of("eE") != std::string_view::npos) return {};
    return parse_number(decimal);
  }

  // Reads a JSON number literal (RFC 8259, section 6), exponent included, from its digits and never
  // through a double. Returns nothing when it is not exact to 9 places or is out of range.
  static constexpr std::optional<Credits> parse_number(std::string_view number);

  constexpr std::int64_t nano() const { return nano_; }
  constexpr bool is_positive() const { return nano_ > 0; }
  constexpr bool is_zero() const { return nano_ == 0; }

  // Returns the shortest plain decimal that is exactly this amount: "12.5", "-0.000000001", "0".
  std::string to_string() const {
    std::string text;
    append_to(text);
    return text;
  }
  void append_to(std::string& text) const;

  // Return nothing when the result does not fit; it never wraps.
  constexpr std::optional<Credits> plus(Credits other) const {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(nano_, other.nano_, &sum)) return {};
    return Credits(sum);
  }
  constexpr std::optional<Credits> minus(Credits other) const {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(nano_, other.nano_, &difference)) return {};
    return Credits(difference);
  }

  friend constexpr auto operator<=>(Credits, Credits) = default;

 private:
  explicit constexpr Credits(std::int64_t nano) : nano_(nano) {}

  std::int64_t nano_ = 0;
};

namespace credits_detail {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Moves `at` behind the digits there; returns false when there are none.
constexpr bool skip_digits(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return at > begin;
}

// A number literal cut into its parts, or nothing when it does not have the form of one.
struct NumberParts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  std::int64_t exponent = 0;
};

constexpr std::optional<NumberParts> split_number(std::string_view text) {
  NumberParts parts;
  std::size_t at = 0;
  if (at < text.size() && text[at] == '-') {
    parts.negative = true;
    ++at;
  }
  const std::size_t whole_begin = at;
  if (!skip_digits(text, at)) return {};
  parts.whole = text.substr(whole_begin, at - whole_begin);
  if (parts.whole.size() > 1 && parts.whole.front() == '0') return {};
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction_begin = ++at;
    if (!skip_digits(text, at)) return {};
    parts.fraction = text.substr(fraction_begin, at - fraction_begin);
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    bool negative = false;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) negative = text[at++] == '-';
    const std::size_t exponent_begin = at;
    if (!skip_digits(text, at)) return {};
    for (const char c : text.substr(exponent_begin, at - exponent_begin)) {
      // Far beyond what a literal's digits can balance: no text is that long.
      constexpr std::int64_t kFar = 1'000'000'000'000'000;
      if (parts.exponent < kFar) parts.exponent = parts.exponent * 10 + (c - '0');
    }
    if (negative) parts.exponent = -parts.exponent;
  }
  if (at != text.size()) return {};
  return parts;
}

}  // namespace credits_detail

constexpr std::optional<Credits> Credits::parse_number(std::string_view number) {
  const auto parts = credits_detail::split_number(number);
  if (!parts) return {};
  // Every digit d stands for d · 10^place; walk them from the most significant one. The sum is kept
  // negative because the negative range is the larger one.
  std::int64_t sum = 0;
  std::int64_t place = static_cast<std::int64_t>(parts->whole.size()) - 1 + parts->exponent;
  for (const std::string_view digits : {parts->whole, parts->fraction}) {
    for (const char c : digits) {
      if (place < -kPlaces) {
        if (c != '0') return {};
      } else if (sum != 0 || c != '0') {
        if (__builtin_mul_overflow(sum, 10, &sum)) return {};
        if (__builtin_sub_overflow(sum, c - '0', &sum)) return {};
      }
      --place;
    }
  }
  // `place` now is one below the last digit's; append the zeros down to 10⁻⁹.
  for (; sum != 0 && place >= -kPlaces; --place) {
    if (__builtin_mul_overflow(sum, 10, &sum)) return {};
  }
  if (parts->negative) return Credits(sum);
  if (sum == std::numeric_limits<std::int64_t>::min()) return {};
  return Credits(-sum);
}

inline void Credits::append_to(std::string& text) const {
  // The magnitude is unsigned, because the smallest amount has no positive counterpart.
  std::uint64_t magnitude = static_cast<std::uint64_t>(nano_);
  if (nano_ < 0) {
    text.push_back('-');
    magnitude = 0 - magnitude;
  }
  constexpr auto kNano = static_cast<std::uint64_t>(kNanoPerCredit);
  text += std::to_string(magnitude / kNano);
  std::uint64_t fraction = magnitude % kNano;
  if (fraction == 0) return;
  char digits[kPlaces];
  int length = 0;
  for (int i = kPlaces - 1; i >= 0; --i, fraction /= 10) {
    digits[i] = static_cast<char>('0' + fraction % 10);
    if (length == 0 && digits[i] != '0') length = i + 1;
  }
  text.push_back('.');
  text.append(digits, static_cast<std::size_t>(length));
}

}  // namespace farthing
