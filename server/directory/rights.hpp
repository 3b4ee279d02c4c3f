// SPDX-License-Identifier: Apache-2.0
// Tells whether whoever asks for a change may have it, by the directory as it is in the step that
// decides the change. What was true only when the request came does not help. This holds for all
// that the audit log tells of: changes of the directory, grants, voids and limits, repetitions
// under an idempotency key included. Pure, and the same for every store. What nobody in particular
// asks for, on the machine of the store, is not refused here.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "base/instant.hpp"
#include "server/directory/command.hpp"
#include "server/directory/directory.hpp"

namespace farthing::directory {

// Returns why the actor may not do it, or nothing when it may:
// - `unauthorized` or `user_disabled` when what it was let in with speaks for it no longer,
// - `permission_denied` when it is not where its key may be used, when the table of rights
//   (permissions.hpp) does not let it, by its scopes, its user's roles and whose the key is,
// - `permission_denied` (field "spend_caps") when its key has a spend cap and it does not rotate or
//   revoke that key itself,
// - `permission_denied`, with the field, when it gives what it does not hold. Nobody makes, changes
//   or rotates a key with a scope that they lack. Nobody makes, changes or rotates a key of their
//   own user, or one with the scope `admin`, that ends later than their own, may be used from
//   elsewhere or more often, or would afterwards; but every key may rotate itself. A retiring
//   secret ends with its overlap. Only an admin sets a rate limit, or a key that has one, up to it.
std::optional<Error> find_refusal_of_asker(const Directory& directory,
                                           const DirectoryOrigin& origin,
                                           const DirectoryAction& action, Instant at);

// Returns why the actor may not begin what it may repeat because the answer may have been lost on
// the way: `permission_denied` (field "api_key") for a secret that a rotation has replaced and that
// would rotate its key again. What it made would outlive it, and would end the secret that replaced
// it.
std::optional<Error> find_refusal_to_begin(const Directory& directory,
                                           const DirectoryOrigin& origin,
                                           const DirectoryAction& action);

// Returns the same as the first function, for a grant, a void or a limit.
std::optional<Error> find_refusal_of_asker(const Directory& directory, ApiKeyId actor,
                                           const ActOrigin& origin, Instant at);

}  // namespace farthing::directory
