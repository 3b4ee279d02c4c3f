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
  for (const auto& part : parts) {
    text += " " + text_of(part.grant) + ":" + part.amount.to_string();
    if (part.has_ended) text += " ended";
  }
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

std::string describe_held(const std::string& held, const auto& lot) {
  return held + " held of " + describe(lot.terms) + (lot.is_voided ? ", voided" : "");
}

Descriptions held_lots_of(const ledger::OrganizationState& state) {
  Descriptions lots;
  for (const auto& [grant, lot] : state.held_lots) {
    lots[grant] = describe_held(lot.held.to_string(), lot);
  }
  return lots;
}

Descriptions held_lots_of(const verify::Movements& movements) {
  Descriptions lots;
  for (const auto& [grant, lot] : movements.live_lots()) {
    if (lot.held != 0) lots[grant] = describe_held(show_nano(lot.held), lot);
  }
  return lots;
}

std::string describe_caller(const std::optional<Id128>& caller_key) {
  return caller_key ? " for the key " + text_of(*caller_key) : "";
}

std::optional<Id128> value_of(const std::optional<ApiKeyId>& key) {
  return key ? std::optional(key->value) : std::nullopt;
}

Descriptions holds_of(const ledger::OrganizationState& state) {
  Descriptions holds;
  for (const auto& [id, hold] : state.holds) {
    holds[id] = describe(hold.status) + " of" + describe_parts(hold.lots) +
                describe_caller(value_of(hold.caller_key));
  }
  return holds;
}

// Holds up to the entry `unnamed_until` name no key in states from before states named them.
Descriptions holds_of(const verify::Movements& movements, std::uint64_t unnamed_until) {
  Descriptions holds;
  for (const auto& [id, hold] : movements.open_holds()) {
    const bool is_named = verify::maker_of(id) > unnamed_until;
    holds[id] = describe(hold.status) + " of" + describe_parts(hold.parts) +
                describe_caller(is_named ? hold.caller_key : std::nullopt);
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
// the first entry of the next day. Then no key has a record yet. Without earlier days this is what
// every state has.
bool has_all_days(const ledger::OrganizationState& state, const verify::Movements& movements) {
  return !movements.spending().before().empty() &&
         whole_spending_of(state) == spending_of(movements.spending().whole());
}

Check check_spending_of_today(const ledger::OrganizationState& state,
                              const verify::Movements& movements) {
  return expect_same("the state's spending of", spending_of(movements.spending().today()),
                     spending_of(state));
}

// A state from before spending was counted counts a part of it, which entries do not tell.
Check check_spending(const ledger::OrganizationState& state, const verify::Movements& movements,
                     Making making) {
  if (making == Making::untold && state.spending_after != 0) return {};
  if (auto wrong = expect_equal("the entry after which the state counts spending", "0",
                                std::to_string(state.spending_after))) {
    return wrong;
  }
  if (has_all_days(state, movements)) return {};
  return check_spending_of_today(state, movements);
}

// Checks that the lots stand in the reverse of `expected`, so that what is next stands last.
Check check_order(const std::string& what, const std::vector<Id128>& expected,
                  const std::vector<ledger::Lot>& lots) {
  if (auto wrong = expect_equal("how many " + what + " the state has",
                                std::to_string(expected.size()), std::to_string(lots.size()))) {
    return wrong;
  }
  for (std::size_t i = 0; i < lots.size(); ++i) {
    if (auto wrong = expect_equal("the order of the state's " + what,
                                  text_of(expected[lots.size() - 1 - i]), text_of(lots[i].grant))) {
      return wrong;
    }
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

// The entries that have changed a thing.
std::string describe_changes(std::uint64_t last_seq, const std::vector<std::uint64_t>& named,
                             bool has_more) {
  std::string text = ", changed by";
  for (const std::uint64_t seq : named) text += " " + std::to_string(seq);
  return text + (has_more ? " and more" : "") + ", last by " + std::to_string(last_seq);
}

// Returns whether the record names the last changes only, as one does that a version made which
// named none.
bool names_the_last(const ledger::Record& record, const verify::Changes& changes) {
  if (!record.has_more_changes || record.last_seq != changes.last_seq) return false;
  const auto& named = record.changes;
  if (changes.has_more) return true;
  return named.size() < changes.named.size() &&
         std::equal(named.rbegin(), named.rend(), changes.named.rbegin());
}

template <class Thing>
std::string describe_if_changed(const std::optional<Thing>& thing, const ledger::Record& record,
                                Making making) {
  if (!thing) return "none";
  const verify::Changes& changes = thing->changes;
  if (changes.is_empty()) return "no record, as nothing has changed";
  if (making == Making::untold && names_the_last(record, changes)) {
    return describe(*thing) +
           describe_changes(record.last_seq, record.changes, record.has_more_changes);
  }
  return describe(*thing) + describe_changes(changes.last_seq, changes.named, changes.has_more);
}

std::string expected_record(const Id128& id, const ledger::Record& record,
                            const verify::Movements& movements, Making making) {
  if (std::holds_alternative<ledger::GrantRecord>(record.value)) {
    return describe_if_changed(movements.look_up_lot(id), record, making);
  }
  if (std::holds_alternative<ledger::ChargeRecord>(record.value)) {
    return describe_if_changed(movements.look_up_charge(id), record, making);
  }
  return describe_if_changed(movements.look_up_hold(id), record, making);
}

// A record from before it named the caller's key names none.
Check check_caller(const Id128& id, const ledger::Record& record,
                   const verify::Movements& movements, Making making) {
  const auto* charge = std::get_if<ledger::ChargeRecord>(&record.value);
  if (charge == nullptr || (making == Making::untold && !charge->caller_key)) return {};
  const auto expected = movements.look_up_charge(id);
  const auto show = [](const std::optional<Id128>& key) { return key ? text_of(*key) : "none"; };
  return expect_equal("the caller's key in the record of " + text_of(id),
                      show(expected ? expected->caller_key : std::nullopt),
                      show(value_of(charge->caller_key)));
}

// Compares the records of callers' keys with what follows from the entries.
class SpendingRecordsCheck {
 public:
  SpendingRecordsCheck(const SpendingRecords& records, const verify::Spending& spending, Instant at)
      : records_(records), spending_(spending), today_(ledger::day_number_of(at)) {}

  Check check() {
    for (const auto& [key, spent] : spending_.before()) {
      if (auto wrong = check_key(key, spent)) return wrong;
    }
    for (const auto& [key, record] : records_) {
      if (!spending_.before().contains(key)) return deviation(key, "none", describe(record));
    }
    return {};
  }

 private:
  static std::string describe(std::int64_t total, std::int64_t month, std::int64_t day_number,
                              std::uint64_t seq) {
    return show_nano(total) + " spent, of it " + show_nano(month) + " in the month of the day " +
           std::to_string(day_number) + ", added by entry " + std::to_string(seq);
  }
  static std::string describe(const ledger::SpendingRecord& record) {
    return describe(record.spent.total.nano(), record.spent.month.nano(), record.spent.day_number,
                    record.last_seq);
  }
  static Check deviation(const Id128& key, std::string_view expected, std::string_view found) {
    return expect_equal("the record of the caller's key " + text_of(key), expected, found);
  }

  // What was spent and refunded is as if it had never been: an earlier version has kept no trace.
  Check check_key(const Id128& key, const verify::Spending::OfKey& spent) {
    const auto record = records_.find(key);
    const std::string expected =
        describe(spent.total, spent.month, spent.day_number, spending_.moved_by(key));
    if (record == records_.end()) {
      const auto now = verify::as_of(today_, spent);
      return now.total == 0 && now.month == 0 ? Check() : deviation(key, expected, "none");
    }
    const std::string found = describe(record->second);
    if (found == expected || is_moved_late(key, spent, record->second)) return {};
    return deviation(key, expected, found);
  }

  // A state of an earlier version has had all days, and moved them with the first entry of the next
  // one: those of all keys with the same entry, and each with the last day that anything happened.
  bool is_moved_late(const Id128& key, const verify::Spending::OfKey& spent,
                     const ledger::SpendingRecord& record) {
    const std::uint64_t seq = record.last_seq;
    if (seq <= spending_.moved_by(key) || !spending_.begins_day(seq)) return false;
    if (moved_late_by_.value_or(seq) != seq || record.spent.day_number > today_) return false;
    moved_late_by_ = seq;
    const auto expected = verify::as_of(today_, spent);
    const auto found = verify::as_of(today_, {.total = record.spent.total.nano(),
                                              .month = record.spent.month.nano(),
                                              .day_number = record.spent.day_number});
    return expected.total == found.total && expected.month == found.month;
  }

  const SpendingRecords& records_;
  const verify::Spending& spending_;
  const std::uint32_t today_;
  std::optional<std::uint64_t> moved_late_by_;
};

}  // namespace

Check check_state(const ledger::OrganizationState& state, const verify::LedgerVerifier& verifier,
                  Making making) {
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
  const std::uint64_t unnamed_until = making == Making::untold ? state.spending_after : 0;
  if (auto wrong =
          expect_same("the state's hold", holds_of(movements, unnamed_until), holds_of(state))) {
    return wrong;
  }
  if (auto wrong = expect_same("the state's debt", debts_of(movements), debts_of(state)))
    return wrong;
  if (auto wrong = check_spending(state, movements, making)) return wrong;
  if (auto wrong = check_order("lots", movements.lots_in_burn_order(), state.spendable)) {
    return wrong;
  }
  return check_order("lots to come", movements.lots_in_activation_order(), state.coming);
}

Check check_spending_records(const SpendingRecords& records, const ledger::OrganizationState& state,
                             const verify::Movements& movements) {
  if (state.spending_after != 0) return {};
  if (records.empty() && has_all_days(state, movements)) return {};
  if (auto wrong = check_spending_of_today(state, movements)) return wrong;
  return SpendingRecordsCheck(records, movements.spending(), state.last_at).check();
}

Check check_record(const Id128& id, const ledger::Record& record,
                   const verify::Movements& movements, Making making) {
  const std::string expected = expected_record(id, record, movements, making);
  const std::string found =
      std::visit([](const auto& value) { return describe(value); }, record.value) +
      describe_changes(record.last_seq, record.changes, record.has_more_changes);
  if (auto wrong = expect_equal("the record of " + text_of(id), expected, found)) return wrong;
  return check_caller(id, record, movements, making);
}

}  // namespace farthing::inspect
