// SPDX-License-Identifier: Apache-2.0
#include "server/service/authenticator.hpp"

#include "server/service/api_key_secret.hpp"
#include "server/service/authorization_header.hpp"

namespace farthing::service {

Result<Digest> Authenticator::digest_of_key(std::optional<std::string_view> authorization) {
  const std::string_view key = find_key(authorization.value_or(std::string_view()));
  if (key.empty()) return make_error(ErrorCode::unauthorized, "missing authorization header");
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
