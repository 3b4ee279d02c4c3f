// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/apply.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <span>
#include <tuple>

#include "base/check.hpp"
#include "server/ledger/entry_id.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

void find_next_due(OrganizationState& state) {
  auto& next = state.next_due_at;
  next.reset();
  const auto consider = [&next](Instant at) {
    if (!next || at < *next) next = at;
  };
  if (!state.coming.empty()) consider(state.coming.back().terms.effective_at);
  if (!state.expiries.empty()) consider(state.expiries.back().at);
  if (!state.hold_expiries.empty()) consider(state.hold_expiries.begin()->at);
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

void remove_spendable(OrganizationState& state, std::vector<Lot>::const_iterator lot) {
  remove_expiry(state, *lot);
  state.spendable.erase(lot);
}

// Gives a part back to a lot that has not ended, whether it has something left or not.
void give_back(OrganizationState& state, const LotAmount& part, const GrantTerms& terms) {
  const auto found = find_spendable(state, part.grant, terms);
  if (found == state.spendable.end()) {
    return insert_spendable(state, {.grant = part.grant, .terms = terms, .remaining = part.amount});
  }
  Lot& lot = state.spendable[static_cast<std::size_t>(found - state.spendable.begin())];
  lot.remaining = plus(lot.remaining, part.amount);
}

// Takes parts of the lots in burn order; only the last part may leave a rest.
template <class Took>
void take_spendable(OrganizationState& state, std::span<const LotAmount> parts, Took took) {
  for (const LotAmount& part : parts) {
    CHECK(!state.spendable.empty());
    Lot& lot = state.spendable.back();
    CHECK(lot.grant == part.grant && lot.remaining >= part.amount);
    took(lot, part.amount);
    lot.remaining = minus(lot.remaining, part.amount);
    if (lot.remaining.is_zero()) {
      remove_expiry(state, lot);
      state.spendable.pop_back();
    } else {
      CHECK(&part == &parts.back());
    }
  }
}

void spend(OrganizationState& state, std::span<const LotAmount> parts) {
  take_spendable(state, parts, [](const Lot&, Credits) {});
}

void apply_debt(OrganizationState& state, const Id128& charge, Credits change) {
  if (change.is_zero()) return;
  state.debt = plus(state.debt, change);
  const auto debt = state.debts.try_emplace(state.debts.end(), charge);
  debt->second = plus(debt->second, change);
  CHECK(debt->second >= Credits());
  if (debt->second.is_zero()) state.debts.erase(debt);
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
  CHECK(!state.expiries.empty() && state.expiries.back().id == entry.subject);
  const auto lot = find_spendable(state, entry.subject);
  CHECK(lot != state.spendable.end());
  state.spendable.erase(lot);
  state.expiries.pop_back();
}

// Leaves nothing of the grant but what is held.
void apply_void(OrganizationState& state, const Entry& entry) {
  const auto held = state.held_lots.find(entry.subject);
  if (held != state.held_lots.end()) held->second.is_voided = true;
  if (entry.amount.is_zero()) return;
  if (const auto lot = find_spendable(state, entry.subject); lot != state.spendable.end()) {
    return remove_spendable(state, lot);
  }
  const auto lot = std::ranges::find(state.coming, entry.subject, &Lot::grant);
  CHECK(lot != state.coming.end());
  state.coming.erase(lot);
}

// Changes what is counted for a caller's key, which is nothing for most.
template <class Change>
void count_spending(OrganizationState& state, const std::optional<ApiKeyId>& caller_key,
                    Change change) {
  if (!caller_key) return;
  const auto counted = state.spending.try_emplace(caller_key->value).first;
  change(counted->second);
  if (counted->second.is_empty()) state.spending.erase(counted);
}

// Takes out what was spent on earlier days, before the first entry of a day is applied. What is
// held stays.
std::vector<PastSpending> take_past_spending(OrganizationState& state, const Entry& entry) {
  std::vector<PastSpending> past;
  if (state.spending.empty() || day_number_of(entry.at) == day_number_of(state.last_at)) {
    return past;
  }
  for (auto counted = state.spending.begin(); counted != state.spending.end();) {
    const KeySpending left{.held = counted->second.held};
    if (counted->second.has_spent()) {
      counted->second.held = {};
      past.push_back({.organization = state.organization,
                      .caller_key = {counted->first},
                      .seq = entry.seq,
                      .spent = counted->second});
    }
    counted->second = left;
    counted = left.is_empty() ? state.spending.erase(counted) : std::next(counted);
  }
  return past;
}

void apply_charge(OrganizationState& state, const Entry& entry) {
  spend(state, entry.lots);
  apply_debt(state, entry.subject, debt_of(entry));
  count_spending(state, entry.origin.caller_key,
                 [&entry](KeySpending& spending) { add_spent(spending, entry.amount, entry.at); });
}

void apply_hold(OrganizationState& state, const Entry& entry) {
  CHECK(entry.hold);
  take_spendable(state, entry.lots, [&state](const Lot& lot, Credits amount) {
    HeldLot& held =
        state.held_lots.try_emplace(lot.grant, HeldLot{.terms = lot.terms}).first->second;
    held.held = plus(held.held, amount);
  });
  state.holds.emplace_hint(
      state.holds.end(), entry.subject,
      Hold{.status = *entry.hold, .lots = entry.lots, .caller_key = entry.origin.caller_key});
  state.hold_expiries.insert(state.hold_expiries.end(), {entry.hold->expires_at, entry.subject});
  count_spending(state, entry.origin.caller_key, [&entry](KeySpending& spending) {
    spending.held = plus(spending.held, entry.amount);
  });
}

std::map<Id128, Hold>::iterator find_hold(OrganizationState& state, const Id128& id) {
  const auto hold = state.holds.find(id);
  CHECK(hold != state.holds.end());
  return hold;
}

void remove_hold(OrganizationState& state, std::map<Id128, Hold>::iterator hold) {
  CHECK(hold->second.lots.empty());
  state.hold_expiries.erase({hold->second.status.expires_at, hold->first});
  state.holds.erase(hold);
}

void apply_extend(OrganizationState& state, const Entry& entry) {
  CHECK(entry.hold);
  Hold& hold = find_hold(state, entry.subject)->second;
  state.hold_expiries.erase({hold.status.expires_at, entry.subject});
  hold.status = *entry.hold;
  state.hold_expiries.insert(state.hold_expiries.end(), {hold.status.expires_at, entry.subject});
}

// Takes from the hold the parts that it pays, which come first; returns how many they are.
std::size_t take_held(OrganizationState& state, Hold& hold, std::span<const LotAmount> parts) {
  std::size_t taken = 0;
  std::size_t emptied = 0;
  for (; taken < parts.size() && emptied < hold.lots.size(); ++taken) {
    LotAmount& source = hold.lots[emptied];
    const LotAmount& part = parts[taken];
    CHECK(source.grant == part.grant && source.amount >= part.amount);
    const auto lot = state.held_lots.find(part.grant);
    CHECK(lot != state.held_lots.end());
    lot->second.held = minus(lot->second.held, part.amount);
    if (lot->second.held.is_zero()) state.held_lots.erase(lot);
    source.amount = minus(source.amount, part.amount);
    if (source.amount.is_zero()) ++emptied;
  }
  hold.lots.erase(hold.lots.begin(), hold.lots.begin() + static_cast<std::ptrdiff_t>(emptied));
  return taken;
}

void apply_capture(OrganizationState& state, const Entry& entry) {
  CHECK(entry.parent && entry.hold);
  const auto hold = find_hold(state, *entry.parent);
  const std::size_t from_hold = take_held(state, hold->second, entry.lots);
  count_spending(state, hold->second.caller_key, [&](KeySpending& spending) {
    for (const LotAmount& part : std::span(entry.lots).first(from_hold)) {
      spending.held = minus(spending.held, part.amount);
    }
    add_spent(spending, entry.amount, entry.at);
  });
  hold->second.status = *entry.hold;
  if (hold->second.lots.empty()) remove_hold(state, hold);
  spend(state, std::span(entry.lots).subspan(from_hold));
  apply_debt(state, entry.subject, debt_of(entry));
}

void apply_release(OrganizationState& state, const Entry& entry) {
  const auto hold = find_hold(state, entry.subject);
  for (const LotAmount& part : entry.lots) {
    const auto lot = state.held_lots.find(part.grant);
    CHECK(lot != state.held_lots.end());
    if (!part.has_ended) give_back(state, part, lot->second.terms);
  }
  CHECK(take_held(state, hold->second, entry.lots) == entry.lots.size());
  count_spending(state, hold->second.caller_key, [&entry](KeySpending& spending) {
    spending.held = minus(spending.held, entry.amount);
  });
  remove_hold(state, hold);
}

void apply_refund(OrganizationState& state, const Entry& entry) {
  CHECK(entry.parent);
  for (const ReturningLot& lot : entry.returning) {
    insert_spendable(state, {.grant = lot.grant, .terms = lot.terms, .remaining = Credits()});
  }
  for (const LotAmount& part : entry.lots) {
    if (part.has_ended) continue;
    const auto lot = find_spendable(state, part.grant);
    CHECK(lot != state.spendable.end());
    give_back(state, part, lot->terms);
  }
  apply_debt(state, *entry.parent, debt_of(entry));
  // A charge from before spending was counted was never added.
  if (seq_of(*entry.parent) <= state.spending_after) return;
  count_spending(state, entry.origin.caller_key, [&entry](KeySpending& spending) {
    take_back_spent(spending, entry.amount, instant_of(*entry.parent), entry.at);
  });
}

void apply_repay(OrganizationState& state, const Entry& entry) {
  spend(state, entry.lots);
  apply_debt(state, entry.subject, debt_of(entry));
}

void apply_by_kind(OrganizationState& state, const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::grant:
      return apply_grant(state, entry);
    case EntryKind::activate:
      return apply_activate(state, entry);
    case EntryKind::expire:
      return apply_expire(state, entry);
    case EntryKind::void_:
      return apply_void(state, entry);
    case EntryKind::charge:
      return apply_charge(state, entry);
    case EntryKind::hold:
      return apply_hold(state, entry);
    case EntryKind::extend:
      return apply_extend(state, entry);
    case EntryKind::capture:
      return apply_capture(state, entry);
    case EntryKind::release:
      return apply_release(state, entry);
    case EntryKind::refund:
      return apply_refund(state, entry);
    case EntryKind::repay:
      return apply_repay(state, entry);
    case EntryKind::limit:
      state.overdraft_limit = entry.amount;
      return;
  }
}

}  // namespace

std::vector<PastSpending> apply(OrganizationState& state, const Entry& entry) {
  CHECK(entry.organization == state.organization);
  CHECK(entry.seq == state.last_seq + 1 && entry.at >= state.last_at);
  // Comes first: what the entry itself spends belongs to the new day.
  std::vector<PastSpending> past = take_past_spending(state, entry);
  apply_by_kind(state, entry);
  find_next_due(state);
  state.last_seq = entry.seq;
  state.last_hash = entry.hash;
  state.last_at = entry.at;
  state.balance = {.available = entry.available, .held = entry.held};
  return past;
}

}  // namespace farthing::ledger
