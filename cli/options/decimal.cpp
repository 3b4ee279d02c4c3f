// SPDX-License-Identifier: Apache-2.0
#include "cli/options/decimal.hpp"

#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

namespace farthing::cli {
namespace {

// ± 0.DIGITS · 10^exponent, the first and the last digit not zero; no digits for zero itself.
struct Decimal {
  bool is_negative = false;
  std::string digits{};
  std::int64_t exponent = 0;
};

std::string_view take_digits(std::string_view& text) {
  const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

bool take_decimal(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Reads the exponent behind "e"; returns nothing when it is not one, or is too large to mean
// anything.
std::optional<std::int64_t> take_exponent(std::string_view& text) {
  const bool is_negative = take_decimal(text, '-');
  if (!is_negative) take_decimal(text, '+');
  const std::string_view digits = take_digits(text);
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{}) return {};
  return is_negative ? -std::int64_t{value} : std::int64_t{value};
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  Decimal decimal;
  decimal.is_negative = take_decimal(text, '-');
  const std::string_view whole = take_digits(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return {};
  std::string_view fraction;
  if (take_decimal(text, '.')) {
    fraction = take_digits(text);
    if (fraction.empty()) return {};
  }
  decimal.exponent = static_cast<std::int64_t>(whole.size());
  if (take_decimal(text, 'e') || take_decimal(text, 'E')) {
    const auto exponent = take_exponent(text);
    if (!exponent) return {};
    decimal.exponent += *exponent;
  }
  if (!text.empty()) return {};

  decimal.digits.append(whole).append(fraction);
  const std::size_t first = decimal.digits.find_first_not_of('0');
  if (first == std::string::npos) return Decimal{};
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  decimal.digits.erase(0, first);
  decimal.exponent -= static_cast<std::int64_t>(first);
  return decimal;
}

std::strong_ordering compare_magnitudes(const Decimal& left, const Decimal& right) {
  if (left.digits.empty() || right.digits.empty()) {
    return !left.digits.empty() <=> !right.digits.empty();
  }
  if (left.exponent != right.exponent) return left.exponent <=> right.exponent;
  return left.digits <=> right.digits;
}

}  // namespace

std::optional<std::strong_ordering> compare_decimals(std::string_view left,
                                                     std::string_view right) {
  const auto a = parse_decimal(left);
  const auto b = parse_decimal(right);
  if (!a || !b) return {};
  if (a->is_negative != b->is_negative) return b->is_negative <=> a->is_negative;
  return a->is_negative ? compare_magnitudes(*b, *a) : compare_magnitudes(*a, *b);
}

}  // namespace farthing::cli
