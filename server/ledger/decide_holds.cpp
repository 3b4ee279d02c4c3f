// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/decisions.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

Error ended_hold(HoldState state) {
  switch (state) {
    case HoldState::captured:
      return make_error(ErrorCode::hold_captured);
    case HoldState::released:
      return make_error(ErrorCode::hold_released);
    default:
      return make_error(ErrorCode::hold_expired);
  }
}

// Returns the hold if it is open, or why it cannot be used.
Result<const Hold*> find_open_hold(const Id128& id, const Records& records,
                                   const OrganizationState& state) {
  if (const auto open = state.holds.find(id); open != state.holds.end()) return &open->second;
  const auto* record = records.find<HoldRecord>(id);
  if (record == nullptr) return make_error(ErrorCode::not_found);
  CHECK(record->status.state != HoldState::open);
  return ended_hold(record->status.state);
}

Instant run_out(std::chrono::seconds ttl, Instant at) {
  CHECK(ttl >= kMinHoldTtl && ttl <= kMaxHoldTtl);
  return at.plus(ttl);
}

void take_from_hold(const Hold& hold, Credits amount, std::vector<LotAmount>& parts) {
  for (const LotAmount& lot : hold.lots) {
    if (amount.is_zero()) break;
    const Credits part = std::min(amount, lot.amount);
    parts.push_back({.grant = lot.grant, .amount = part});
    amount = minus(amount, part);
  }
}

// The parts that pay a capture.
struct CaptureParts {
  Credits from_hold;
  Credits from_lots;
  Credits debt;

  Credits amount() const { return plus(from_hold, plus(from_lots, debt)); }
};

Error exceeds_hold(Credits required, Credits held) {
  Error error = make_error(ErrorCode::capture_exceeds_hold);
  error.details = {{"required", required.to_string()}, {"held", held.to_string()}};
  return error;
}

Result<CaptureParts> divide_capture(Credits amount, const Hold& hold,
                                    const OrganizationState& state) {
  const Credits left = sum_of(hold.lots);
  CaptureParts parts{.from_hold = std::min(amount, left)};
  const Credits more = minus(amount, parts.from_hold);
  if (more.is_zero()) return parts;
  switch (hold.status.over_capture) {
    case OverCapture::reject:
      return exceeds_hold(amount, left);
    case OverCapture::up_to_available:
      parts.from_lots = std::min(more, spendable_credits(state));
      return parts;
    case OverCapture::overdraft: {
      const auto debt = find_new_debt(state, more);
      if (!debt) return debt.error();
      parts.debt = *debt;
      parts.from_lots = minus(more, *debt);
      return parts;
    }
  }
  CHECK(false);
}

}  // namespace

void book_release(const Id128& id, HoldState state, Booking& booking) {
  const auto found = booking.state().holds.find(id);
  CHECK(found != booking.state().holds.end());
  const Hold& hold = found->second;
  Entry& entry = booking.begin(EntryKind::release, id, sum_of(hold.lots));
  entry.hold = hold.status;
  entry.hold->released = entry.amount;
  entry.hold->state = state;
  entry.held = minus(entry.held, entry.amount);
  entry.lots = hold.lots;
  for (LotAmount& part : entry.lots) {
    part.has_ended = booking.state().held_lots.at(part.grant).has_ended_at(booking.at());
    if (!part.has_ended) entry.available = plus(entry.available, part.amount);
  }
  booking.book();
}

Result<Done> decide_action(const PlaceHold& action, const Records& /*records*/, Booking& booking) {
  CHECK(action.amount.is_positive());
  const OrganizationState& state = booking.state();
  if (state.holds.size() >= kMaxOpenHolds) return make_error(ErrorCode::too_many_holds);
  if (action.amount > spendable_credits(state)) return insufficient_credits(state, action.amount);
  Entry& entry = booking.begin(EntryKind::hold, {}, action.amount);
  take_in_burn_order(state, action.amount, entry.lots);
  entry.hold = HoldStatus{.amount = action.amount,
                          .captured = {},
                          .released = {},
                          .expires_at = run_out(action.ttl, booking.at()),
                          .over_capture = action.over_capture};
  entry.available = minus(entry.available, action.amount);
  entry.held = plus(entry.held, action.amount);
  booking.book();
  return Done{};
}

Result<Done> decide_action(const ExtendHold& action, const Records& records, Booking& booking) {
  const auto hold = find_open_hold(action.hold, records, booking.state());
  if (!hold) return hold.error();
  Entry& entry = booking.begin(EntryKind::extend, action.hold, {});
  entry.hold = (*hold)->status;
  entry.hold->expires_at = std::max(entry.hold->expires_at, run_out(action.ttl, booking.at()));
  booking.book();
  return Done{};
}

Result<Done> decide_action(const CaptureHold& action, const Records& records, Booking& booking) {
  CHECK(!action.amount || action.amount->is_positive());
  const auto found = find_open_hold(action.hold, records, booking.state());
  if (!found) return found.error();
  const Hold& hold = **found;
  const Credits left = sum_of(hold.lots);
  const auto parts = divide_capture(action.amount.value_or(left), hold, booking.state());
  if (!parts) return parts.error();
  // Captures beyond what was held add up without a bound of their own.
  const auto captured = hold.status.captured.plus(parts->amount());
  if (!captured) {
    return make_error(ErrorCode::amount_overflow,
                      "All that was captured of the hold would be more than can be counted.");
  }

  Entry& entry = booking.begin(EntryKind::capture, {}, parts->amount());
  entry.parent = action.hold;
  take_from_hold(hold, parts->from_hold, entry.lots);
  take_in_burn_order(booking.state(), parts->from_lots, entry.lots);
  entry.available = minus(entry.available, plus(parts->from_lots, parts->debt));
  entry.held = minus(entry.held, parts->from_hold);
  entry.hold = hold.status;
  entry.hold->captured = *captured;
  if (parts->from_hold < left && action.is_final) {
    booking.book_continued();
    book_release(action.hold, HoldState::captured, booking);
    return Done{};
  }
  if (parts->from_hold == left) entry.hold->state = HoldState::captured;
  booking.book();
  return Done{};
}

Result<Done> decide_action(const ReleaseHold& action, const Records& records, Booking& booking) {
  const auto hold = find_open_hold(action.hold, records, booking.state());
  if (!hold) return hold.error();
  book_release(action.hold, HoldState::released, booking);
  return Done{};
}

}  // namespace farthing::ledger
