// SPDX-License-Identifier: Apache-2.0
// The keys with which an installation begins: they belong to the operator, a user that every store
// has from its first key on, and have scope `admin`. They are made beside the HTTP API, by whoever
// has the store itself in hand.
#pragma once

#include "base/id.hpp"
#include "base/secret.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

// The operator's id is the same in every store, so that the user is found again. Stored: never
// change.
inline constexpr UserId kOperator{};

// Makes `secret`, which has the form of a key, an admin key of the operator. Makes the operator too
// when there is none yet, and enables a disabled one: otherwise the key would be of no use. `store`
// must outlive the answer.
void create_operator_key(store::Store& store, const Secret& secret, Reply<directory::ApiKey> reply);

// Tells whether the store has no key at all, so that nobody could ask it for one.
void has_no_keys(store::Store& store, Reply<bool> reply);

}  // namespace farthing::service
