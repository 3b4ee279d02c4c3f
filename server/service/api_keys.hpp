// SPDX-License-Identifier: Apache-2.0
// The API keys of a user or of all, with their last use. The store decides who may change them, and
// how (server/directory/rights.hpp). Safe to call from any thread.
#pragma once

#include <optional>

#include "base/id.hpp"
#include "server/service/key_uses.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

struct ApiKeyStatus {
  directory::ApiKey key;
  std::optional<Instant> last_used_at;  // as far as it was noted, here or in the store
};

class ApiKeys {
 public:
  // Both must outlive this and every pending answer.
  ApiKeys(store::Store& store, KeyUses& uses) : store_(store), uses_(uses) {}

  void read(ApiKeyId key, Reply<ApiKeyStatus> reply) const;
  // Lists the keys of one user, or of all.
  void list(std::optional<UserId> user, PageRequest<ApiKeyId> page,
            Reply<Page<ApiKeyStatus>> reply) const;

 private:
  // Returns the later of what the store has and what this node has seen.
  std::optional<Instant> later_use(ApiKeyId key, std::optional<Instant> kept) const;

  store::Store& store_;
  KeyUses& uses_;
};

}  // namespace farthing::service
