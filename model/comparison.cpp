// SPDX-License-Identifier: Apache-2.0
#include "model/comparison.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <variant>

#include "model/canonical.hpp"

namespace farthing::model {
namespace {

using Part = ModelLedger::Part;
using model::text_of;

// Returns an empty text for none.
std::string text_of(const std::optional<ApiKeyId>& key) {
  return key ? model::text_of(key->value) : std::string();
}

// Collects findings, one sentence each.
class Findings {
 public:
  void expect(bool condition, const std::string& complaint) {
    if (!condition) complaints_.push_back(complaint);
  }
  Complaints take() { return std::move(complaints_); }

 private:
  Complaints complaints_;
};

void compare_lots(const ModelLedger& model, const ledger::OrganizationState& state,
                  Findings& findings) {
  using Left = std::tuple<std::string, std::int64_t, bool>;  // grant, remaining, spendable
  using Held = std::tuple<std::string, std::int64_t, bool>;  // grant, held, voided
  std::vector<Left> left;
  std::vector<Held> held;
  for (const ModelLedger::Lot& lot : model.lots()) {
    if (lot.remaining() > 0) left.emplace_back(lot.grant, lot.remaining(), lot.is_activated);
    if (lot.held > 0) held.emplace_back(lot.grant, lot.held, lot.is_voided);
  }
  std::vector<Left> left_of_state;
  left_of_state.reserve(state.spendable.size() + state.coming.size());
  for (const ledger::Lot& lot : state.spendable) {
    left_of_state.emplace_back(text_of(lot.grant), lot.remaining.nano(), true);
  }
  for (const ledger::Lot& lot : state.coming) {
    left_of_state.emplace_back(text_of(lot.grant), lot.remaining.nano(), false);
  }
  std::vector<Held> held_of_state;
  held_of_state.reserve(state.held_lots.size());
  for (const auto& [grant, lot] : state.held_lots) {
    held_of_state.emplace_back(text_of(grant), lot.held.nano(), lot.is_voided);
  }
  std::ranges::sort(left);
  std::ranges::sort(left_of_state);
  std::ranges::sort(held);
  findings.expect(left == left_of_state, "the state has other lots");
  findings.expect(held == held_of_state, "the state holds something else of its lots");
}

void compare_holds(const ModelLedger& model, const ledger::OrganizationState& state,
                   Findings& findings) {
  std::size_t open = 0;
  for (const ModelLedger::Hold& hold : model.holds()) {
    if (hold.state != "open") continue;
    ++open;
    const auto found = std::ranges::find_if(
        state.holds, [&hold](const auto& each) { return text_of(each.first) == hold.id; });
    if (found == state.holds.end()) {
      findings.expect(false, "the state lacks an open hold");
    } else {
      findings.expect(is_same(hold, found->second.status) &&
                          parts_of(found->second.lots) == hold.parts &&
                          text_of(found->second.caller_key) == hold.caller,
                      "the state has another hold");
    }
  }
  findings.expect(open == state.holds.size() && open == state.hold_expiries.size(),
                  "the state has more holds");
}

void compare_debts(const ModelLedger& model, const ledger::OrganizationState& state,
                   Findings& findings) {
  std::map<std::string, std::int64_t> debts;
  for (const ModelLedger::Charge& charge : model.charges()) {
    if (charge.owed > 0) debts[charge.id] = charge.owed;
  }
  std::map<std::string, std::int64_t> debts_of_state;
  for (const auto& [charge, amount] : state.debts) debts_of_state[text_of(charge)] = amount.nano();
  findings.expect(debts == debts_of_state, "the state has other debts");
}

ModelLedger::Spending sums_of(const ledger::KeySpending& spending) {
  return {.held = spending.held.nano(),
          .total = spending.total.nano(),
          .month = spending.month.nano(),
          .day = spending.day.nano()};
}

// The state must hold what belongs to the day of its last entry, and no key without any spending or
// hold.
void compare_spending(const ModelLedger& model, const ledger::OrganizationState& state,
                      Findings& findings) {
  std::set<std::string> callers = model.callers();
  for (const auto& [key, spending] : state.spending) callers.insert(text_of(key));
  for (const std::string& caller : callers) {
    const auto found = state.spending.find(Id128::from_bytes(caller));
    const auto expected = model.spending_parts(caller, state.last_at.us()).today;
    if (found == state.spending.end()) {
      findings.expect(expected == ModelLedger::Spending(), "the state lacks a caller's key");
    } else {
      findings.expect(expected == sums_of(found->second) && expected != ModelLedger::Spending(),
                      "the state counts something else for a caller's key");
    }
  }
}

template <class Kind>
const Kind* kind_of(const ledger::Record* record) {
  return record == nullptr ? nullptr : std::get_if<Kind>(&record->value);
}

bool is_same(const ModelLedger::Lot& lot, const ledger::Record* record) {
  const auto* grant = kind_of<ledger::GrantRecord>(record);
  return grant != nullptr && grant->is_voided == lot.is_voided &&
         grant->terms.amount.nano() == lot.granted;
}

bool is_same(const ModelLedger::Charge& charge, const ledger::Record* record) {
  const auto* stored = kind_of<ledger::ChargeRecord>(record);
  return stored != nullptr && stored->amount.nano() == charge.amount &&
         text_of(stored->caller_key) == charge.caller &&
         stored->refunded.nano() == charge.refunded && stored->debt.nano() == charge.owed &&
         parts_of(stored->payments) == charge.paid;
}

bool is_same(const ModelLedger::Hold& hold, const ledger::Record* record) {
  const auto* stored = kind_of<ledger::HoldRecord>(record);
  return stored != nullptr && is_same(hold, stored->status);
}

}  // namespace

std::vector<Part> parts_of(const std::vector<ledger::LotAmount>& lots) {
  std::vector<Part> parts;
  parts.reserve(lots.size());
  for (const ledger::LotAmount& lot : lots) {
    parts.push_back(
        {.grant = text_of(lot.grant), .amount = lot.amount.nano(), .has_ended = lot.has_ended});
  }
  return parts;
}

bool is_same(const ModelLedger::Hold& hold, const ledger::HoldStatus& status) {
  return hold.amount == status.amount.nano() && hold.captured == status.captured.nano() &&
         hold.released == status.released.nano() && hold.expires_us == status.expires_at.us() &&
         hold.over_capture == to_string(status.over_capture) &&
         hold.state == to_string(status.state);
}

Complaints compare_balance(const ModelLedger& model, const ledger::Balance& balance) {
  Findings findings;
  findings.expect(balance.available.nano() == model.available(),
                  "the balance has another available: " + balance.available.to_string() +
                      " instead of " + decimal_of(model.available()));
  findings.expect(balance.held.nano() == model.held(),
                  "the balance has another held: " + balance.held.to_string() + " instead of " +
                      decimal_of(model.held()));
  return findings.take();
}

Complaints compare_state(const ModelLedger& model, const ledger::OrganizationState& state) {
  Findings findings;
  findings.expect(state.balance.available.nano() == model.available(),
                  "the state has another available");
  findings.expect(state.balance.held.nano() == model.held(), "the state has another held");
  findings.expect(state.overdraft_limit.nano() == model.limit(), "the state has another limit");
  std::optional<std::int64_t> next_due_us;
  if (state.next_due_at) next_due_us = state.next_due_at->us();
  findings.expect(next_due_us == model.next_due_us(), "the state has another next due instant");
  compare_lots(model, state, findings);
  compare_holds(model, state, findings);
  compare_debts(model, state, findings);
  compare_spending(model, state, findings);
  return findings.take();
}

Complaints compare_spending(const ModelLedger& model, ApiKeyId caller_key,
                            const ledger::KeySpending& spending, Instant at) {
  Findings findings;
  findings.expect(
      model.spending(model::text_of(caller_key.value), at.us()) == sums_of(spending),
      "something else is said to be spent for a caller's key: " + spending.total.to_string() +
          " in all, " + spending.month.to_string() + " in the month, " + spending.day.to_string() +
          " on the day, " + spending.held.to_string() + " held");
  return findings.take();
}

Complaints compare_spending_record(const ModelLedger& model, ApiKeyId caller_key,
                                   const ledger::SpendingRecord* record, Instant at) {
  Findings findings;
  const auto expected = model.spending_parts(model::text_of(caller_key.value), at.us()).before;
  const auto found =
      record == nullptr ? ModelLedger::Spending() : sums_of(as_of(record->spent, at));
  findings.expect(expected == found, "the record of a caller's key is wrong");
  return findings.take();
}

Complaints compare_record(const ModelLedger& model, const Id128& id, const ledger::Record* record) {
  const std::string text = text_of(id);
  Findings findings;
  if (const auto lot = std::ranges::find(model.lots(), text, &ModelLedger::Lot::grant);
      lot != model.lots().end()) {
    findings.expect(is_same(*lot, record), "the record of a grant is wrong");
  } else if (const auto charge = std::ranges::find(model.charges(), text, &ModelLedger::Charge::id);
             charge != model.charges().end()) {
    findings.expect(is_same(*charge, record), "the record of a charge is wrong");
  } else if (const auto hold = std::ranges::find(model.holds(), text, &ModelLedger::Hold::id);
             hold != model.holds().end()) {
    findings.expect(is_same(*hold, record), "the record of a hold is wrong");
  } else {
    findings.expect(record == nullptr, "there is a record of what never was");
  }
  return findings.take();
}

Complaints compare_refusal(const std::optional<ModelLedger::Refusal>& expected,
                           const Error* refusal) {
  Findings findings;
  if (!expected || refusal == nullptr) {
    findings.expect(!expected, "should have been refused: " + (expected ? expected->name : ""));
    findings.expect(refusal == nullptr, "should not have been refused");
    return findings.take();
  }
  const std::string name(traits_of(refusal->code).name);
  findings.expect(name == expected->name, "refused as " + name + " instead of " + expected->name);
  findings.expect(refusal->field == expected->field, expected->name + " names the wrong field");
  std::map<std::string, std::string> details;
  for (const ErrorDetail& detail : refusal->details) {
    const auto instant = Instant::parse(detail.value);
    details[detail.name] = instant ? std::to_string(instant->us()) : detail.value;
  }
  findings.expect(details == expected->details, expected->name + " has the wrong details");
  return findings.take();
}

}  // namespace farthing::model
