// SPDX-License-Identifier: Apache-2.0
#include "server/service/caller_keys.hpp"

#include <utility>

#include "server/service/api_key_secret.hpp"

namespace farthing::service {
namespace {

bool may_spend(const directory::Principal& principal, directory::Scopes counted,
               OrganizationId organization) {
  return principal.key->scopes.only(counted).allows(directory::Scope::user) &&
         principal.account->find_membership(organization) != nullptr;
}

// Returns caps that share the key's ownership, so that nothing is allocated.
std::shared_ptr<const ledger::SpendCaps> caps_of(
    const std::shared_ptr<const directory::ApiKey>& key) {
  if (key->spend_caps.is_empty()) return nullptr;
  return {key, &key->spend_caps};
}

}  // namespace

PresentedKey present_key(std::string_view text) {
  if (!is_api_key_secret(text)) return {};
  return {.digest = sha256(text)};
}

void CallerKeys::find(const PresentedKey& key, OrganizationId organization,
                      Reply<std::optional<CallerKey>> reply) const {
  using Found = std::optional<CallerKey>;
  if (!key.digest) return reply(Found());
  authenticator_.identify(
      *key.digest, [organization, counted = key.counted,
                    reply = std::move(reply)](Result<directory::Principal> principal) mutable {
        const bool is_refused = !principal && (principal.error().code == ErrorCode::unauthorized ||
                                               principal.error().code == ErrorCode::user_disabled);
        if (!principal && !is_refused) {
          return reply(std::move(principal).error());
        }
        if (!principal || !may_spend(*principal, counted, organization)) return reply(Found());
        reply(Found({.id = principal->key->id, .caps = caps_of(principal->key)}));
      });
}

}  // namespace farthing::service
