// SPDX-License-Identifier: Apache-2.0
#include "server/service/api_key_secret.hpp"

#include <array>
#include <cstdint>
#include <cstring>

#include "base/random.hpp"
#include "server/service/crc32.hpp"

namespace farthing::service {
namespace {

constexpr std::string_view kPrefix = "sk-";
constexpr std::size_t kRandomSize = 42;
constexpr std::size_t kCheckSize = 6;
constexpr std::size_t kCheckedSize = kPrefix.size() + kRandomSize;
static_assert(kCheckedSize + kCheckSize == kApiKeySecretSize);

constexpr std::string_view kAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

constexpr std::array<bool, 256> kIsInAlphabet = [] {
  std::array<bool, 256> is_in_alphabet{};
  for (const char c : kAlphabet) is_in_alphabet[static_cast<unsigned char>(c)] = true;
  return is_in_alphabet;
}();

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

Secret make_api_key_secret() {
  std::string text;
  text.reserve(kApiKeySecretSize);
  text += kPrefix;
  append_random_characters(text, kRandomSize);
  const auto check = check_of(text);
  text.append(check.data(), check.size());
  return Secret(std::move(text));
}

bool is_api_key_secret(std::string_view text) {
  if (text.size() != kApiKeySecretSize || !text.starts_with(kPrefix)) return false;
  bool all_in_alphabet = true;
  for (const char c : text.substr(kPrefix.size())) {
    all_in_alphabet &= kIsInAlphabet[static_cast<unsigned char>(c)];
  }
  if (!all_in_alphabet) return false;
  const auto check = check_of(text.substr(0, kCheckedSize));
  return text.substr(kCheckedSize) == std::string_view(check.data(), check.size());
}

std::string hint_of(const Secret& secret) {
  constexpr std::size_t kFirst = 7;
  constexpr std::size_t kLast = 4;
  const std::string_view text = secret.reveal();
  std::string hint(text.substr(0, kFirst));
  hint += "...";
  hint += text.substr(text.size() - kLast);
  return hint;
}

}  // namespace farthing::service
