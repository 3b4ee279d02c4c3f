// SPDX-License-Identifier: Apache-2.0
// The order of checks around a decision, over a source that is one organization in memory.
#include "server/store/settle.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.hpp"
#include "base/digest.hpp"
#include "server/ledger/record_book.hpp"

namespace farthing::store::settle_test {

const OrganizationId kAcme{{{0xac}}};
const Instant kNow = *Instant::parse("2026-11-30T12:00:00Z");

struct FakeSource {
  static constexpr std::string_view kClockOf = "server";

  LedgerTime time() const { return time_; }
  std::optional<ledger::Standing> standing() const { return standing_; }
  ledger::OrganizationState& state() {
    CHECK(standing_);
    return state_;
  }
  Result<std::vector<ledger::Entry>> find_outcome(const std::string& key) const {
    CHECK(standing_);
    if (look_up_error) return *look_up_error;
    if (known && known->origin.idempotency_key == key) return std::vector<ledger::Entry>{*known};
    return std::vector<ledger::Entry>();
  }
  std::optional<Error> find_refusal(Work work) const {
    CHECK(standing_);
    if (!refused.has(work)) return {};
    return make_error(ErrorCode::unavailable, "There is no room.");
  }
  Result<std::optional<ledger::Record>> find_record(const Id128& id) const {
    if (record_error) return *record_error;
    const ledger::Record* record = records.find(id);
    return record == nullptr ? std::nullopt : std::optional(*record);
  }
  Result<ledger::SpendingRecord> find_spending(ApiKeyId /*caller_key*/) const {
    if (record_error) return *record_error;
    return ledger::SpendingRecord();
  }
  std::optional<Error> find_damage(const ledger::Command& /*command*/,
                                   const ledger::Records& /*records*/) const {
    return damage;
  }
  void keep_due(const ledger::Booked& booked) { keep(booked, "due"); }
  void keep_outcome(const ledger::Booked& booked) {
    keep(booked, booked.entries().front().origin.idempotency_key);
  }
  const directory::Directory& directory() const { return directory_; }
  void note(ApiKeyId /*asker*/, directory::ActOrigin /*origin*/, directory::Act act) {
    acts.push_back(std::move(act));
  }

  void keep(const ledger::Booked& booked, const std::string& why) {
    records.apply(booked);
    for (const ledger::Entry& entry : booked.entries()) {
      kept += why + ":" + std::string(to_string(entry.kind)) + " ";
    }
  }

  LedgerTime time_{.at = kNow};
  std::optional<ledger::Standing> standing_ = ledger::Standing::enabled;
  ledger::OrganizationState state_{.organization = kAcme};
  ledger::RecordBook records;
  directory::Directory directory_;
  std::optional<ledger::Entry> known;
  WorkSet refused;
  std::optional<Error> look_up_error;
  std::optional<Error> record_error;
  std::optional<Error> damage;
  std::string kept;  // "why:kind " for each entry
  std::vector<directory::Act> acts;
};

// A source with a command for it.
struct Setting {
  Setting() {
    command.organization = kAcme;
    command.origin.idempotency_key = "k";
    command.origin.fingerprint = {1};
    command.action = ledger::CreateCharge{.amount = Credits::from_nano(3)};
  }

  void grant(Instant expires_at) {
    ledger::Command grant = command;
    grant.at = kNow.plus(-std::chrono::hours(2));
    grant.origin.idempotency_key = "g";
    grant.action =
        ledger::CreateGrant{.terms = {.amount = Credits::from_nano(10), .expires_at = expires_at}};
    ledger::Booked granted;
    CHECK(ledger::decide(source.state_, std::move(grant), {}, granted));
    source.records.apply(granted);
  }
  // Has the key stand for an outcome.
  void know(const ledger::Fingerprint& fingerprint) {
    source.known.emplace();
    source.known->origin.idempotency_key = command.origin.idempotency_key;
    source.known->origin.fingerprint = fingerprint;
  }
  std::string tell(Result<ledger::Outcome> outcome) const {
    if (outcome) return outcome->is_replayed ? "replayed" : "booked";
    const Error& error = outcome.error();
    std::string told(traits_of(error.code).name);
    if (!error.field.empty()) told += " " + error.field;
    if (error.message.find("clock") != std::string::npos) told += " clock";
    if (error.message.find("room") != std::string::npos) told += " room";
    return told;
  }
  std::string settle_it() { return tell(settle(source, ledger::Command(command), booked)); }
  std::string settle_act_of(directory::ActOrigin origin) {
    return tell(settle_act(source, ledger::Command(command), std::move(origin), booked));
  }

  FakeSource source;
  ledger::Command command;
  ledger::Booked booked;
};

// A reason not to book the command, and what is answered for it.
struct Reason {
  std::string told;
  std::function<void(Setting&)> arrange;
  // Whether what is due is booked all the same.
  bool is_behind_due = false;
};

// In the order in which they count.
std::vector<Reason> reasons() {
  return {
      {"bad_request idempotency_key",
       [](Setting& setting) { setting.command.origin.idempotency_key = " k"; }},
      {"organization_disabled organization",
       [](Setting& setting) { setting.source.standing_ = ledger::Standing::disabled; }},
      {"unavailable clock", [](Setting& setting) { setting.source.time_.is_in_doubt = true; }},
      {"server_error",
       [](Setting& setting) {
         setting.command.origin.caller_key = ApiKeyId{{{7}}};
         setting.command.caller_caps =
             std::make_shared<const ledger::SpendCaps>(ledger::SpendCaps{.day = Credits()});
         setting.source.record_error = make_error(ErrorCode::server_error);
       },
       true},
      {"unavailable",
       [](Setting& setting) { setting.source.damage = make_error(ErrorCode::unavailable); }, true},
      {"caller_key_invalid api_key",
       [](Setting& setting) { setting.command.has_invalid_caller_key = true; }, true},
      {"insufficient_credits",
       [](Setting& setting) {
         setting.command.action = ledger::CreateCharge{.amount = Credits::from_nano(11)};
       },
       true},
  };
}

// Reasons that count before all of those, where there is such an organization.
std::vector<Reason> first_reasons() {
  return {
      {"not_found",
       [](Setting& setting) { setting.source.look_up_error = make_error(ErrorCode::not_found); }},
      {"replayed", [](Setting& setting) { setting.know(setting.command.origin.fingerprint); }},
      {"idempotency_key_reused", [](Setting& setting) { setting.know({2}); }},
      {"unavailable room", [](Setting& setting) { setting.source.refused = Work::movements; }},
  };
}

TEST(Settle, BooksWhatNothingSpeaksAgainst) {
  Setting setting;
  setting.grant(kNow.plus(std::chrono::hours(1)));
  auto outcome = settle(setting.source, ledger::Command(setting.command), setting.booked);
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->is_replayed);
  EXPECT_EQ(outcome->entry.kind, ledger::EntryKind::charge);
  EXPECT_EQ(outcome->entry.at, kNow);
  EXPECT_EQ(outcome->entry.origin.idempotency_key, "k");
  EXPECT_EQ(outcome->entry.hash, setting.source.state_.last_hash);
  EXPECT_EQ(setting.source.kept, "k:charge ");
}

TEST(Settle, ARefusalKeepsNothingButWhatIsDue) {
  std::vector<Reason> all = first_reasons();
  for (Reason& reason : reasons()) all.push_back(std::move(reason));
  for (const Reason& reason : all) {
    Setting setting;
    setting.grant(kNow.plus(std::chrono::hours(1)));
    Setting due;
    due.grant(kNow.plus(-std::chrono::hours(1)));
    reason.arrange(setting);
    reason.arrange(due);
    EXPECT_EQ(setting.settle_it(), reason.told);
    EXPECT_EQ(setting.source.kept, "") << reason.told;
    EXPECT_EQ(due.settle_it(), reason.told);
    EXPECT_EQ(due.source.kept, reason.is_behind_due ? "due:expire " : "") << reason.told;
  }
}

TEST(Settle, TheFirstOfTwoReasonsIsTheAnswer) {
  const std::vector<Reason> last = reasons();
  for (std::size_t i = 0; i < last.size(); ++i) {
    for (std::size_t j = i + 1; j < last.size(); ++j) {
      Setting setting;
      setting.grant(kNow.plus(std::chrono::hours(1)));
      last[i].arrange(setting);
      last[j].arrange(setting);
      EXPECT_EQ(setting.settle_it(), last[i].told) << "and " << last[j].told;
    }
  }
  for (const Reason& first : first_reasons()) {
    for (const Reason& other : last) {
      Setting setting;
      setting.grant(kNow.plus(std::chrono::hours(1)));
      other.arrange(setting);
      first.arrange(setting);
      EXPECT_EQ(setting.settle_it(), first.told) << "and " << other.told;
    }
  }
}

TEST(Settle, ARepetitionIsAnsweredWhereNothingNewIsTaken) {
  Setting setting;
  setting.source.refused = WorkSet::writes();
  setting.know(setting.command.origin.fingerprint);
  EXPECT_EQ(setting.settle_it(), "replayed");
  setting.know({2});
  EXPECT_EQ(setting.settle_it(), "idempotency_key_reused");
}

TEST(Settle, AnOrganizationThatIsNotThereIsAskedForNothing) {
  Setting setting;
  setting.source.standing_.reset();
  setting.source.refused = WorkSet::writes();
  setting.source.time_.is_in_doubt = true;
  EXPECT_EQ(setting.settle_it(), "not_found organization");
  setting.command.origin.idempotency_key = "";
  EXPECT_EQ(setting.settle_it(), "bad_request idempotency_key");
}

TEST(Settle, AReleaseWaitsForNoClockAndForNoRoomOfMovements) {
  Setting setting;
  setting.command.action = ledger::ReleaseHold{.hold = {}};
  setting.source.time_.is_in_doubt = true;
  setting.source.refused = Work::acts | Work::movements;
  EXPECT_EQ(setting.settle_it(), "not_found") << "the ledger has no such hold";
  setting.source.refused = WorkSet::writes();
  EXPECT_EQ(setting.settle_it(), "unavailable room");
}

TEST(Settle, TheTimeIsNotBeforeTheLastEntry) {
  Setting setting;
  setting.grant(kNow.plus(std::chrono::hours(1)));
  setting.source.time_.at = kNow.plus(-std::chrono::hours(9));
  const auto outcome = settle(setting.source, ledger::Command(setting.command), setting.booked);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->entry.at, kNow.plus(-std::chrono::hours(2)));
}

TEST(Settle, WhatIsDueIsBookedByItself) {
  Setting setting;
  setting.grant(kNow.plus(-std::chrono::hours(1)));
  EXPECT_EQ(settle_due(setting.source, setting.booked), kNow);
  EXPECT_EQ(setting.source.kept, "due:expire ");
  EXPECT_EQ(settle_due(setting.source, setting.booked), kNow);
  EXPECT_EQ(setting.source.kept, "due:expire ");
}

TEST(Settle, ARefundIsDecidedByTheRecordOfItsCharge) {
  Setting setting;
  setting.grant(kNow.plus(std::chrono::hours(1)));
  const auto charged = settle(setting.source, ledger::Command(setting.command), setting.booked);
  ASSERT_TRUE(charged);
  setting.command.action = ledger::RefundCharge{.charge = charged->entry.subject, .amount = {}};
  setting.command.origin.idempotency_key = "r";
  setting.source.record_error = make_error(ErrorCode::unavailable);
  EXPECT_EQ(setting.settle_it(), "unavailable") << "it must be read first";
  setting.source.record_error.reset();
  EXPECT_EQ(setting.settle_it(), "booked");
  setting.command.origin.idempotency_key = "r2";
  EXPECT_EQ(setting.settle_it(), "charge_fully_refunded");
  EXPECT_EQ(setting.source.kept, "k:charge r:refund ");
}

TEST(SettleAct, TheAuditLogTellsOfWhatIsNew) {
  Setting setting;
  setting.source.state_.overdraft_limit = Credits::from_nano(5);
  setting.command.action = ledger::SetOverdraftLimit{.limit = Credits::from_nano(7)};
  EXPECT_EQ(setting.settle_act_of({}), "booked");
  ASSERT_EQ(setting.source.acts.size(), 1U);
  const directory::Act& act = setting.source.acts.front();
  EXPECT_EQ(act.kind, "organization.set_overdraft_limit");
  ASSERT_EQ(act.changes.size(), 1U);
  EXPECT_EQ(act.changes[0].before, Credits::from_nano(5).to_string());
  EXPECT_EQ(act.changes[0].after, Credits::from_nano(7).to_string());
  setting.know(setting.command.origin.fingerprint);
  EXPECT_EQ(setting.settle_act_of({}), "replayed");
  setting.know({2});
  EXPECT_EQ(setting.settle_act_of({}), "idempotency_key_reused");
  EXPECT_EQ(setting.source.acts.size(), 1U);
}

TEST(SettleAct, WhoMayNotHaveItIsToldSoBeforeAllElse) {
  Setting setting;
  setting.command.action = ledger::SetOverdraftLimit{.limit = Credits::from_nano(7)};
  setting.command.origin.api_key = ApiKeyId{{{9}}};
  const directory::ActOrigin stranger{
      .credential = directory::Credential{.secret_digest = sha256("stranger")}};
  EXPECT_EQ(setting.settle_act_of(stranger), "unauthorized");
  setting.know(setting.command.origin.fingerprint);
  EXPECT_EQ(setting.settle_act_of(stranger), "unauthorized");
  setting.source.standing_.reset();
  EXPECT_EQ(setting.settle_act_of(stranger), "unauthorized");
  EXPECT_TRUE(setting.source.acts.empty());
  EXPECT_EQ(setting.source.kept, "");
}

TEST(SettleAct, OfAnOrganizationThatIsNotThereNothingIsTold) {
  Setting setting;
  setting.command.action = ledger::SetOverdraftLimit{.limit = Credits::from_nano(7)};
  setting.source.standing_.reset();
  EXPECT_EQ(setting.settle_act_of({}), "not_found organization");
  EXPECT_TRUE(setting.source.acts.empty());
}

}  // namespace farthing::store::settle_test
