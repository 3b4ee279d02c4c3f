// SPDX-License-Identifier: Apache-2.0
// The API keys that a service presents for its callers, beside its own. Immutable; safe to call
// from any thread.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "server/ledger/spending.hpp"
#include "server/service/authenticator.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

// The part of a presented key that is kept.
struct PresentedKey {
  std::optional<Digest> digest;  // SHA-256; nothing: it has not the form of a key
  // What counts of its scopes, wherever it was presented.
  directory::Scopes counted = directory::Scopes::every();
};

PresentedKey present_key(std::string_view text);

// The key of a caller who may spend, and how much.
struct CallerKey {
  ApiKeyId id;
  std::shared_ptr<const ledger::SpendCaps> caps;  // null: as much as there is
};

class CallerKeys {
 public:
  // `store` must outlive this and every pending answer.
  explicit CallerKeys(store::Store& store) : authenticator_(store) {}

  // Finds the key if it may spend credits of the organization: it is known, neither revoked nor
  // expired, has the scope `user`, and its user is not disabled and is a member, in whatever role.
  // Gives nothing if it may not. An error means that the store could not tell.
  void find(const PresentedKey& key, OrganizationId organization,
            Reply<std::optional<CallerKey>> reply) const;

 private:
  Authenticator authenticator_;
};

}  // namespace farthing::service
