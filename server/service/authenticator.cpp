// SPDX-License-Identifier: Apache-2.0
#include "server/service/authenticator.hpp"

#include "server/service/api_key_secret.hpp"

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

Result<Digest> Authenticator::digest_of_key(std::optional<std::string_view> authorization) {
  const std::string_view value = without_blanks(authorization.value_or(std::string_view()));
  if (value.empty()) return make_error(ErrorCode::unauthorized, "missing authorization header");
  const std::string_view key =
      starts_with_bearer(value) ? without_blanks(value.substr(kBearer.size())) : value;
  if (!is_api_key_secret(key)) return make_error(ErrorCode::unauthorized);
  return sha256(key);
}

Result<store::Principal> Authenticator::admit(Result<std::optional<store::Principal>> found) const {
  if (!found) return std::move(found).error();
  std::optional<store::Principal>& principal = *found;
  if (!principal) return make_error(ErrorCode::unauthorized);
  const store::ApiKey& key = *principal->key;
  // To most keys, which never expire, the time does not matter, and asking for it costs.
  const bool is_timed = key.expires_at || principal->is_previous_secret;
  const Instant now = is_timed ? store_.now() : Instant();
  if (!key.is_valid_at(now)) return make_error(ErrorCode::unauthorized);
  if (principal->is_previous_secret && now >= key.previous_secret->works_until) {
    return make_error(ErrorCode::unauthorized);
  }
  if (principal->account->user.disabled_at) return make_error(ErrorCode::user_disabled);
  return *std::move(principal);
}

}  // namespace farthing::service
