// SPDX-License-Identifier: Apache-2.0
#include "server/service/api_key_secret.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/random.hpp"
#include "server/service/crc32.hpp"

namespace farthing::service {
namespace {

constexpr std::size_t kRandomSize = 42;
constexpr std::size_t kCheckSize = 6;
static_assert(kRandomSize + kCheckSize == kKeySizeBehindPrefix);

constexpr std::string_view kAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// The value of each character of the alphabet as a digit.
constexpr std::array<std::uint8_t, 128> kDigits = [] {
  std::array<std::uint8_t, 128> digits{};
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}();

// Uses no branch and no table, so that the compiler looks at sixteen characters at once.
bool are_in_alphabet(const char* text) {
  unsigned char outside = 0;
  for (std::size_t i = 0; i < kRandomSize + kCheckSize; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto letter = static_cast<unsigned char>((c | 0x20) - 'a');
    const auto digit = static_cast<unsigned char>(c - '0');
    outside |= static_cast<unsigned char>((letter > 25) & (digit > 9));
  }
  return outside == 0;
}

// Returns the number that the check's digits make.
std::uint64_t value_of(std::string_view check) {
  std::uint64_t value = 0;
  for (const char c : check) {
    value = value * kAlphabet.size() + kDigits[static_cast<unsigned char>(c)];
  }
  return value;
}

std::array<char, kCheckSize> check_of(std::string_view checked) {
  std::size_t rest = crc32(checked);
  std::array<char, kCheckSize> check{};
  for (std::size_t i = kCheckSize; i-- > 0; rest /= kAlphabet.size()) {
    check[i] = kAlphabet[rest % kAlphabet.size()];
  }
  return check;
}

void append_random_characters(std::string& text, std::size_t count) {
  std::array<std::uint8_t, 64> bytes{};
  std::size_t used = bytes.size();
  while (count > 0) {
    if (used == bytes.size()) {
      fill_random(bytes);
      used = 0;
    }
    // Six bits that are no index are thrown away: a remainder would favour some characters.
    const std::size_t index = bytes[used++] & 0x3f;
    if (index >= kAlphabet.size()) continue;
    text.push_back(kAlphabet[index]);
    --count;
  }
  ::explicit_bzero(bytes.data(), bytes.size());
}

}  // namespace

Secret make_api_key_secret(const KeyPrefix& prefix) {
  std::string text;
  text.reserve(prefix.text().size() + kKeySizeBehindPrefix);
  text += prefix.text();
  append_random_characters(text, kRandomSize);
  const auto check = check_of(text);
  text.append(check.data(), check.size());
  return Secret(std::move(text));
}

bool is_api_key_secret(std::string_view text) {
  if (text.size() < kKeySizeBehindPrefix) return false;
  const std::size_t prefix_size = text.size() - kKeySizeBehindPrefix;
  if (!KeyPrefix::is_valid(text.substr(0, prefix_size))) return false;
  if (!are_in_alphabet(text.data() + prefix_size)) return false;
  const std::size_t checked_size = text.size() - kCheckSize;
  return value_of(text.substr(checked_size)) == crc32(text.substr(0, checked_size));
}

bool may_be_secret(std::string_view text) {
  // A secret of fewer characters could be guessed.
  constexpr std::ptrdiff_t kFewestOfSecret = 20;
  const auto is_of_alphabet = [](char c) { return kAlphabet.find(c) != std::string_view::npos; };
  return text.find(KeyPrefix().text()) != std::string_view::npos ||
         std::ranges::count_if(text, is_of_alphabet) >= kFewestOfSecret;
}

std::string hint_of(const Secret& secret) {
  constexpr std::size_t kShown = 4;
  const std::string_view text = secret.reveal();
  std::string hint(text.substr(0, text.size() - kKeySizeBehindPrefix + kShown));
  hint += "...";
  hint += text.substr(text.size() - kShown);
  return hint;
}

}  // namespace farthing::service
