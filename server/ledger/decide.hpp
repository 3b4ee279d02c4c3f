// SPDX-License-Identifier: Apache-2.0
// The rules of the ledger: state + command + records → entries and the state after them, or a
// refusal. Pure functions of their arguments; every store calls them, one organization at a time.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"

namespace farthing::ledger {

// Books everything that fell due up to and including `at`, in the order (instant, kind, id), each
// entry dated at its own instant: appends the entries to `booked` and moves `state` past them.
void book_due(OrganizationState& state, Instant at, Booked& booked);

// Returns why the organization's standing forbids the command, if it does: a disabled organization
// begins nothing that spends. `decide` refuses it for the same reason before all others; a store
// asks beforehand where it has reasons of its own that come later.
std::optional<Error> find_refusal_by_standing(const Command& command);

// Books the command: one outcome, which is one or several entries. The first has taken over the
// command's origin; all but the last say that they are continued. A refusal books nothing.
// Everything due at `command.at` must be booked before. That leaves no trace if the command is
// refused, because it would have been booked just so at any later time. Then `missing_records` must
// have nothing to ask for, and the record of a key that `find_capped_key` names must be there, too.
// `command.at` must not be before `state.last_at`, and the idempotency key must be unused.
Result<Done> decide(OrganizationState& state, Command&& command, const Records& records,
                    Booked& booked);

// Returns the state with everything booked that is due at `at`, which must not be before
// `state.last_at`. It is a copy, for reads that cannot wait for the booking.
OrganizationState state_at(const OrganizationState& state, Instant at);
// Applies to the record of `id`, which is as of `state`, what is due at `at`.
void apply_due(Record& record, const Id128& id, const OrganizationState& state, Instant at);
// Returns the balance of `state_at`, mostly without making that state.
Balance balance_at(const OrganizationState& state, Instant at);

// Refuses to give the outcome of an idempotency key again to a request that differs from the first
// one. `first` is the first entry of the outcome. Erasable texts are compared as long as they are
// there.
Result<Done> check_replay(const Entry& first, const Origin& again);

}  // namespace farthing::ledger
