// SPDX-License-Identifier: Apache-2.0
#include "selftest/http/response_check.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "model/canonical.hpp"

namespace farthing::selftest {
namespace {

using model::ModelLedger;

std::string describe(std::int64_t nano) { return Credits::from_nano(nano).to_string(); }

class Check {
 public:
  explicit Check(const ModelLedger& model) : model_(model) {}

  void expect(std::string_view what, std::string_view told, std::string_view expected) {
    if (told == expected) return;
    complaints_.push_back(std::string(what)
                              .append(" is told as ")
                              .append(told)
                              .append(" and must be ")
                              .append(expected));
  }
  void expect(std::string_view what, Credits told, std::int64_t expected) {
    expect(what, told.to_string(), describe(expected));
  }
  void expect_instant(std::string_view what, const std::string& told, std::int64_t expected_us) {
    const std::string expected = Instant::from_us(expected_us).to_string();
    expect(what, told, expected);
  }

  // Compares the organization's balance after the whole outcome.
  void balance(const sdk::LedgerBalance& told) {
    expect("the balance's available", told.available, model_.available());
    expect("the balance's held", told.held, model_.held());
  }

  void parts(const std::vector<sdk::GrantShare>& told, const ledger::Entry& entry) {
    expect("the number of grants", std::to_string(told.size()), std::to_string(entry.lots.size()));
    for (std::size_t i = 0; i < std::min(told.size(), entry.lots.size()); ++i) {
      const GrantId grant{entry.organization, entry.lots[i].grant};
      expect("a grant", told[i].grant, grant.to_string());
      expect("what a grant gave or got", told[i].amount, entry.lots[i].amount.nano());
    }
  }

  // Compares a hold with the model as it is now, whatever the entries say.
  void hold(const sdk::Hold& told) {
    const auto id = HoldId::parse(told.id);
    const auto& holds = model_.holds();
    const auto found =
        id ? std::ranges::find(holds, model::text_of(id->own), &ModelLedger::Hold::id)
           : holds.end();
    if (found == holds.end()) return complain("a hold is told of that is not there: " + told.id);
    expect("the hold's amount", told.amount, found->amount);
    expect("the hold's captured", told.captured, found->captured);
    expect("the hold's released", told.released, found->released);
    expect("the hold's state", told.state, found->state);
    expect("the hold's over_capture", told.over_capture, found->over_capture);
    expect_instant("the hold's expires_at", told.expires_at, found->expires_us);
  }

  // Compares a charge as it was when it was made.
  void new_charge(const sdk::Charge& told, const ledger::Entry& entry) {
    expect("the charge's id", told.id, ChargeId{entry.organization, entry.subject}.to_string());
    expect("the charge's amount", told.amount, entry.amount.nano());
    expect("the charge's refunded", told.refunded, 0);
    expect("the charge's available", told.balance.available, entry.available.nano());
    expect("the charge's held", told.balance.held, entry.held.nano());
    expect("the charge's created_at", told.created_at, entry.at.to_string());
    parts(told.grants, entry);
  }

  void complain(std::string complaint) { complaints_.push_back(std::move(complaint)); }
  const ModelLedger& model() const { return model_; }
  std::vector<std::string> take() { return std::move(complaints_); }

 private:
  const ModelLedger& model_;
  std::vector<std::string> complaints_;
};

class ResponseCheck {
 public:
  ResponseCheck(Check& check, std::span<const ledger::Entry> own)
      : check_(check), entry_(own.front()) {}

  void operator()(const sdk::Grant& told) {
    const GrantId id{entry_.organization, entry_.subject};
    check_.expect("the grant's id", told.id, id.to_string());
    check_.expect("the grant's amount", told.amount, entry_.amount.nano());
    check_.expect("the grant's remaining", told.remaining, entry_.amount.nano());
    if (!entry_.terms) return check_.complain("the outcome of a grant is something else");
    check_.expect("the grant's effective_at", told.effective_at,
                  entry_.terms->effective_at.to_string());
    const auto& expires_at = entry_.terms->expires_at;
    check_.expect("the grant's expires_at", told.expires_at.value_or("never"),
                  expires_at ? expires_at->to_string() : "never");
  }
  void operator()(const sdk::VoidedGrant& told) {
    check_.expect("what was voided", told.voided, entry_.amount.nano());
    check_.balance(told.balance);
  }
  void operator()(const sdk::Charge& told) {
    check_.new_charge(told, entry_);
    check_.balance(told.balance);
  }
  void operator()(const sdk::ChangedHold& told) {
    check_.hold(told);
    check_.balance(told.balance);
  }
  void operator()(const sdk::CapturedHold& told) {
    check_.hold(told);
    check_.balance(told.balance);
    check_.new_charge(told.charge, entry_);
  }
  void operator()(const sdk::Refund& told) {
    std::int64_t ended = 0;
    for (const ledger::LotAmount& part : entry_.lots) {
      if (part.has_ended) ended += part.amount.nano();
    }
    check_.expect("the refund's amount", told.amount, entry_.amount.nano());
    check_.expect("the refund's ended", told.ended, ended);
    check_.parts(told.grants, entry_);
    check_.balance(told.balance);
  }
  void operator()(const sdk::Organization& told) {
    check_.expect("the organization's limit", told.overdraft_limit.value_or(Credits()),
                  check_.model().limit());
  }

 private:
  Check& check_;
  const ledger::Entry& entry_;
};

}  // namespace

std::vector<std::string> check_answer(const Told& told, std::span<const ledger::Entry> own,
                                      const ModelLedger& model) {
  Check check(model);
  std::visit(ResponseCheck(check, own), told);
  return check.take();
}

std::vector<std::string> check_hold(const sdk::Hold& told, const ModelLedger& model) {
  Check check(model);
  check.hold(told);
  return check.take();
}

std::vector<std::string> check_charge(const sdk::ChargeExplanation& told,
                                      const ModelLedger& model) {
  Check check(model);
  const auto id = ChargeId::parse(told.charge.id);
  const auto& charges = model.charges();
  const auto found =
      id ? std::ranges::find(charges, model::text_of(id->own), &ModelLedger::Charge::id)
         : charges.end();
  if (found == charges.end()) {
    check.complain("a charge is told of that is not there: " + told.charge.id);
    return check.take();
  }
  check.expect("the charge's amount", told.charge.amount, found->amount);
  check.expect("the charge's refunded", told.charge.refunded, found->refunded);
  check.expect("what the charge owes", told.debt.owed, found->owed);
  std::int64_t paid = 0;
  for (const ModelLedger::Part& part : found->paid) paid += part.amount;
  std::int64_t told_paid = 0;
  for (const sdk::GrantPart& part : told.grants) {
    told_paid += part.paid.nano() + part.repaid.nano() - part.refunded.nano();
  }
  if (!told.has_more) {
    check.expect("what grants paid for the charge", Credits::from_nano(told_paid), paid);
  }
  return check.take();
}

}  // namespace farthing::selftest
