// SPDX-License-Identifier: Apache-2.0
#include "server/service/authenticator.hpp"

#include "server/directory/permissions.hpp"
#include "server/service/api_key_secret.hpp"
#include "server/service/authorization_header.hpp"

namespace farthing::service {

Result<Digest> Authenticator::digest_of_key(std::optional<std::string_view> authorization) {
  const std::string_view key = find_key(authorization.value_or(std::string_view()));
  if (key.empty()) return make_error(ErrorCode::unauthorized, "missing authorization header");
  if (!is_api_key_secret(key)) return make_error(ErrorCode::unauthorized);
  return sha256(key);
}

Result<directory::Principal> Authenticator::admit(
    Result<std::optional<directory::Principal>> found) const {
  if (!found) return std::move(found).error();
  std::optional<directory::Principal>& principal = *found;
  if (!principal) return make_error(ErrorCode::unauthorized);
  const directory::ApiKey& key = *principal->key;
  // The time does not matter to most keys, which never expire, and asking for it costs.
  const bool is_timed = key.expires_at || principal->is_previous_secret;
  const Instant now = is_timed ? store_.now() : Instant();
  if (auto refusal = directory::find_refusal(*principal, now)) return *std::move(refusal);
  return *std::move(principal);
}

void Authenticator::note_first_use(directory::Principal principal,
                                   Reply<directory::Principal> reply) const {
  const Digest digest = principal.key->secret_digest;
  store_.change({.origin = {}, .action = directory::NoteFirstUse{digest}},
                [principal = std::move(principal),
                 reply = std::move(reply)](Result<directory::DirectoryOutcome> noted) mutable {
                  if (noted) return reply(std::move(principal));
                  const bool is_gone = noted.error().code == ErrorCode::not_found;
                  reply(is_gone ? make_error(ErrorCode::unauthorized) : std::move(noted).error());
                });
}

}  // namespace farthing::service
