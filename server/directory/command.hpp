// SPDX-License-Identifier: Apache-2.0
// The changes to the directory that a store can be asked for. They are complete: ids, digests and
// times are already in them.
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

// The email is stored in its normalized spelling (email.hpp). It is refused (`already_exists`,
// field "email") when the email is taken, in whatever spelling.
struct CreateUser {
  User user;
};

struct CreateOrganization {
  Organization organization;
};

// It is refused (`not_found`, field "organization") when the organization does not exist.
struct RenameOrganization {
  OrganizationId organization;
  std::string name;
};

// Adds a member or changes a member's role. An organization that a user joins who belongs to no
// other becomes the user's default. It is refused (`not_found`) when either does not exist, and
// (`last_owner`) when no owner whose user is enabled would be left.
struct PutMembership {
  Membership membership;
};

// Adds a member, by the user's id or else by the email in any spelling. It is refused
// (`not_found`, field "organization", "user" or "email") when one of them does not exist, and
// (`already_exists`, field "user" or "email") when the user is a member.
struct AddMembership {
  OrganizationId organization;
  std::optional<UserId> user;
  std::string email;
  Role role = Role::MEMBER;
};

// If the organization was the user's default, the user has none until one is chosen. It is refused
// (`not_found`, field "organization" or "user") when there is no such membership, and
// (`last_owner`) as PutMembership is. The outcome is the member as it was.
struct RemoveMembership {
  OrganizationId organization;
  UserId user;
};

// It is refused (`not_found`) when the user does not exist, and (`conflict`, field "organization")
// when the user is no member of the organization.
struct SetDefaultOrganization {
  UserId user;
  OrganizationId organization;
};

// The creation of a key or a rotation may be repeated for a secret for so long after the first
// answer.
inline constexpr std::chrono::minutes kSecretRepeatTime{15};

// It is refused (`not_found`, field "user") when the user does not exist, and (`bad_request`, field
// "expires_at") when the key would have ended already. Repeated under its idempotency key, it gives
// the key that was made the first time the new digest and hint instead: the first answer, with its
// secret, was lost, so that secret must not work any longer. The repetition is refused (`conflict`,
// field "Idempotency-Key") when that secret was used, when a rotation has replaced it, when the key
// was revoked, and after kSecretRepeatTime. Repeated after the end that it gives the key, it gets
// the first answer and leaves the key as it is. The creation is also refused (`too_many_api_keys`)
// when the user has so many live keys already.
struct CreateApiKey {
  ApiKey key;
  std::optional<std::uint32_t> max_live_keys = {};  // nothing: no bound
};

// A change of each cap: nothing leaves it as it is, an inner nothing takes it away.
struct SpendCapsChange {
  std::optional<std::optional<Credits>> day = {};
  std::optional<std::optional<Credits>> month = {};
  std::optional<std::optional<Credits>> total = {};

  bool is_empty() const { return !day && !month && !total; }
};

// A change of a key: nothing leaves a value as it is, an inner nothing takes it away.
struct ApiKeyChange {
  std::optional<std::string> name = {};  // may be empty
  std::optional<Scopes> scopes = {};
  std::optional<std::optional<Instant>> expires_at = {};
  std::optional<std::vector<IpNetwork>> allowed_networks = {};
  std::optional<std::optional<RateLimit>> rate_limit = {};
  SpendCapsChange spend_caps = {};
};

// It is refused (`not_found`, field "api_key") when there is no such key, (`conflict`, field
// "api_key") when it is revoked, (`bad_request`, field "expires_at") when it would have ended
// already, (`last_admin`) when no live admin key of an enabled user would be left, and
// (`too_many_api_keys`) when it gives new life to an expired key of a user who has so many live
// ones.
struct ChangeApiKey {
  ApiKeyId key;
  ApiKeyChange change;
  std::optional<std::uint32_t> max_live_keys = {};  // nothing: no bound
};
// Returns the key as it is after the change.
ApiKey changed_by(ApiKey key, const ApiKeyChange& change);

// Gives the key a new secret; the present one works on for `overlap`, the one before it ends now.
// It is refused as ChangeApiKey is. Repeated under its idempotency key, it replaces the secret that
// was given the first time, as CreateApiKey does, and the overlap stays what it was.
struct RotateApiKey {
  ApiKeyId key;
  Digest secret_digest{};
  std::string hint;
  std::chrono::seconds overlap{0};
};

// Revoking a revoked key changes nothing, succeeds, and leaves no trace: nobody is to fill a disk
// with it. It is refused (`last_admin`) as ChangeApiKey is.
struct RevokeApiKey {
  ApiKeyId key;
};

// Ends the secret: the key is revoked, unless the secret is one that a rotation has replaced, which
// then ends before its time. It is refused (`not_found`) when no secret that works has this digest,
// the expiry of keys aside; it is never refused for being an admin's last.
struct RevokeSecret {
  Digest secret_digest{};
};

// Notes that somebody was let in with the secret, so that no repetition replaces it any more. It
// changes nothing when the secret is known as used, or is not the key's present one. It is refused
// (`not_found`) when no key has the secret any longer. It is no act: the audit log does not tell of
// it.
struct NoteFirstUse {
  Digest secret_digest{};
};

using ledger::Standing;

// Enables or disables a user, or an organization. What is so already stays as it is. It is refused
// (`not_found`) when there is no such user or organization, and (`last_admin`) when the user has
// the only live admin keys of an enabled user.
struct SetUserStanding {
  UserId user;
  Standing standing = Standing::enabled;
};
struct SetOrganizationStanding {
  OrganizationId organization;
  Standing standing = Standing::enabled;
};

// Erases what tells of the person: email, name and picture, in the user's record, in the audit log
// and in receipts. The user is disabled for good and has no key any more; a request that was
// answered with the person is refused from then on (`conflict`, field "Idempotency-Key"). An erased
// user cannot be enabled, get a key, or become a member or another kind of one (`conflict`, field
// "user"). Erasing an erased user changes nothing, succeeds, and leaves no trace. It is refused
// (`not_found`) when there is no such user, and (`last_admin`) as disabling the user would be.
struct EraseUser {
  UserId user;
};

// Has the store believe its clock, which showed `clock` when the operator looked: ledger time is
// not before that from here on. It changes nothing in the directory; what its outcome holds means
// nothing.
struct ConfirmClock {
  Instant clock;
};

// The texts of an entry that may be erased (ledger::Erasable).
struct EntryTexts {
  OrganizationId organization;
  std::uint64_t seq = 0;

  friend auto operator<=>(const EntryTexts&, const EntryTexts&) = default;
};

// What is erased for good: the texts of an entry, or all that tells of a person.
using Erasure = std::variant<EntryTexts, UserId>;

// Erases the texts of an entry, which must be there: no answer that begins after the outcome shows
// them. `names` says for the audit log which ones the entry has. It changes nothing in the
// directory; what its outcome holds means nothing.
struct EraseTexts {
  EntryTexts of;
  std::string names;
};

// Says who asked for a change. The idempotency key is optional here, and scoped to `actor`. A
// change that the key of `actor` may not make is refused as find_refusal_of_asker says
// (rights.hpp).
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
                 SetOrganizationStanding, NoteFirstUse, ConfirmClock, EraseTexts, EraseUser>;

struct DirectoryCommand {
  DirectoryOrigin origin;
  DirectoryAction action;
};

// Returns what the action erases; nothing for one that erases nothing.
std::optional<Erasure> erasure_of(const DirectoryAction& action);

// The record as it is after the change; `Member` for a membership.
struct DirectoryOutcome {
  std::variant<User, Organization, Member, ApiKey> record;
  bool is_replayed = false;
  // Of RevokeSecret: whether no live admin key of an enabled user is left now.
  bool ends_last_admin = false;
};

}  // namespace farthing::directory
