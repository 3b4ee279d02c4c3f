// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <compare>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/decide.hpp"
#include "server/ledger/decisions.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

// Returns the kind of what falls due first, by instant and then by kind. Each list of the state has
// its own first at hand, by instant and id.
EntryKind first_due_kind(const OrganizationState& state) {
  std::pair first(Instant::max(), EntryKind::limit);
  const auto consider = [&first](Instant at, EntryKind kind) {
    first = std::min(first, std::pair(at, kind));
  };
  if (!state.coming.empty()) {
    consider(state.coming.back().terms.effective_at, EntryKind::activate);
  }
  if (!state.expiries.empty()) consider(state.expiries.back().at, EntryKind::expire);
  if (!state.hold_expiries.empty()) consider(state.hold_expiries.begin()->at, EntryKind::release);
  return first.second;
}

void book_activation(OrganizationState& state, Booked& booked) {
  const Lot& lot = state.coming.back();
  Booking booking(state, lot.terms.effective_at, booked);
  Entry& entry = booking.begin(EntryKind::activate, lot.grant, lot.remaining);
  entry.available = plus(entry.available, entry.amount);
  booking.book();
}

void book_expiry(OrganizationState& state, Booked& booked) {
  const Expiry& expiry = state.expiries.back();
  const auto lot = find_spendable(state, expiry.id);
  CHECK(lot != state.spendable.end());
  Booking booking(state, expiry.at, booked);
  Entry& entry = booking.begin(EntryKind::expire, expiry.id, lot->remaining);
  entry.available = minus(entry.available, entry.amount);
  booking.book();
}

void book_run_out(OrganizationState& state, Booked& booked) {
  const Expiry expiry = *state.hold_expiries.begin();
  Booking booking(state, expiry.at, booked);
  book_release(expiry.id, HoldState::expired, booking);
}

}  // namespace

void book_due(OrganizationState& state, Instant at, Booked& booked) {
  while (state.next_due_at && *state.next_due_at <= at) {
    switch (first_due_kind(state)) {
      case EntryKind::activate:
        book_activation(state, booked);
        break;
      case EntryKind::expire:
        book_expiry(state, booked);
        break;
      default:
        book_run_out(state, booked);
    }
  }
}

OrganizationState state_at(const OrganizationState& state, Instant at) {
  OrganizationState later = state;
  Booked booked;
  book_due(later, at, booked);
  return later;
}

void apply_due(Record& record, const Id128& id, const OrganizationState& state, Instant at) {
  if (!state.next_due_at || at < *state.next_due_at) return;
  OrganizationState later = state;
  Booked booked;
  book_due(later, at, booked);
  for (const Entry& entry : booked.entries()) {
    if (record_changed_by(entry) == id) apply(record, entry);
  }
}

Balance balance_at(const OrganizationState& state, Instant at) {
  if (!state.next_due_at || at < *state.next_due_at) return state.balance;
  const bool is_hold_due = !state.hold_expiries.empty() && state.hold_expiries.begin()->at <= at;
  if (is_hold_due || state.debt.is_positive()) return state_at(state, at).balance;
  // Lots that come and go with nothing held or owed need not be booked to be counted.
  Balance balance = {.available = {}, .held = state.balance.held};
  const auto count = [&balance, at](const Lot& lot) {
    const bool has_ended = lot.terms.expires_at && *lot.terms.expires_at <= at;
    if (lot.terms.effective_at > at || has_ended) return;
    balance.available = plus(balance.available, lot.remaining);
  };
  std::ranges::for_each(state.spendable, count);
  std::ranges::for_each(state.coming, count);
  return balance;
}

}  // namespace farthing::ledger
