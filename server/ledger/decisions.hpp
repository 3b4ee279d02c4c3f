// SPDX-License-Identifier: Apache-2.0
// The decisions about each kind of command, once what was due is booked. Each books its entries, or
// refuses and books nothing. Checks come in the order: what exists, how it stands, how many there
// may be, the balance. Only `decide` calls `decide_action`.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "server/ledger/booking.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/record.hpp"

namespace farthing::ledger {

Result<Done> decide_action(const CreateGrant& action, const Records& records, Booking& booking);
Result<Done> decide_action(const VoidGrant& action, const Records& records, Booking& booking);
Result<Done> decide_action(const CreateCharge& action, const Records& records, Booking& booking);
Result<Done> decide_action(const PlaceHold& action, const Records& records, Booking& booking);
Result<Done> decide_action(const ExtendHold& action, const Records& records, Booking& booking);
Result<Done> decide_action(const CaptureHold& action, const Records& records, Booking& booking);
Result<Done> decide_action(const ReleaseHold& action, const Records& records, Booking& booking);
Result<Done> decide_action(const RefundCharge& action, const Records& records, Booking& booking);
Result<Done> decide_action(const SetOverdraftLimit& action, const Records& records,
                           Booking& booking);

// Gives back what the open hold `id` still has, and ends it as `state`.
void book_release(const Id128& id, HoldState state, Booking& booking);

// Returns the debt that a spending of `amount` would make, or refuses it: lots pay first, debt
// stays within the limit, and an organization owes for at most kMaxDebts charges.
Result<Credits> find_new_debt(const OrganizationState& state, Credits amount);
// Returns the refusal to spend or to hold `amount` at `at`, if a cap leaves less to a key that has
// spent `spending` by then. Of several such caps it names the one that begins anew last.
std::optional<Error> find_cap_refusal(const KeySpending& spending, const SpendCaps& caps,
                                      Credits amount, Instant at);
// Returns the refusal of a spending that would need `required`.
Error insufficient_credits(const OrganizationState& state, Credits required);
// Returns whether `amount` may come to the lots: all of them must stay countable, whichever become
// spendable.
bool has_room_for(const OrganizationState& state, Credits amount);

}  // namespace farthing::ledger
