// SPDX-License-Identifier: Apache-2.0
// The decision about each kind of command, when what was due is booked: books its entries, or
// refuses and books nothing. Checks come in the order: what exists, how it stands, how many there
// may be, the balance. For `decide` only.
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

// What the open hold `id` still has goes back; it ends as `state`.
void book_release(const Id128& id, HoldState state, Booking& booking);

// What a spending of `amount` would leave to owe, or the refusal: lots pay first, debt stays within
// the limit, and the organization owes for so many charges only.
Result<Credits> find_new_debt(const OrganizationState& state, Credits amount);
// The refusal to spend or to hold `amount` at `at`, if a cap leaves less to a key that has spent so
// much by then: of several caps that do, the one that begins anew last.
std::optional<Error> find_cap_refusal(const KeySpending& spending, const SpendCaps& caps,
                                      Credits amount, Instant at);
// The refusal of a spending that would need `required`.
Error insufficient_credits(const OrganizationState& state, Credits required);
// Whether so much more may come to the lots, so that all of them stay countable whichever become
// spendable.
bool has_room_for(const OrganizationState& state, Credits amount);

}  // namespace farthing::ledger
