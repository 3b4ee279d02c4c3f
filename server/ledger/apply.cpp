// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/apply.hpp"

#include <algorithm>
#include <functional>
#include <tuple>

#include "base/check.hpp"

namespace farthing::ledger {
namespace {

void find_next_due(OrganizationState& state) {
  state.next_due_at.reset();
  if (!state.coming.empty()) state.next_due_at = state.coming.back().terms.effective_at;
  if (state.expiries.empty()) return;
  const Instant ends_at = state.expiries.back().at;
  if (!state.next_due_at || ends_at < *state.next_due_at) state.next_due_at = ends_at;
}

void insert_spendable(OrganizationState& state, const Lot& lot) {
  const auto burns_after = [](const Lot& a, const Lot& b) { return burns_before(b, a); };
  state.spendable.insert(std::ranges::upper_bound(state.spendable, lot, burns_after), lot);
  if (!lot.terms.expires_at) return;
  const Expiry expiry{*lot.terms.expires_at, lot.grant};
  state.expiries.insert(std::ranges::upper_bound(state.expiries, expiry, std::greater()), expiry);
}

void remove_expiry(OrganizationState& state, const Lot& lot) {
  if (!lot.terms.expires_at) return;
  const Expiry expiry{*lot.terms.expires_at, lot.grant};
  const auto place = std::ranges::lower_bound(state.expiries, expiry, std::greater());
  CHECK(place != state.expiries.end() && *place == expiry);
  state.expiries.erase(place);
}

void apply_grant(OrganizationState& state, const Entry& entry) {
  CHECK(entry.terms);
  const Lot lot{.grant = entry.subject, .terms = *entry.terms, .remaining = entry.amount};
  if (lot.terms.effective_at <= entry.at) return insert_spendable(state, lot);
  const auto order = [](const Lot& each) { return std::tie(each.terms.effective_at, each.grant); };
  const auto place = std::ranges::upper_bound(state.coming, order(lot), std::greater(), order);
  state.coming.insert(place, lot);
}

void apply_activate(OrganizationState& state, const Entry& entry) {
  CHECK(!state.coming.empty() && state.coming.back().grant == entry.subject);
  insert_spendable(state, state.coming.back());
  state.coming.pop_back();
}

void apply_expire(OrganizationState& state, const Entry& entry) {
  CHECK(!state.expiries.empty() && state.expiries.back().grant == entry.subject);
  const auto lot = find_spendable(state, entry.subject);
  CHECK(lot != state.spendable.end());
  state.spendable.erase(lot);
  state.expiries.pop_back();
}

// A charge empties lots in burn order; the last one that it names may keep a rest.
void apply_charge(OrganizationState& state, const Entry& entry) {
  for (const LotAmount& part : entry.lots) {
    CHECK(!state.spendable.empty());
    Lot& lot = state.spendable.back();
    CHECK(lot.grant == part.grant && lot.remaining >= part.amount);
    lot.remaining = *lot.remaining.minus(part.amount);
    if (lot.remaining.is_zero()) {
      remove_expiry(state, lot);
      state.spendable.pop_back();
    } else {
      CHECK(&part == &entry.lots.back());
    }
  }
}

}  // namespace

void apply(OrganizationState& state, const Entry& entry) {
  CHECK(entry.organization == state.organization);
  CHECK(entry.seq == state.last_seq + 1 && entry.at >= state.last_at);
  switch (entry.kind) {
    case EntryKind::grant:
      apply_grant(state, entry);
      break;
    case EntryKind::activate:
      apply_activate(state, entry);
      break;
    case EntryKind::expire:
      apply_expire(state, entry);
      break;
    case EntryKind::charge:
      apply_charge(state, entry);
      break;
  }
  find_next_due(state);
  state.last_seq = entry.seq;
  state.last_hash = entry.hash;
  state.last_at = entry.at;
  state.balance = {.available = entry.available, .held = entry.held};
}

}  // namespace farthing::ledger
