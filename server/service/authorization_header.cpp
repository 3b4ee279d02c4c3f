// SPDX-License-Identifier: Apache-2.0
#include "server/service/authorization_header.hpp"

namespace farthing::service {
namespace {

constexpr std::string_view kBearer = "bearer";

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool starts_with_bearer(std::string_view value) {
  if (value.size() <= kBearer.size() || value[kBearer.size()] != ' ') return false;
  for (std::size_t i = 0; i < kBearer.size(); ++i) {
    if (to_lower(value[i]) != kBearer[i]) return false;
  }
  return true;
}

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

std::string_view find_key(std::string_view authorization) {
  const std::string_view value = without_blanks(authorization);
  return starts_with_bearer(value) ? without_blanks(value.substr(kBearer.size())) : value;
}

}  // namespace farthing::service
