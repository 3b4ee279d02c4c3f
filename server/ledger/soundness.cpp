// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/soundness.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace farthing::ledger {
namespace {

// Adds amounts that may be anything; has no value once one is below zero or the sum cannot be
// counted.
class Sum {
 public:
  void add(Credits amount) {
    const auto sum = sum_.plus(amount);
    is_countable_ = is_countable_ && amount >= Credits() && sum.has_value();
    if (sum) sum_ = *sum;
  }
  bool is(Credits expected) const { return is_countable_ && sum_ == expected; }
  std::optional<Credits> value() const {
    return is_countable_ ? std::optional(sum_) : std::nullopt;
  }

 private:
  Credits sum_;
  bool is_countable_ = true;
};

std::optional<Credits> sum_up(const std::vector<LotAmount>& lots) {
  Sum sum;
  for (const LotAmount& each : lots) {
    if (!each.amount.is_positive()) return {};
    sum.add(each.amount);
  }
  return sum.value();
}

bool is_status_sound(const HoldStatus& hold) {
  return hold.amount.is_positive() && hold.captured >= Credits() && hold.released >= Credits();
}

bool is_about_hold(EntryKind kind) {
  return kind == EntryKind::hold || kind == EntryKind::extend || kind == EntryKind::capture ||
         kind == EntryKind::release;
}

bool are_lots_sound(const OrganizationState& state) {
  std::set<Id128> grants;
  Sum spendable;
  for (std::size_t i = 0; i < state.spendable.size(); ++i) {
    const Lot& lot = state.spendable[i];
    if (i > 0 && !burns_before(lot, state.spendable[i - 1])) return false;
    if (!grants.insert(lot.grant).second) return false;
    spendable.add(lot.remaining);
  }
  const auto expected = state.balance.available.plus(state.debt);
  if (!expected || !spendable.is(*expected)) return false;

  const auto order = [](const Lot& lot) { return std::tuple(lot.terms.effective_at, lot.grant); };
  for (std::size_t i = 0; i < state.coming.size(); ++i) {
    const Lot& lot = state.coming[i];
    if (i > 0 && order(lot) >= order(state.coming[i - 1])) return false;
    if (!grants.insert(lot.grant).second || lot.remaining < Credits()) return false;
  }
  return true;
}

bool are_holds_sound(const OrganizationState& state) {
  std::map<Id128, Sum> held_of;
  for (const auto& [id, hold] : state.holds) {
    const auto left = sum_up(hold.lots);
    if (!left || !is_status_sound(hold.status)) return false;
    if (hold.status.state != HoldState::open) return false;
    if (left->plus(hold.status.captured) != hold.status.amount) return false;
    for (const LotAmount& part : hold.lots) held_of[part.grant].add(part.amount);
  }
  if (held_of.size() != state.held_lots.size()) return false;
  Sum held;
  for (const auto& [grant, lot] : state.held_lots) {
    const auto found = held_of.find(grant);
    if (found == held_of.end() || !found->second.is(lot.held)) return false;
    held.add(lot.held);
  }
  return held.is(state.balance.held);
}

// Returns whether callers' keys hold what the holds have that were placed for them.
bool is_spending_sound(const OrganizationState& state) {
  std::map<Id128, Sum> held_of;
  for (const auto& [id, hold] : state.holds) {
    if (!hold.caller_key) continue;
    for (const LotAmount& part : hold.lots) held_of[hold.caller_key->value].add(part.amount);
  }
  for (const auto& [key, spending] : state.spending) {
    const auto held = held_of.find(key);
    if (held == held_of.end() ? !spending.held.is_zero() : !held->second.is(spending.held)) {
      return false;
    }
    if (held != held_of.end()) held_of.erase(held);
  }
  return held_of.empty();
}

bool is_next_due_sound(const OrganizationState& state) {
  std::optional<Instant> next;
  const auto take = [&next](Instant at) { next = next ? std::min(*next, at) : at; };
  if (!state.coming.empty()) take(state.coming.back().terms.effective_at);
  if (!state.expiries.empty()) take(state.expiries.back().at);
  if (!state.hold_expiries.empty()) take(state.hold_expiries.begin()->at);
  // What was due before the last entry was booked before it.
  return next == state.next_due_at && (!next || *next >= state.last_at);
}

}  // namespace

bool is_sound(const Entry& entry) {
  if (entry.terms.has_value() != (entry.kind == EntryKind::grant)) return false;
  if (entry.hold.has_value() != is_about_hold(entry.kind)) return false;
  const bool has_parent = entry.kind == EntryKind::capture || entry.kind == EntryKind::refund;
  if (entry.parent.has_value() != has_parent) return false;
  if (entry.hold && !is_status_sound(*entry.hold)) return false;
  return entry.seq > 0 && entry.amount >= Credits() && sum_up(entry.lots).has_value();
}

bool is_sound(const OrganizationState& state) {
  const bool are_debts_sound =
      std::ranges::all_of(state.debts, [](const auto& debt) { return debt.second.is_positive(); });
  return are_debts_sound && state.overdraft_limit >= Credits() && are_lots_sound(state) &&
         are_holds_sound(state) && is_spending_sound(state) && is_next_due_sound(state);
}

bool is_sound(const Record& record) {
  if (const auto* hold = std::get_if<HoldRecord>(&record.value)) {
    return is_status_sound(hold->status);
  }
  const auto* charge = std::get_if<ChargeRecord>(&record.value);
  if (charge == nullptr) return true;
  const auto payments = sum_up(charge->payments);
  if (!payments) return false;
  Sum sum;
  sum.add(*payments);
  sum.add(charge->debt);
  sum.add(charge->refunded);
  return sum.is(charge->amount);
}

bool is_about(const Record& record, const Entry& entry) {
  if (entry.kind == EntryKind::void_) return std::holds_alternative<GrantRecord>(record.value);
  if (entry.hold) return std::holds_alternative<HoldRecord>(record.value);
  return std::holds_alternative<ChargeRecord>(record.value);
}

}  // namespace farthing::ledger
