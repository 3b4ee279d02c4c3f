// SPDX-License-Identifier: Apache-2.0
#include "model/model_ledger.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "model/canonical.hpp"
#include "model/model_terms.hpp"

namespace farthing::model {
namespace {

constexpr std::size_t kMostDebts = 10'000;

}  // namespace

std::int64_t ModelLedger::Hold::left() const { return sum_of(parts); }

std::int64_t ModelLedger::spendable() const {
  std::int64_t sum = 0;
  for (const Lot& lot : lots_) sum += lot.is_spendable() ? lot.remaining() : 0;
  return sum;
}

std::int64_t ModelLedger::debt() const {
  std::int64_t sum = 0;
  for (const Charge& charge : charges_) sum += charge.owed;
  return sum;
}

std::int64_t ModelLedger::available() const { return spendable() - debt(); }

std::int64_t ModelLedger::held() const {
  std::int64_t sum = 0;
  for (const Lot& lot : lots_) sum += lot.held;
  return sum;
}

std::optional<std::int64_t> ModelLedger::next_due_us() const {
  std::int64_t next = kNever;
  for (const Lot& lot : lots_) {
    if (lot.remaining() == 0) continue;
    next = std::min(next, lot.is_activated ? lot.expires_us.value_or(kNever) : lot.effective_us);
  }
  for (const Hold& hold : holds_) {
    if (hold.state == "open") next = std::min(next, hold.expires_us);
  }
  if (next == kNever) return {};
  return next;
}

ModelLedger::Prediction ModelLedger::take(const ledger::Command& command) {
  Prediction prediction;
  prediction.entries = take_due(command.at.us());
  prediction.due = prediction.entries.size();
  now_us_ = command.at.us();
  caller_ = prediction.caller = caller_of(command);
  prediction.refusal = find_refusal_by_standing(command);
  if (!prediction.refusal) prediction.refusal = find_cap_refusal(command);
  if (!prediction.refusal) {
    prediction.refusal = std::visit(
        [&](const auto& action) { return take(action, prediction.entries); }, command.action);
  }
  // Credits that came to the lots pay what is owed; all of it is one outcome.
  if (!prediction.refusal) push_repays(prediction.entries);
  for (std::size_t i = prediction.due; i + 1 < prediction.entries.size(); ++i) {
    prediction.entries[i].is_continued = true;
  }
  return prediction;
}

// Books what is due, one by one in the order (instant, kind, id). Each step searches everything
// anew.
std::vector<ModelLedger::Expected> ModelLedger::take_due(std::int64_t at_us) {
  using Due = std::tuple<std::int64_t, int, std::string, std::size_t>;
  enum { activate, expire, run_out };
  std::vector<Expected> out;
  while (true) {
    Due first{kNever, 0, "", 0};
    for (std::size_t i = 0; i < lots_.size(); ++i) {
      const Lot& lot = lots_[i];
      if (lot.remaining() == 0) continue;
      first = std::min(first, lot.is_activated
                                  ? Due{lot.expires_us.value_or(kNever), expire, lot.grant, i}
                                  : Due{lot.effective_us, activate, lot.grant, i});
    }
    for (std::size_t i = 0; i < holds_.size(); ++i) {
      const Hold& hold = holds_[i];
      if (hold.state == "open") first = std::min(first, Due{hold.expires_us, run_out, hold.id, i});
    }
    const auto& [due_us, kind, id, index] = first;
    if (due_us > at_us) return out;
    now_us_ = due_us;
    const std::size_t begin = out.size();
    if (kind == run_out) {
      push_release(out, holds_[index], "expired");
    } else {
      Lot& lot = lots_[index];
      const std::int64_t amount = lot.remaining();
      lot.is_activated = true;
      if (kind == expire) lot.ended += amount;
      finish_entry(push(out, kind == activate ? "activate" : "expire", id, amount));
    }
    push_repays(out);
    for (std::size_t i = begin; i + 1 < out.size(); ++i) out[i].is_continued = true;
  }
}

ModelLedger::Expected& ModelLedger::push(std::vector<Expected>& out, std::string kind,
                                         std::string subject, std::int64_t amount) {
  ++last_seq_;
  out.push_back({.kind = std::move(kind),
                 .at_us = now_us_,
                 .subject = std::move(subject),
                 .parent = {},
                 .amount = amount,
                 .lots = {},
                 .returning = {},
                 .hold = {}});
  return out.back();
}

// Completes the entry. Must be called when everything has moved.
void ModelLedger::finish_entry(Expected& entry) const {
  entry.available = available();
  entry.held = held();
}

// Returns the id of what the next entry makes.
std::string ModelLedger::own_id() const { return entry_id(now_us_, last_seq_ + 1); }

// Repays the oldest charge that owes from the lot that burns first, until one of them is missing.
void ModelLedger::push_repays(std::vector<Expected>& out) {
  while (true) {
    const auto charge =
        std::ranges::find_if(charges_, [](const Charge& each) { return each.owed > 0; });
    const std::vector<Lot*> lots = payers();
    if (charge == charges_.end() || lots.empty()) return;
    const std::int64_t amount = std::min(charge->owed, lots.front()->remaining());
    const Part part{.grant = lots.front()->grant, .amount = amount};
    lots.front()->spent += amount;
    charge->owed -= amount;
    charge->paid.push_back(part);
    Expected& entry = push(out, "repay", charge->id, amount);
    entry.lots = {part};
    finish_entry(entry);
  }
}

// Returns all spendable lots in burn order.
std::vector<ModelLedger::Lot*> ModelLedger::payers() {
  std::vector<Lot*> found;
  for (Lot& lot : lots_) {
    if (lot.is_spendable()) found.push_back(&lot);
  }
  std::sort(found.begin(), found.end(), [](const Lot* a, const Lot* b) {
    const auto rank = [](const Lot& lot) {
      return std::tuple(lot.priority, lot.expires_us.value_or(kNever), lot.effective_us, lot.grant);
    };
    return rank(*a) < rank(*b);
  });
  return found;
}

std::vector<ModelLedger::Part> ModelLedger::spend(std::int64_t amount) {
  std::vector<Part> parts;
  for (Lot* lot : payers()) {
    if (amount == 0) break;
    const std::int64_t paid = std::min(amount, lot->remaining());
    parts.push_back({.grant = lot->grant, .amount = paid});
    lot->spent += paid;
    amount -= paid;
  }
  return parts;
}

std::vector<ModelLedger::Part> ModelLedger::set_aside(std::int64_t amount) {
  std::vector<Part> parts = spend(amount);
  for (const Part& part : parts) {
    find_lot(part.grant)->spent -= part.amount;
    find_lot(part.grant)->held += part.amount;
  }
  return parts;
}

ModelLedger::Lot* ModelLedger::find_lot(const std::string& grant) {
  const auto found = std::ranges::find(lots_, grant, &Lot::grant);
  return found == lots_.end() ? nullptr : &*found;
}

ModelLedger::Hold* ModelLedger::find_hold(const std::string& id) {
  const auto found = std::ranges::find(holds_, id, &Hold::id);
  return found == holds_.end() ? nullptr : &*found;
}

// Returns whether the sum of all lots stays countable with `more` added.
bool ModelLedger::fits(std::int64_t more) const {
  __int128 sum = more;
  for (const Lot& lot : lots_) sum += lot.remaining() + lot.held;
  return sum <= kMost;
}

ModelLedger::Refusal ModelLedger::insufficient(std::int64_t required) const {
  Refusal refusal = refused("insufficient_credits", {{"required", decimal_of(required)},
                                                     {"available", decimal_of(available())},
                                                     {"held", decimal_of(held())}});
  if (limit_ > 0) refusal.details["overdraft_limit"] = decimal_of(limit_);
  std::int64_t next = kNever;
  for (const Lot& lot : lots_) {
    if (!lot.is_activated && lot.remaining() > 0) next = std::min(next, lot.effective_us);
  }
  if (next != kNever) refusal.details["next_grant_at"] = std::to_string(next);
  return refusal;
}

// A disabled organization may still end what it has begun, and the operator may still move credits.
ModelLedger::Maybe ModelLedger::find_refusal_by_standing(const ledger::Command& command) {
  if (command.standing == ledger::Standing::enabled) return {};
  Refusal refusal = refused("organization_disabled");
  if (std::holds_alternative<ledger::ExtendHold>(command.action)) return refusal;
  refusal.field = "organization";
  if (std::holds_alternative<ledger::CreateCharge>(command.action)) return refusal;
  if (std::holds_alternative<ledger::PlaceHold>(command.action)) return refusal;
  return {};
}

// Returns why `amount` may not be spent, debt included.
ModelLedger::Maybe ModelLedger::find_overdraft_refusal(std::int64_t amount) const {
  if (static_cast<__int128>(available()) - amount < -limit_) return insufficient(amount);
  const auto owing =
      std::ranges::count_if(charges_, [](const Charge& charge) { return charge.owed > 0; });
  if (amount > spendable() && static_cast<std::size_t>(owing) >= kMostDebts) {
    return refused("too_many_debts");
  }
  return {};
}

}  // namespace farthing::model
