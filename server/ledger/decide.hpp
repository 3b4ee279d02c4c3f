// SPDX-License-Identifier: Apache-2.0
// The rules of the ledger: state + command → entries and the state after them, or a refusal. Pure
// functions of their arguments; every store calls them, one organization at a time.
#pragma once

#include "base/error.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/state.hpp"

namespace farthing::ledger {

// Books everything that fell due up to and including `at`, in the order (instant, kind, id), each
// entry dated at its own instant: appends the entries to `booked` and moves `state` past them.
void book_due(OrganizationState& state, Instant at, Booked& booked);

// Books what is due, then the command. On success the last of `booked` is the command's own entry,
// which has taken over its origin. On a refusal only what was due has been appended and booked:
// that leaves no trace, because it would have been booked just so at any later time. `command.at`
// must not be before `state.last_at`, and the idempotency key must be unused.
Result<Done> decide(OrganizationState& state, Command&& command, Booked& booked);

// The balance at `at`, what is due by then counted whether booked or not. `at` must not be before
// `state.last_at`.
Balance balance_at(const OrganizationState& state, Instant at);

// What a request gets whose idempotency key led to `first` before: that entry again, or a refusal
// if it stood for a different request.
Result<Entry> replay(const Entry& first, const Fingerprint& fingerprint);

}  // namespace farthing::ledger
