// SPDX-License-Identifier: Apache-2.0
// Answers what a service asks about its caller's key before it does any work: whose it is, for
// which organization it may spend, in what role, and whether what is left there is enough. It books
// nothing and promises nothing: a hold does. Safe to call from any thread.
#pragma once

#include <memory>
#include <optional>

#include "base/credits.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/ip_network.hpp"
#include "server/directory/entities.hpp"
#include "server/ledger/state.hpp"
#include "server/service/admission.hpp"
#include "server/service/authenticator.hpp"
#include "server/service/caller_keys.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

struct KeyQuestion {
  PresentedKey key;
  std::optional<OrganizationId> organization = {};  // nothing: the user's default one
  directory::Scope scope = directory::Scope::user;  // that the key must have
  std::optional<IpAddress> address = {};            // that the caller came from
  std::optional<Credits> could_spend = {};          // positive; that a charge would have
};

// The spending of a key with spend caps at an instant.
struct CapStatus {
  Instant at;
  ledger::KeySpending spending;  // as of then
};

struct VerifiedKey {
  std::shared_ptr<const directory::ApiKey> key;
  std::shared_ptr<const directory::Account> account;
  directory::AccountMembership membership;
  ledger::Balance balance;             // of that organization
  std::optional<CapStatus> caps = {};  // when the key has any
};

// The verdict on a key: why it is not good for what was asked, as its holder may be told.
struct KeyVerdict {
  std::optional<Error> refusal;
  VerifiedKey verified;  // when there is no refusal
};

class KeyVerification {
 public:
  // Both must outlive this and every pending answer.
  KeyVerification(store::Store& store, Admission& admission)
      : store_(store), admission_(admission), authenticator_(store) {}

  // Verifying a key uses it, which counts only under a rate limit of the key's own. The refusals
  // are those of a request of the caller's own, in this order: `unauthorized` for a key that is
  // unknown, revoked or expired; `permission_denied` (field "address") for one that may not be used
  // from there; `rate_limit_exceeded`; `permission_denied` (field "scope", and the scope as a
  // detail) for one that may not do this; `permission_denied` (field "organization") for one whose
  // user is no member or, where none is named, has lost the default one; `not_found` for one whose
  // user is nowhere; `organization_disabled` for one that may spend nothing new there, whatever the
  // cost; and last the refusal of a charge of that cost, by a spend cap or for lack of credits. An
  // error means that the store could not tell.
  void verify(const KeyQuestion& question, Reply<KeyVerdict> reply) const;

 private:
  // Goes on with a key that is good for the question as far as the balance does not matter.
  void add_balance(VerifiedKey verified, std::optional<Credits> cost,
                   Reply<KeyVerdict> reply) const;
  // Goes on by the organization's state, which alone knows how far below zero a charge may go.
  void add_state(VerifiedKey verified, std::optional<Credits> cost, Reply<KeyVerdict> reply) const;
  // Goes on with a key with spend caps, by what it has spent.
  void add_spending(VerifiedKey verified, std::optional<Credits> cost,
                    Reply<KeyVerdict> reply) const;

  // Returns why the key is not good for the question whatever the balance.
  std::optional<Error> find_refusal(const directory::ApiKey& key,
                                    const KeyQuestion& question) const;

  store::Store& store_;
  Admission& admission_;
  Authenticator authenticator_;
};

}  // namespace farthing::service
