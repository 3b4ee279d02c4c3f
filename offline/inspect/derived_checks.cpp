// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/derived_checks.hpp"

#include <map>
#include <string>
#include <vector>

#include "base/digest.hpp"

namespace farthing::inspect {
namespace {

using verify::Check;
using verify::expect_equal;

std::string text_of(const Id128& id) {
  std::string text;
  id.append_to(text);
  return text;
}

std::string text_of(const std::optional<Instant>& instant) {
  return instant ? instant->to_string() : "never";
}

// Everything below compares descriptions: what is described alike is alike, and a finding says it.
std::string describe(const ledger::GrantTerms& terms) {
  return terms.amount.to_string() + " from " + terms.effective_at.to_string() + " to " +
         text_of(terms.expires_at) + " priority " + std::to_string(terms.priority) + " category " +
         std::to_string(static_cast<int>(terms.category));
}

std::string describe(const verify::Terms& terms) {
  return terms.amount.to_string() + " from " + terms.effective_at.to_string() + " to " +
         text_of(terms.expires_at) + " priority " + std::to_string(terms.priority) + " category " +
         std::to_string(static_cast<int>(terms.category));
}

std::string describe(const ledger::HoldStatus& hold) {
  return hold.amount.to_string() + " captured " + hold.captured.to_string() + " released " +
         hold.released.to_string() + " until " + hold.expires_at.to_string() + " " +
         std::string(to_string(hold.over_capture)) + " " + std::string(to_string(hold.state));
}

std::string describe(const verify::HoldStatus& hold) {
  return hold.amount.to_string() + " captured " + hold.captured.to_string() + " released " +
         hold.released.to_string() + " until " + hold.expires_at.to_string() + " " +
         std::string(name_of(hold.over_capture)) + " " + std::string(name_of(hold.state));
}

template <class Parts>
std::string describe_parts(const Parts& parts) {
  std::string text;
  for (const auto& part : parts) text += " " + text_of(part.grant) + ":" + part.amount.to_string();
  return text;
}

std::string show_nano(std::int64_t nano) { return Credits::from_nano(nano).to_string(); }

// A description of each thing, by id.
using Descriptions = std::map<Id128, std::string>;

Check expect_same(const std::string& what, const Descriptions& expected,
                  const Descriptions& found) {
  for (const auto& [id, description] : expected) {
    const auto at = found.find(id);
    auto wrong = expect_equal(what + " " + text_of(id), description,
                              at == found.end() ? "none" : at->second);
    if (wrong) return wrong;
  }
  for (const auto& [id, description] : found) {
    if (expected.contains(id)) continue;
    return expect_equal(what + " " + text_of(id), "none", description);
  }
  return {};
}

Descriptions lots_of(const ledger::OrganizationState& state) {
  Descriptions lots;
  for (const ledger::Lot& lot : state.spendable) {
    lots[lot.grant] = lot.remaining.to_string() + " spendable of " + describe(lot.terms);
  }
  for (const ledger::Lot& lot : state.coming) {
    lots[lot.grant] = lot.remaining.to_string() + " to come of " + describe(lot.terms);
  }
  return lots;
}

Descriptions lots_of(const verify::Movements& movements) {
  Descriptions lots;
  for (const auto& [grant, lot] : movements.live_lots()) {
    if (lot.remaining == 0) continue;
    lots[grant] = show_nano(lot.remaining) + (lot.is_open ? " spendable of " : " to come of ") +
                  describe(lot.terms);
  }
  return lots;
}

std::string describe_held(const std::string& held, bool is_voided) {
  return held + (is_voided ? " held, voided" : " held");
}

Descriptions held_lots_of(const ledger::OrganizationState& state) {
  Descriptions lots;
  for (const auto& [grant, lot] : state.held_lots) {
    lots[grant] = describe_held(lot.held.to_string(), lot.is_voided);
  }
  return lots;
}

Descriptions held_lots_of(const verify::Movements& movements) {
  Descriptions lots;
  for (const auto& [grant, lot] : movements.live_lots()) {
    if (lot.held != 0) lots[grant] = describe_held(show_nano(lot.held), lot.is_voided);
  }
  return lots;
}

Descriptions holds_of(const ledger::OrganizationState& state) {
  Descriptions holds;
  for (const auto& [id, hold] : state.holds) {
    holds[id] = describe(hold.status) + " of" + describe_parts(hold.lots);
  }
  return holds;
}

Descriptions holds_of(const verify::Movements& movements) {
  Descriptions holds;
  for (const auto& [id, hold] : movements.open_holds()) {
    holds[id] = describe(hold.status) + " of" + describe_parts(hold.parts);
  }
  return holds;
}

Descriptions debts_of(const ledger::OrganizationState& state) {
  Descriptions debts;
  for (const auto& [charge, owed] : state.debts) debts[charge] = owed.to_string();
  return debts;
}

Descriptions debts_of(const verify::Movements& movements) {
  Descriptions debts;
  for (const auto& [id, charge] : movements.owing_charges()) debts[id] = show_nano(charge.owed);
  return debts;
}

template <class Spending>
std::string describe_spending(const Spending& spending, auto show_amount) {
  return show_amount(spending.held) + " held, spent " + show_amount(spending.total) + ", of it " +
         show_amount(spending.month) + " in the month and " + show_amount(spending.day) +
         " on the day " + std::to_string(spending.day_number);
}

Descriptions spending_of(const ledger::OrganizationState& state) {
  Descriptions keys;
  for (const auto& [key, spending] : state.spending) {
    keys[key] = describe_spending(spending, [](Credits amount) { return amount.to_string(); });
  }
  return keys;
}

Descriptions spending_of(const verify::Spending::Keys& spending_of_keys) {
  Descriptions keys;
  for (const auto& [key, spending] : spending_of_keys) {
    keys[key] = describe_spending(spending, show_nano);
  }
  return keys;
}

// Returns the spending of all days, as of the day of the state's last entry.
Descriptions whole_spending_of(const ledger::OrganizationState& state) {
  ledger::OrganizationState as_of_last = state;
  for (auto& [key, spending] : as_of_last.spending) spending = as_of(spending, state.last_at);
  return spending_of(as_of_last);
}

// Returns whether the state has what was spent on all days, as states of earlier versions do until
// the first entry of the next day. Then no key has a record yet.
bool has_all_days(const ledger::OrganizationState& state, const verify::Movements& movements) {
  return whole_spending_of(state) == spending_of(movements.spending().whole());
}

Check check_spending_of_today(const ledger::OrganizationState& state,
                              const verify::Movements& movements) {
  return expect_same("the state's spending of", spending_of(movements.spending().today()),
                     spending_of(state));
}

// A state from before spending was counted counts a part of it, which entries do not tell.
Check check_spending(const ledger::OrganizationState& state, const verify::Movements& movements) {
  if (state.spending_after != 0 || has_all_days(state, movements)) return {};
  return check_spending_of_today(state, movements);
}

// The state has its spendable lots in the order in which they do not burn.
Check check_order(const ledger::OrganizationState& state) {
  for (std::size_t i = 1; i < state.spendable.size(); ++i) {
    if (!ledger::burns_before(state.spendable[i - 1], state.spendable[i])) continue;
    return verify::Finding{.what = "the order of lots in the state",
                           .expected = text_of(state.spendable[i].grant) + " later",
                           .found = text_of(state.spendable[i - 1].grant) + " before it"};
  }
  return {};
}

std::string describe(const ledger::ChargeRecord& charge) {
  return charge.amount.to_string() + " refunded " + charge.refunded.to_string() + " owed " +
         charge.debt.to_string() + " paid by" + describe_parts(charge.payments);
}

std::string describe(const verify::Charge& charge) {
  return show_nano(charge.amount) + " refunded " + show_nano(charge.refunded) + " owed " +
         show_nano(charge.owed) + " paid by" + describe_parts(charge.payments);
}

std::string describe(const ledger::GrantRecord& grant) {
  return describe(grant.terms) + (grant.is_voided ? ", voided" : "");
}

std::string describe(const verify::Lot& lot) {
  return describe(lot.terms) + (lot.is_voided ? ", voided" : "");
}

std::string describe(const ledger::HoldRecord& hold) { return describe(hold.status); }
std::string describe(const verify::Hold& hold) { return describe(hold.status); }

template <class Thing>
std::string describe_if_changed(const std::optional<Thing>& thing) {
  if (!thing) return "none";
  return thing->is_changed ? describe(*thing) : "no record, as nothing has changed";
}

std::string expected_record(const Id128& id, const ledger::Record& record,
                            const verify::Movements& movements) {
  if (std::holds_alternative<ledger::GrantRecord>(record.value)) {
    return describe_if_changed(movements.look_up_lot(id));
  }
  if (std::holds_alternative<ledger::ChargeRecord>(record.value)) {
    return describe_if_changed(movements.look_up_charge(id));
  }
  return describe_if_changed(movements.look_up_hold(id));
}

// A record from before it named the caller's key names none.
Check check_caller(const Id128& id, const ledger::Record& record,
                   const verify::Movements& movements) {
  const auto* charge = std::get_if<ledger::ChargeRecord>(&record.value);
  if (charge == nullptr || !charge->caller_key) return {};
  const auto expected = movements.look_up_charge(id);
  return expect_equal("the caller's key in the record of " + text_of(id),
                      expected && expected->caller_key ? text_of(*expected->caller_key) : "none",
                      text_of(charge->caller_key->value));
}

}  // namespace

Check check_state(const ledger::OrganizationState& state, const verify::LedgerVerifier& verifier) {
  const verify::Chain& chain = verifier.chain();
  const verify::Movements& movements = verifier.movements();
  const auto due = movements.next_due();
  struct Comparison {
    const char* what;
    std::string expected;
    std::string found;
  };
  const std::vector<Comparison> comparisons = {
      {"the organization of the state", chain.organization().to_string(),
       state.organization.to_string()},
      {"the last number of the state", std::to_string(chain.seq()), std::to_string(state.last_seq)},
      {"the last hash of the state", to_hex(as_bytes(chain.hash())),
       to_hex(as_bytes(state.last_hash))},
      {"the last time of the state", chain.at().to_string(), state.last_at.to_string()},
      {"available of the state", verify::show(movements.available()),
       state.balance.available.to_string()},
      {"held of the state", verify::show(movements.held()), state.balance.held.to_string()},
      {"the limit of the state", movements.limit().to_string(), state.overdraft_limit.to_string()},
      {"when the state falls due next", due ? due->at.to_string() : "never",
       text_of(state.next_due_at)},
  };
  for (const Comparison& each : comparisons) {
    if (auto wrong = expect_equal(each.what, each.expected, each.found)) return wrong;
  }
  if (auto wrong = expect_same("the state's lot", lots_of(movements), lots_of(state))) return wrong;
  if (auto wrong =
          expect_same("the state's held lot", held_lots_of(movements), held_lots_of(state))) {
    return wrong;
  }
  if (auto wrong = expect_same("the state's hold", holds_of(movements), holds_of(state)))
    return wrong;
  if (auto wrong = expect_same("the state's debt", debts_of(movements), debts_of(state)))
    return wrong;
  if (auto wrong = check_spending(state, movements)) return wrong;
  return check_order(state);
}

// What was spent in the month counts as long as the month lasts. What was spent and refunded is as
// if it had never been: an earlier version has kept no trace of it.
Check check_spending_records(const SpendingRecords& records, const ledger::OrganizationState& state,
                             const verify::Movements& movements) {
  if (state.spending_after != 0) return {};
  if (records.empty() && has_all_days(state, movements)) return {};
  if (auto wrong = check_spending_of_today(state, movements)) return wrong;
  const std::uint32_t today = ledger::day_number_of(state.last_at);
  Descriptions expected;
  for (const auto& [key, spending] : movements.spending().before()) {
    const auto spent = verify::as_of(today, spending);
    if (spent.total != 0 || spent.month != 0) expected[key] = describe_spending(spent, show_nano);
  }
  Descriptions found;
  for (const auto& [key, record] : records) {
    const auto spent = as_of(record.spent, state.last_at);
    if (spent.is_empty()) continue;
    found[key] = describe_spending(spent, [](Credits amount) { return amount.to_string(); });
  }
  return expect_same("the record of the caller's key", expected, found);
}

Check check_record(const Id128& id, const ledger::Record& record,
                   const verify::Movements& movements) {
  const std::string expected = expected_record(id, record, movements);
  const std::string found =
      std::visit([](const auto& value) { return describe(value); }, record.value);
  if (auto wrong = expect_equal("the record of " + text_of(id), expected, found)) return wrong;
  return check_caller(id, record, movements);
}

}  // namespace farthing::inspect
