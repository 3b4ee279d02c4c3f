// SPDX-License-Identifier: Apache-2.0
// The changes to the directory that a store can be asked for, complete: ids, digests and times are
// already in them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/records.hpp"

namespace farthing::store {

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

// Adds a member or changes a member's role. The first organization that a user joins becomes the
// user's default. Refused (`not_found`) when either does not exist.
struct PutMembership {
  Membership membership;
};

// Refused (`not_found`) when the user does not exist, and (`conflict`, field "organization") when
// the user is no member of it.
struct SetDefaultOrganization {
  UserId user;
  OrganizationId organization;
};

// Refused (`not_found`, field "user") when the user does not exist. Repeated under its idempotency
// key, it gives the key that was made the first time the new digest and hint instead: the first
// answer, with its secret, was lost, so that secret must not work any longer. A key revoked since
// stays so. The repetition is refused (`conflict`, field "Idempotency-Key") when a rotation has
// replaced that secret since.
struct CreateApiKey {
  ApiKey key;
};

// What becomes of a key: nothing stays as it is, an inner nothing takes away.
struct ApiKeyChange {
  std::optional<std::string> name = {};  // may be empty
  std::optional<Scopes> scopes = {};
  std::optional<std::optional<Instant>> expires_at = {};
  std::optional<std::vector<IpNetwork>> allowed_networks = {};
  std::optional<std::optional<RateLimit>> rate_limit = {};
};

// Refused (`not_found`, field "api_key") when there is no such key, and (`conflict`, field
// "api_key") when it is revoked.
struct ChangeApiKey {
  ApiKeyId key;
  ApiKeyChange change;
};

// Gives the key a new secret; the present one works on for `overlap`, the one before it ends now.
// Refused as ChangeApiKey. Repeated under its idempotency key, it replaces the secret that was
// given the first time, as CreateApiKey does, and the overlap stays what it was.
struct RotateApiKey {
  ApiKeyId key;
  Digest secret_digest{};
  std::string hint;
  std::chrono::seconds overlap{0};
};

// Revoking a revoked key changes nothing and succeeds.
struct RevokeApiKey {
  ApiKeyId key;
};

// Ends the secret: the key is revoked, unless the secret is one that a rotation has replaced, which
// then ends before its time. Refused (`not_found`) when no secret that works has this digest, the
// expiry of keys aside.
struct RevokeSecret {
  Digest secret_digest{};
};

// Who asked for a change. The idempotency key is optional here, and scoped to `actor`.
struct DirectoryOrigin {
  ApiKeyId actor;
  std::string idempotency_key;  // empty: none
  ledger::Fingerprint fingerprint{};
};

using DirectoryAction = std::variant<CreateUser, CreateOrganization, RenameOrganization,
                                     PutMembership, SetDefaultOrganization, CreateApiKey,
                                     ChangeApiKey, RotateApiKey, RevokeApiKey, RevokeSecret>;

struct DirectoryCommand {
  DirectoryOrigin origin;
  DirectoryAction action;
};

// The record as it is after the change; `Member` for a membership.
struct DirectoryOutcome {
  std::variant<User, Organization, Member, ApiKey> record;
  bool is_replayed = false;
};

}  // namespace farthing::store
