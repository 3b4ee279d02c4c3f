// SPDX-License-Identifier: Apache-2.0
#include "base/key_form.hpp"

#include <algorithm>

namespace farthing {
namespace {

// Fewer random characters would be no secret.
constexpr std::size_t kFewestOfSecret = 20;

constexpr bool is_small(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_end_of_prefix(char c) { return c == '-' || c == '_'; }
constexpr bool is_behind_prefix(char c) { return is_small(c) || is_capital(c) || is_digit(c); }

// Every key has the one size. A part of one has a capital letter, but for one in fifty thousand.
bool may_be_of_key(std::string_view run) {
  return run.size() == kKeySizeBehindPrefix ||
         (run.size() >= kFewestOfSecret && std::ranges::any_of(run, is_capital));
}

}  // namespace

bool KeyPrefix::is_valid(std::string_view text) {
  return text.size() >= kMinSize && text.size() <= kMaxSize && is_small(text.front()) &&
         is_end_of_prefix(text.back()) && std::ranges::all_of(text, [](char c) {
           return is_small(c) || is_digit(c) || is_end_of_prefix(c);
         });
}

std::optional<KeyPrefix> KeyPrefix::parse(std::string_view text) {
  if (!is_valid(text)) return {};
  return KeyPrefix(text);
}

std::string KeyPrefix::expected() {
  return std::to_string(kMinSize) + " to " + std::to_string(kMaxSize) +
         " characters: a small letter, then small letters, digits, - and _, and - or _ at the end";
}

std::size_t find_behind_key_prefix(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (!is_end_of_prefix(text[at++])) continue;
    const std::string_view rest = text.substr(at);
    const auto end = std::ranges::find_if_not(rest, is_behind_prefix);
    const std::string_view run(rest.begin(), end);
    if (may_be_of_key(run)) return at;
    at += run.size();
  }
  return std::string_view::npos;
}

}  // namespace farthing
