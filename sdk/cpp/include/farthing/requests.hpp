// SPDX-License-Identifier: Apache-2.0
// What the calls of `Client` are given. Fields without a comment mean what the model's field of
// that name means; an empty optional is not sent, and the server's default applies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <farthing/credits.hpp>

namespace farthing::sdk {

struct CreateUser {
  std::string email{};
  std::optional<std::string> name{};
  std::optional<std::string> profile_picture{};
};

struct CreateOrganization {
  std::string name{};
};

// Makes a user a member of an organization, or changes the role of one.
struct PutMember {
  std::string organization{};
  std::string user{};
  std::string role{};  // `OWNER`, `ACCOUNTANT` or `MEMBER`
};

struct SetDefaultOrganization {
  std::string user{};
  std::string organization{};
};

struct CreateApiKey {
  std::string user{};
  std::optional<std::string> name{};
  std::vector<std::string> scopes{};        // `user`, `meter`, `admin`; empty means the default
  std::optional<std::string> expires_at{};  // RFC 3339
};

struct CreateGrant {
  std::string organization{};
  Credits amount{};
  std::optional<std::string> category{};
  std::optional<std::int64_t> priority{};
  std::optional<std::string> effective_at{};
  std::optional<std::string> expires_at{};
  std::optional<std::string> metadata{};  // the text of a JSON object
};

struct CreateCharge {
  std::string organization{};
  Credits amount{};
  std::optional<std::string> operation{};
  std::optional<std::string> engine{};
  std::optional<std::string> metadata{};  // the text of a JSON object
};

// Which part of a list: `cursor` is the `next` of the page before.
struct PageRequest {
  std::optional<int> limit{};  // 1 to 1000
  std::optional<std::string> cursor{};
};

struct ListApiKeys {
  std::optional<std::string> user{};  // of all users when empty
  PageRequest page{};
};

struct ListMembers {
  std::string organization{};
  PageRequest page{};
};

struct ListGrants {
  std::string organization{};
  PageRequest page{};
};

struct ListCharges {
  std::string organization{};
  PageRequest page{};
};

// Filters may be combined; empty ones let everything through. A page that is filtered may hold less
// than its limit, or nothing, and still have a `next`.
struct ListEntries {
  std::string organization{};
  std::optional<std::string> kind{};
  std::optional<std::string> from{};  // not before this instant
  std::optional<std::string> to{};    // before this instant
  std::optional<std::string> operation{};
  std::optional<std::string> key{};  // id of the API key that asked, or of the caller's
  PageRequest page{};
};

struct GetOrganizationBalance {
  std::string organization{};
  std::optional<std::string> at{};  // any instant that is past, RFC 3339; now when empty
};

// From the beginning and until now where nothing is said.
struct GetStatement {
  std::string organization{};
  std::optional<std::string> from{};  // RFC 3339
  std::optional<std::string> to{};    // just before it; not in the future
};

}  // namespace farthing::sdk
