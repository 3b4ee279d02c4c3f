// SPDX-License-Identifier: Apache-2.0
// Changes and reads users, organizations, memberships and API keys. Gives ids, times and secrets to
// what is new and has the store make the change. Safe to call from any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/credits.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/key_form.hpp"
#include "base/secret.hpp"
#include "server/directory/command.hpp"
#include "server/directory/entities.hpp"
#include "server/service/requester.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

struct NewUser {
  std::string email;
  std::optional<std::string> name;
  std::optional<std::string> profile_picture;  // a URI
};

struct NewOrganization {
  std::string name;
};

struct NewApiKey {
  UserId user;
  std::string name;  // may be empty
  directory::Scopes scopes = directory::Scope::user;
  std::optional<Instant> expires_at;
  std::vector<IpNetwork> allowed_networks = {};  // none: anywhere
  std::optional<directory::RateLimit> rate_limit = {};
  ledger::SpendCaps spend_caps = {};
};

// The time for which a secret works on that a rotation has replaced.
inline constexpr std::chrono::seconds kDefaultOverlap = std::chrono::hours(24);
inline constexpr std::chrono::seconds kMaxOverlap = std::chrono::hours(24 * 30);

// A record as it is after a change, and whether an earlier request under the same idempotency key
// had made that change.
template <class Record>
struct Change {
  Record record;
  bool is_replayed = false;
};

// A key with its secret, which is seen this one time only. A request repeated under its idempotency
// key gets a new secret for the same key, and the one before works no longer
// (directory::CreateApiKey says when).
struct MadeApiKey {
  directory::ApiKey key;
  Secret secret;  // empty: the creation is repeated when the key has ended
  bool is_replayed = false;
};

// A secret that was ended by whoever had it, and whether nobody can act as an admin any more.
struct EndedSecret {
  directory::ApiKey key;
  bool was_last_admin = false;
};

class Registry {
 public:
  // `store` must outlive this and every pending answer. New secrets begin with `key_prefix`.
  Registry(store::Store& store, KeyPrefix key_prefix)
      : store_(store), key_prefix_(std::move(key_prefix)) {}

  // Refusals are those of the commands in server/directory/command.hpp, and
  // `idempotency_key_reused`.
  void create_user(Requester requester, NewUser user, Reply<Change<directory::User>> reply);
  void create_organization(Requester requester, NewOrganization organization,
                           Reply<Change<directory::Organization>> reply);
  // `overdraft_limit` is the limit that the same request sets, if it does: a part of what it asks
  // for.
  void rename_organization(Requester requester, OrganizationId organization, std::string name,
                           std::optional<Credits> overdraft_limit,
                           Reply<Change<directory::Organization>> reply);
  void put_membership(Requester requester, directory::Membership membership,
                      Reply<Change<directory::Member>> reply);
  void add_membership(Requester requester, directory::AddMembership membership,
                      Reply<Change<directory::Member>> reply);
  // Gives the member as it was.
  void remove_membership(Requester requester, OrganizationId organization, UserId user,
                         Reply<Change<directory::Member>> reply);
  void set_standing(Requester requester, UserId user, directory::Standing standing,
                    Reply<Change<directory::User>> reply);
  void set_standing(Requester requester, OrganizationId organization, directory::Standing standing,
                    Reply<Change<directory::Organization>> reply);
  // The operator is no person, and stays for `farthing store admin-key`: `conflict`.
  void erase_user(Requester requester, UserId user, Reply<Change<directory::User>> reply);
  // Has the store believe its clock, which has shown `clock`.
  void confirm_clock(Requester requester, Instant clock, Reply<Done> reply);
  // Erases the texts of an entry, which must be there. `names` says which ones it has.
  void erase_texts(Requester requester, directory::EntryTexts of, std::string names,
                   Reply<Done> reply);
  void set_default_organization(Requester requester, UserId user, OrganizationId organization,
                                Reply<Change<directory::User>> reply);
  void create_api_key(Requester requester, NewApiKey key, Reply<MadeApiKey> reply);
  void change_api_key(Requester requester, ApiKeyId key, directory::ApiKeyChange change,
                      Reply<Change<directory::ApiKey>> reply);
  // `overlap` is from zero to kMaxOverlap.
  void rotate_api_key(Requester requester, ApiKeyId key, std::chrono::seconds overlap,
                      Reply<MadeApiKey> reply);
  void revoke_api_key(Requester requester, ApiKeyId key, Reply<Change<directory::ApiKey>> reply);
  // Ends the secret on nobody's behalf.
  void revoke_secret(const Digest& secret_digest, directory::ActOrigin from,
                     Reply<EndedSecret> reply);

  // What is not there is `not_found`. Lists are in the order of the ids, which is the order of
  // creation.
  void read_user(UserId id, Reply<directory::User> reply) const;
  void read_api_key(ApiKeyId id, Reply<directory::ApiKey> reply) const;
  void list_users(PageRequest<UserId> page, Reply<Page<directory::User>> reply) const;
  // Lists those that one user belongs to, or all.
  void list_organizations(std::optional<UserId> member, PageRequest<OrganizationId> page,
                          Reply<Page<directory::Organization>> reply) const;
  void list_members(OrganizationId organization, PageRequest<UserId> page,
                    Reply<Page<directory::Member>> reply) const;

 private:
  store::Store& store_;
  KeyPrefix key_prefix_;
};

}  // namespace farthing::service
