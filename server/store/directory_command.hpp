// SPDX-License-Identifier: Apache-2.0
// The changes to the directory that a store can be asked for, complete: ids, digests and times are
// already in them.
#pragma once

#include <optional>
#include <string>
#include <variant>

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
// stays so.
struct CreateApiKey {
  ApiKey key;
};

// Revoking a revoked key changes nothing and succeeds.
struct RevokeApiKey {
  ApiKeyId key;
};

// Who asked for a change. The idempotency key is optional here, and scoped to `actor`.
struct DirectoryOrigin {
  ApiKeyId actor;
  std::string idempotency_key;  // empty: none
  ledger::Fingerprint fingerprint{};
};

struct DirectoryCommand {
  DirectoryOrigin origin;
  std::variant<CreateUser, CreateOrganization, RenameOrganization, PutMembership,
               SetDefaultOrganization, CreateApiKey, RevokeApiKey>
      action;
};

// The record as it is after the change; `Member` for a membership.
struct DirectoryOutcome {
  std::variant<User, Organization, Member, ApiKey> record;
  bool is_replayed = false;
};

}  // namespace farthing::store
