// SPDX-License-Identifier: Apache-2.0
// The changes to the directory that a store can be asked for, complete: ids, digests and times are
// already in them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/directory/audit_record.hpp"
#include "server/directory/entities.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::directory {

// Refused (`already_exists`, field "email") when the email is taken.
struct CreateUser {
  User user;
};

struct CreateOrganization {
  Organization organization;
};

// Refused (`not_found`, field "organization") when it does not exist.
struct RenameOrganization {
  OrganizationId organization;
  std::string name;
};

// Adds a member or changes a member's role. An organization that a user joins who belongs to no
// other becomes the user's default. Refused (`not_found`) when either does not exist, and
// (`last_owner`) when no owner whose user is enabled would be left.
struct PutMembership {
  Membership membership;
};

// Adds a member, by the user's id or else by the email. Refused (`not_found`, field "organization",
// "user" or "email") when it does not exist, and (`already_exists`, field "user" or "email") when
// the user is a member.
struct AddMembership {
  OrganizationId organization;
  std::optional<UserId> user;
  std::string email;
  Role role = Role::MEMBER;
};

// If the organization was the user's default, the user has none until one is chosen. Refused
// (`not_found`, field "organization" or "user") when there is no such membership, and
// (`last_owner`) as PutMembership. The outcome is the member as it was.
struct RemoveMembership {
  OrganizationId organization;
  UserId user;
};

// Refused (`not_found`) when the user does not exist, and (`conflict`, field "organization") when
// the user is no member of it.
struct SetDefaultOrganization {
  UserId user;
  OrganizationId organization;
};

// For so long after the first answer the creation of a key or a rotation may be repeated for a
// secret.
inline constexpr std::chrono::minutes kSecretRepeatTime{15};

// Refused (`not_found`, field "user") when the user does not exist, and (`bad_request`, field
// "expires_at") when the key would have ended already. Repeated under its idempotency key, it gives
// the key that was made the first time the new digest and hint instead: the first answer, with its
// secret, was lost, so that secret must not work any longer. The repetition is refused (`conflict`,
// field "Idempotency-Key") when that secret was used, when a rotation has replaced it, when the key
// was revoked, and after kSecretRepeatTime. Repeated after the end that it gives the key, it gets
// the first answer and leaves the key as it is. Also refused (`too_many_api_keys`) when the user
// has so many live keys already.
struct CreateApiKey {
  ApiKey key;
  std::optional<std::uint32_t> max_live_keys = {};  // nothing: no bound
};

// What becomes of each cap: nothing stays as it is, an inner nothing takes away.
struct SpendCapsChange {
  std::optional<std::optional<Credits>> day = {};
  std::optional<std::optional<Credits>> month = {};
  std::optional<std::optional<Credits>> total = {};

  bool is_empty() const { return !day && !month && !total; }
};

// What becomes of a key: nothing stays as it is, an inner nothing takes away.
struct ApiKeyChange {
  std::optional<std::string> name = {};  // may be empty
  std::optional<Scopes> scopes = {};
  std::optional<std::optional<Instant>> expires_at = {};
  std::optional<std::vector<IpNetwork>> allowed_networks = {};
  std::optional<std::optional<RateLimit>> rate_limit = {};
  SpendCapsChange spend_caps = {};
};

// Refused (`not_found`, field "api_key") when there is no such key, (`conflict`, field "api_key")
// when it is revoked, (`bad_request`, field "expires_at") when it would have ended already,
// (`last_admin`) when no live admin key of an enabled user would be left, and (`too_many_api_keys`)
// when it gives new life to an expired key of a user who has so many live ones.
struct ChangeApiKey {
  ApiKeyId key;
  ApiKeyChange change;
  std::optional<std::uint32_t> max_live_keys = {};  // nothing: no bound
};
// The key as it is after the change.
ApiKey changed_by(ApiKey key, const ApiKeyChange& change);

// Gives the key a new secret; the present one works on for `overlap`, the one before it ends now.
// Refused as ChangeApiKey. Repeated under its idempotency key, it replaces the secret that was
// given the first time, as CreateApiKey does, and the overlap stays what it was.
struct RotateApiKey {
  ApiKeyId key;
  Digest secret_digest{};
  std::string hint;
  std::chrono::seconds overlap{0};
};

// Revoking a revoked key changes nothing, succeeds, and leaves no trace: nobody is to fill a disk
// with it. Refused (`last_admin`) as ChangeApiKey.
struct RevokeApiKey {
  ApiKeyId key;
};

// Ends the secret: the key is revoked, unless the secret is one that a rotation has replaced, which
// then ends before its time. Refused (`not_found`) when no secret that works has this digest, the
// expiry of keys aside; never for being an admin's last.
struct RevokeSecret {
  Digest secret_digest{};
};

// That somebody was let in with the secret, so that no repetition replaces it any more. Of a secret
// that is known as used, or is not the key's present one, it changes nothing. Refused (`not_found`)
// when no key has the secret any longer. No act: the audit log does not tell of it.
struct NoteFirstUse {
  Digest secret_digest{};
};

using ledger::Standing;

// Enables or disables a user, or an organization. What is so already stays as it is. Refused
// (`not_found`) when it does not exist, and (`last_admin`) when the user has the only live admin
// keys of an enabled user.
struct SetUserStanding {
  UserId user;
  Standing standing = Standing::enabled;
};
struct SetOrganizationStanding {
  OrganizationId organization;
  Standing standing = Standing::enabled;
};

// Has the store believe its clock, which showed that when the operator looked: ledger time is not
// before it from here on. Changes nothing in the directory; what its outcome holds means nothing.
struct ConfirmClock {
  Instant clock;
};

// Who asked for a change. The idempotency key is optional here, and scoped to `actor`. Refused as
// find_refusal_of_asker says (rights.hpp) when that key may not do it.
struct DirectoryOrigin {
  ApiKeyId actor;  // all zeros: nobody, as on the machine of the store; may do everything
  std::string idempotency_key;  // empty: none
  ledger::Fingerprint fingerprint{};
  ActOrigin act = {};  // for the audit log, and by what the actor was let in
};

using DirectoryAction =
    std::variant<CreateUser, CreateOrganization, RenameOrganization, PutMembership,
                 SetDefaultOrganization, CreateApiKey, ChangeApiKey, RotateApiKey, RevokeApiKey,
                 RevokeSecret, AddMembership, RemoveMembership, SetUserStanding,
                 SetOrganizationStanding, NoteFirstUse, ConfirmClock>;

struct DirectoryCommand {
  DirectoryOrigin origin;
  DirectoryAction action;
};

// The record as it is after the change; `Member` for a membership.
struct DirectoryOutcome {
  std::variant<User, Organization, Member, ApiKey> record;
  bool is_replayed = false;
  // Of RevokeSecret: whether no live admin key of an enabled user is left now.
  bool ends_last_admin = false;
};

}  // namespace farthing::directory
