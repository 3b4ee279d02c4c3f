// SPDX-License-Identifier: Apache-2.0
#include "server/directory/email.hpp"

#include <idn2.h>
#include <uninorm.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace farthing::directory {
namespace {

struct Free {
  void operator()(std::uint8_t* bytes) const { std::free(bytes); }
};
// Bytes that a C library has allocated.
using Bytes = std::unique_ptr<std::uint8_t, Free>;

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

const std::uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<const std::uint8_t*>(text.c_str());
}

std::optional<std::string> compose(const std::string& text) {
  if (is_ascii(text)) return text;
  std::size_t size = 0;
  const Bytes composed(u8_normalize(UNINORM_NFC, bytes_of(text), text.size(), nullptr, &size));
  if (!composed) return {};
  return std::string(reinterpret_cast<const char*>(composed.get()), size);
}

// A domain of ASCII alone is in its form already, whatever its labels are.
std::optional<std::string> to_ascii_domain(const std::string& domain) {
  if (is_ascii(domain)) return domain;
  std::uint8_t* found = nullptr;
  const int outcome =
      idn2_lookup_u8(bytes_of(domain), &found, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const Bytes ascii(found);
  if (outcome != IDN2_OK) return {};
  return std::string(reinterpret_cast<const char*>(ascii.get()));
}

}  // namespace

std::optional<std::string> normalize_email(std::string_view email) {
  const std::size_t at = email.rfind('@');
  if (at == std::string_view::npos) return {};
  const auto local = compose(std::string(email.substr(0, at)));
  const auto domain = to_ascii_domain(std::string(email.substr(at + 1)));
  if (!local || !domain) return {};
  return *local + "@" + *domain;
}

std::vector<std::string> spellings_of_email(std::string_view email) {
  std::vector<std::string> spellings{std::string(email)};
  auto normalized = normalize_email(email);
  if (normalized && *normalized != email) spellings.push_back(*std::move(normalized));
  return spellings;
}

}  // namespace farthing::directory
