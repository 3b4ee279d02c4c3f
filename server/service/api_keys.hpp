// SPDX-License-Identifier: Apache-2.0
// What people do with the API keys that they may manage (permissions.hpp says which). Nobody hands
// out what they do not hold: who makes, changes or rotates a key holds every scope that it has and
// is to have, only an admin sets a rate limit, and a key with a spend cap gets nobody past a cap:
// it makes no keys, sets no caps and rotates no key but itself. Safe to call from any thread.
#pragma once

#include <chrono>
#include <optional>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "server/service/directory.hpp"
#include "server/service/key_uses.hpp"
#include "server/service/requester.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

struct ApiKeyStatus {
  store::ApiKey key;
  std::optional<Instant> last_used_at;  // as far as it was noted, here or in the store
};

class ApiKeys {
 public:
  // All must outlive this and every pending answer.
  ApiKeys(store::Store& store, Directory& directory, KeyUses& uses)
      : store_(store), directory_(directory), uses_(uses) {}

  // Refusals besides those of `Directory` are `permission_denied`, with the field that asks for too
  // much.
  void create(const store::Principal& asker, Requester requester, NewApiKey key,
              store::Reply<MadeApiKey> reply);
  void change(const store::Principal& asker, Requester requester, ApiKeyId key,
              store::ApiKeyChange change, store::Reply<Change<store::ApiKey>> reply);
  void rotate(const store::Principal& asker, Requester requester, ApiKeyId key,
              std::chrono::seconds overlap, store::Reply<MadeApiKey> reply);
  void read(ApiKeyId key, store::Reply<ApiKeyStatus> reply) const;
  // Of one user, or of all.
  void list(std::optional<UserId> user, store::PageRequest<ApiKeyId> page,
            store::Reply<store::Page<ApiKeyStatus>> reply) const;

 private:
  // The key, if the asker holds all its scopes.
  void find_changeable(const store::Principal& asker, ApiKeyId key,
                       store::Reply<store::ApiKey> reply) const;
  // The later of what the store has and what this node has seen.
  std::optional<Instant> later_use(ApiKeyId key, std::optional<Instant> kept) const;

  store::Store& store_;
  Directory& directory_;
  KeyUses& uses_;
};

}  // namespace farthing::service
