// SPDX-License-Identifier: Apache-2.0
#include "model/auditor.hpp"

#include <algorithm>
#include <tuple>

#include "model/canonical.hpp"

namespace farthing::model {
namespace {

using Part = ModelLedger::Part;

bool has_same_texts(const ledger::Origin& a, const ledger::Origin& b) {
  return a.erasable.metadata == b.erasable.metadata && a.erasable.reason == b.erasable.reason &&
         a.erasable.payment_reference == b.erasable.payment_reference;
}

bool is_same(const ledger::Origin& a, const ledger::Origin& b) {
  return a.api_key == b.api_key && a.caller_key == b.caller_key &&
         a.idempotency_key == b.idempotency_key && a.fingerprint == b.fingerprint &&
         a.operation == b.operation && a.model == b.model && has_same_texts(a, b) &&
         a.erasable.salt == b.erasable.salt && a.tags == b.tags && a.price_paid == b.price_paid;
}

}  // namespace

Auditor::Auditor(OrganizationId organization) : model_(text_of(organization.value)) {}

void Auditor::audit(const ledger::Command& command, const Outcome& outcome) {
  const auto prediction = model_.take(command);
  compare(prediction.entries, outcome.entries);
  if (prediction.refusal) ++seen_[prediction.refusal->name];
  if (prediction.refusal && prediction.refusal->details.contains("period")) {
    ++seen_["cap of " + prediction.refusal->details.at("period")];
  }
  expect_none(compare_refusal(prediction.refusal, outcome.refusal));
  check_origins(command, prediction, outcome.entries);
  if (!prediction.refusal && prediction.due < outcome.entries.size()) {
    const auto [kept, is_new] = outcomes_.try_emplace(command.origin.idempotency_key);
    expect(is_new, "an idempotency key led to a second outcome");
    for (const ledger::Entry& entry : outcome.entries.subspan(prediction.due)) {
      kept->second.push_back(canonical_bytes_of(entry) + text_of(entry.hash));
    }
    origins_[command.origin.idempotency_key] = command.origin;
  }
  check_conservation();
}

void Auditor::audit_sweep(Instant at, std::span<const ledger::Entry> entries) {
  compare(model_.take_due(at.us()), entries);
  for (const ledger::Entry& entry : entries) {
    expect(is_same(entry.origin, {}), "what fell due by itself names somebody");
  }
  check_conservation();
}

void Auditor::audit_replay(const ledger::Origin& origin,
                           std::optional<std::span<const ledger::Entry>> entries) {
  const auto known = outcomes_.find(origin.idempotency_key);
  expect(known != outcomes_.end(), "a replay of a key that led to nothing");
  if (known == outcomes_.end()) return;
  const ledger::Origin& first = origins_[origin.idempotency_key];
  const bool is_same_request =
      first.fingerprint == origin.fingerprint && has_same_texts(first, origin);
  ++seen_[is_same_request ? "replay" : "idempotency_key_reused"];
  expect(is_same_request == entries.has_value(), "a replay was judged wrongly");
  if (!entries) return;
  std::vector<std::string> got;
  for (const ledger::Entry& entry : *entries) {
    got.push_back(canonical_bytes_of(entry) + text_of(entry.hash));
  }
  expect(got == known->second, "a replay answered with other entries");
}

void Auditor::compare(const std::vector<ModelLedger::Expected>& expected,
                      std::span<const ledger::Entry> entries) {
  expect(expected.size() == entries.size(), "expected " + std::to_string(expected.size()) +
                                                " entries, found " +
                                                std::to_string(entries.size()));
  for (std::size_t i = 0; i < std::min(expected.size(), entries.size()); ++i) {
    see(expected[i]);
    compare(expected[i], entries[i]);
    extend_chain(entries[i]);
  }
}

void Auditor::see(const ModelLedger::Expected& expected) {
  ++seen_[expected.kind];
  if (expected.is_continued) ++seen_["continued " + expected.kind];
  if (expected.available < 0) ++seen_["debt after " + expected.kind];
  if (!expected.returning.empty()) ++seen_["returning lot"];
  if (std::ranges::any_of(expected.lots, &Part::has_ended)) ++seen_["ended by " + expected.kind];
  if (expected.kind == "void" && expected.held > 0) ++seen_["void while held"];
  if (expected.kind == "release") ++seen_["hold " + expected.hold->state];
}

void Auditor::compare(const ModelLedger::Expected& expected, const ledger::Entry& entry) {
  const std::string where = "entry " + std::to_string(entry.seq) + " (" + expected.kind + "): ";
  const std::string parent = entry.parent ? text_of(*entry.parent) : std::string();
  expect(entry.seq == last_seq_ + 1, where + "is not the next number");
  expect(entry.at.us() >= last_us_, where + "goes back in time");
  expect(to_string(entry.kind) == expected.kind, where + "has the wrong kind");
  expect(entry.at.us() == expected.at_us, where + "has the wrong instant");
  expect(text_of(entry.subject) == expected.subject, where + "is about the wrong thing");
  expect(parent == expected.parent, where + "comes from the wrong thing");
  expect(entry.amount.nano() == expected.amount, where + "has the wrong amount");
  expect(entry.available.nano() == expected.available, where + "has the wrong available");
  expect(entry.held.nano() == expected.held, where + "has the wrong held");
  expect(entry.is_continued == expected.is_continued, where + "ends its outcome or does not");
  expect(parts_of(entry.lots) == expected.lots, where + "names the wrong lots");
  expect(entry.terms.has_value() == (expected.kind == "grant"), where + "has terms or lacks them");
  expect(entry.hold.has_value() == expected.hold.has_value(), where + "has a hold or lacks it");
  if (entry.hold && expected.hold) {
    expect(is_same(*expected.hold, *entry.hold), where + "says something wrong about the hold");
  }
  std::vector<std::string> returning;
  for (const ledger::ReturningLot& lot : entry.returning) {
    returning.push_back(text_of(lot.grant));
    expect(lot.terms.amount.is_positive(), where + "lacks the terms of a lot that comes back");
  }
  expect(returning == expected.returning, where + "names the wrong lots that come back");
}

// The first entry of an outcome holds the whole origin, the later ones only who asked.
void Auditor::check_origins(const ledger::Command& command,
                            const ModelLedger::Prediction& prediction,
                            std::span<const ledger::Entry> entries) {
  const std::size_t due = prediction.due;
  ledger::Origin first = command.origin;
  first.caller_key.reset();
  if (!prediction.caller.empty()) {
    first.caller_key = ApiKeyId{Id128::from_bytes(prediction.caller)};
  }
  const ledger::Origin follower{.api_key = first.api_key, .caller_key = first.caller_key};
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ledger::Origin& origin = i == due ? first : follower;
    expect(is_same(entries[i].origin, i < due ? ledger::Origin{} : origin),
           "entry " + std::to_string(entries[i].seq) + " does not say who asked for it");
  }
}

void Auditor::extend_chain(const ledger::Entry& entry) {
  last_hash_ = sha256_of(last_hash_ + canonical_bytes_of(entry));
  expect(text_of(entry.hash) == last_hash_,
         "entry " + std::to_string(entry.seq) + " breaks the chain");
  last_seq_ = entry.seq;
  last_us_ = entry.at.us();
}

// Checks that every credit that was ever granted is in exactly one place, and that every credit of
// a charge stands against a lot, a debt or a refund.
void Auditor::check_conservation() {
  std::map<std::string, std::int64_t> spent;
  std::int64_t owed = 0;
  for (const ModelLedger::Charge& charge : model_.charges()) {
    std::int64_t sum = charge.owed + charge.refunded;
    for (const Part& part : charge.paid) {
      sum += part.amount;
      spent[part.grant] += part.amount;
    }
    owed += charge.owed;
    expect(sum == charge.amount && charge.owed >= 0, "a charge does not add up");
  }
  std::map<std::string, std::int64_t> held;
  for (const ModelLedger::Hold& hold : model_.holds()) {
    for (const Part& part : hold.parts) held[part.grant] += part.amount;
  }
  std::int64_t spendable = 0;
  for (const ModelLedger::Lot& lot : model_.lots()) {
    expect(lot.remaining() >= 0 && lot.ended >= 0, "a lot is below zero");
    expect(lot.spent == spent[lot.grant], "what a lot has spent is not what charges have of it");
    expect(lot.held == held[lot.grant], "what is held of a lot is not what holds have of it");
    if (lot.is_spendable()) spendable += lot.remaining();
  }
  expect(spendable == 0 || owed == 0, "something is owed though something is spendable");
}

void Auditor::audit_state(const ledger::OrganizationState& state) {
  expect(state.last_seq == last_seq_, "the state has another last number");
  expect(state.last_at.us() == last_us_, "the state has another last instant");
  expect(text_of(state.last_hash) == last_hash_, "the state has another last hash");
  expect_none(compare_state(model_, state));
}

void Auditor::audit_records(const ledger::RecordBook& records) {
  const auto audit_record = [&](const std::string& text) {
    const Id128 id = Id128::from_bytes(text);
    expect_none(compare_record(model_, id, records.find(id)));
  };
  for (const ModelLedger::Lot& lot : model_.lots()) audit_record(lot.grant);
  for (const ModelLedger::Charge& charge : model_.charges()) audit_record(charge.id);
  for (const ModelLedger::Hold& hold : model_.holds()) audit_record(hold.id);
  for (const std::string& caller : model_.callers()) {
    const ApiKeyId key{Id128::from_bytes(caller)};
    expect_none(compare_spending_record(model_, key, records.find_spending(key),
                                        Instant::from_us(last_us_)));
  }
}

void Auditor::audit_spending(const ledger::OrganizationState& state,
                             const ledger::RecordBook& records, Instant at) {
  ModelLedger later = model_;
  later.take_due(at.us());
  for (const std::string& caller : later.callers()) {
    const ApiKeyId key{Id128::from_bytes(caller)};
    const ledger::SpendingRecord* before = records.find_spending(key);
    const auto found =
        spending_of(state, before == nullptr ? ledger::SpendingRecord() : *before, key, at);
    expect_none(compare_spending(later, key, found, at));
  }
}

void Auditor::audit_balance(Instant at, const ledger::Balance& balance) {
  ModelLedger later = model_;
  later.take_due(at.us());
  expect_none(compare_balance(later, balance));
}

void Auditor::expect_none(const Complaints& complaints) {
  complaints_.insert(complaints_.end(), complaints.begin(), complaints.end());
}

void Auditor::expect(bool condition, const std::string& complaint) {
  if (!condition) complaints_.push_back(complaint);
}

}  // namespace farthing::model
