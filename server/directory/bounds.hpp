// SPDX-License-Identifier: Apache-2.0
// Rules about what must not become too much or too little: the live keys of a user, the owners of
// an organization who can act, the admin keys. Pure, and the same for every store; each looks only
// at the part of the directory that it is about.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/directory/command.hpp"
#include "server/directory/directory.hpp"
#include "server/directory/entities.hpp"

namespace farthing::directory {

// Returns why the user may not have one more live key: there are `max` already. Without a `max`
// there is no bound.
std::optional<Error> find_refusal_of_live_key(const Directory& directory, UserId user,
                                              std::optional<std::uint32_t> max, Instant at);

// Returns whether the organization would have no owner whose user is enabled once this membership
// of the user is taken away or is no longer an owner's.
bool is_last_owner(const Directory& directory, OrganizationId organization, UserId user,
                   const AccountMembership& membership);

// Returns whether the key lets somebody act as an admin while it is valid: a key with a spend cap
// manages nothing but itself.
bool manages_as_admin(const ApiKey& key);

// Returns whether the key lets somebody act as an admin now, and nobody could any more if it were
// `after`.
bool ends_last_admin(const Directory& directory, const ApiKey& after, Instant at);
// Returns whether a key of the user lets somebody act as an admin now, and nobody could any more if
// the user were disabled.
bool ends_last_admin(const Directory& directory, UserId disabled, Instant at);

}  // namespace farthing::directory
