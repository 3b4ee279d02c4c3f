// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/booking.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/apply.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {

Entry& Booking::begin(EntryKind kind, const Id128& subject, Credits amount) {
  Entry& entry = booked_.begin();
  entry.organization = state_.organization;
  entry.seq = state_.last_seq + 1;
  entry.kind = kind;
  entry.at = at_;
  entry.subject = subject;
  entry.amount = amount;
  entry.available = state_.balance.available;
  entry.held = state_.balance.held;
  if (origin_ != nullptr) {
    entry.origin = std::move(*std::exchange(origin_, nullptr));
  } else {
    entry.origin.api_key = follower_.api_key;
    entry.origin.caller_key = follower_.caller_key;
  }
  return entry;
}

// Hashes and applies the last entry; nothing else does. An entry without a subject makes one here.
void Booking::append() {
  Entry& entry = last();
  if (entry.subject == Id128{}) entry.subject = make_entry_id(entry.at, entry.seq);
  booked_.add(apply(state_, booked_.seal(state_.last_hash)));
}

// Returns whether something is both owed and spendable after the entry.
bool Booking::repays(const Entry& entry) const {
  const Credits debt = plus(state_.debt, debt_of(entry));
  return debt.is_positive() && plus(entry.available, debt).is_positive();
}

void Booking::book() {
  last().is_continued = repays(last());
  append();
  repay_debts();
}

void Booking::book_continued() {
  last().is_continued = true;
  append();
}

// Repays the oldest debt first, with what is spent first; one entry for each pair. This does not
// change what is available.
void Booking::repay_debts() {
  while (!state_.debts.empty() && !state_.spendable.empty()) {
    const auto& [charge, owed] = *state_.debts.begin();
    const Lot& lot = state_.spendable.back();
    Entry& entry = begin(EntryKind::repay, charge, std::min(owed, lot.remaining));
    entry.lots = {{.grant = lot.grant, .amount = entry.amount}};
    entry.is_continued = repays(entry);
    append();
  }
}

void take_in_burn_order(const OrganizationState& state, Credits amount,
                        std::vector<LotAmount>& parts) {
  for (const Lot& lot : std::views::reverse(state.spendable)) {
    if (amount.is_zero()) break;
    const Credits part = std::min(amount, lot.remaining);
    parts.push_back({.grant = lot.grant, .amount = part});
    amount = minus(amount, part);
  }
  CHECK(amount.is_zero());
}

}  // namespace farthing::ledger
