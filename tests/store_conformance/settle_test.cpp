// SPDX-License-Identifier: Apache-2.0
// Grants, charges and what their idempotency keys lead to.
#include "base/await.hpp"
#include "server/ledger/entry_id.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::settle_test {

class Settle : public StoreTest {
 protected:
  OrganizationId organization_ = make_organization(store_);
};

TEST_P(Settle, GrantsAndChargesMoveTheBalance) {
  const auto granted = settle(store_, grant(organization_, "g", "10"));
  ASSERT_TRUE(granted);
  EXPECT_EQ(granted->entry.seq, 1U);
  EXPECT_EQ(granted->entry.at, kStart);
  const auto charged = settle(store_, charge(organization_, "c", "2.5"));
  ASSERT_TRUE(charged);
  EXPECT_FALSE(charged->is_replayed);
  EXPECT_EQ(charged->entry.available, credits("7.5"));
  EXPECT_EQ(available(store_, organization_), "7.5");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

TEST_P(Settle, SpendsTheLowerPriorityFirst) {
  ASSERT_TRUE(settle(store_, grant(organization_, "late", "5", ledger::GrantTerms{})));
  ASSERT_TRUE(
      settle(store_, grant(organization_, "first", "5", ledger::GrantTerms{.priority = 1})));
  const auto charged = settle(store_, charge(organization_, "c", "7"));
  ASSERT_TRUE(charged);
  ASSERT_EQ(charged->entry.lots.size(), 2U);
  EXPECT_EQ(charged->entry.lots[0].amount, credits("5"));
  EXPECT_EQ(charged->entry.lots[1].amount, credits("2"));
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

TEST_P(Settle, RefusesWhatIsNotThere) {
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "1")));
  const auto refused = settle(store_, charge(organization_, "c", "1.000000001"));
  EXPECT_EQ(name_of(refused), "insufficient_credits");
  EXPECT_EQ(available(store_, organization_), "1");
  EXPECT_EQ(open_->entries_of(organization_).size(), 1U);
}

TEST_P(Settle, RefusesAnUnknownOrganization) {
  const OrganizationId unknown{numbered_id(1)};
  const auto refused = settle(store_, charge(unknown, "c", "1"));
  ASSERT_EQ(name_of(refused), "not_found");
  EXPECT_EQ(refused.error().field, "organization");
  EXPECT_EQ(available(store_, unknown), "not_found");
}

TEST_P(Settle, TheSameRequestUnderItsKeyGetsTheFirstOutcomeAgain) {
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "10")));
  const auto first = settle(store_, charge(organization_, "c", "3"));
  ASSERT_TRUE(first);
  clock_.advance(std::chrono::seconds(5));
  const auto again = settle(store_, charge(organization_, "c", "3"));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(again->entry.subject, first->entry.subject);
  EXPECT_EQ(again->entry.at, first->entry.at);
  EXPECT_EQ(again->entry.hash, first->entry.hash);
  EXPECT_EQ(available(store_, organization_), "7");
}

TEST_P(Settle, AnotherRequestUnderAUsedKeyIsRefused) {
  ASSERT_TRUE(settle(store_, grant(organization_, "k", "10")));
  EXPECT_EQ(name_of(settle(store_, charge(organization_, "k", "3"))), "idempotency_key_reused");
  EXPECT_EQ(name_of(settle(store_, grant(organization_, "k", "11"))), "idempotency_key_reused");
  EXPECT_EQ(available(store_, organization_), "10");
}

TEST_P(Settle, AnInvalidCallerKeyIsRefusedUnlessItIsAReplay) {
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "10")));
  auto command = charge(organization_, "c", "3");
  command.has_invalid_caller_key = true;
  EXPECT_EQ(name_of(settle(store_, command)), "caller_key_invalid");
  const auto first = settle(store_, charge(organization_, "c", "3"));
  ASSERT_TRUE(first);
  const auto again = settle(store_, command);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(again->entry.subject, first->entry.subject);
  command.organization = OrganizationId{numbered_id(1)};
  EXPECT_EQ(name_of(settle(store_, command)), "not_found");
}

TEST_P(Settle, ARefusalIsNotRemembered) {
  EXPECT_EQ(name_of(settle(store_, charge(organization_, "c", "3"))), "insufficient_credits");
  ASSERT_TRUE(settle(store_, grant(organization_, "g", "10")));
  const auto charged = settle(store_, charge(organization_, "c", "3"));
  ASSERT_TRUE(charged);
  EXPECT_FALSE(charged->is_replayed);
}

TEST_P(Settle, KeysBelongToTheirOrganization) {
  const OrganizationId other = make_organization(store_);
  ASSERT_TRUE(settle(store_, grant(organization_, "k", "1")));
  const auto granted = settle(store_, grant(other, "k", "2"));
  ASSERT_TRUE(granted);
  EXPECT_FALSE(granted->is_replayed);
  EXPECT_EQ(available(store_, organization_), "1");
  EXPECT_EQ(available(store_, other), "2");
}

TEST_P(Settle, CommandsOfOneCallAreDecidedInTheirOrder) {
  std::vector<ledger::Command> commands;
  commands.push_back(charge(organization_, "early", "1"));
  commands.push_back(grant(organization_, "g", "5"));
  commands.push_back(charge(organization_, "c", "2"));
  commands.push_back(charge(organization_, "c", "2"));
  commands.push_back(charge(organization_, "c", "3"));
  commands.push_back(charge(OrganizationId{numbered_id(1)}, "c", "1"));
  const auto results = settle_all(store_, std::move(commands));
  ASSERT_EQ(results.size(), 6U);
  EXPECT_EQ(name_of(results[0]), "insufficient_credits");
  EXPECT_EQ(name_of(results[1]), "ok");
  ASSERT_EQ(name_of(results[2]), "ok");
  ASSERT_EQ(name_of(results[3]), "ok");
  EXPECT_TRUE(results[3]->is_replayed);
  EXPECT_EQ(results[3]->entry.seq, results[2]->entry.seq);
  EXPECT_EQ(name_of(results[4]), "idempotency_key_reused");
  EXPECT_EQ(name_of(results[5]), "not_found");
  EXPECT_EQ(available(store_, organization_), "3");
}

TEST_P(Settle, NoCommandsGetNoResults) { EXPECT_TRUE(settle_all(store_, {}).empty()); }

TEST_P(Settle, KeepsAllThatTheRequestSaid) {
  ledger::Command command = grant(organization_, "g", "10");
  command.origin.api_key = ApiKeyId{numbered_id(7)};
  command.origin.operation = "top-up";
  command.origin.model = "none";
  command.origin.erasable = {.metadata = R"({"order":1})",
                             .reason = "goodwill",
                             .payment_reference = "inv-7",
                             .salt = {1, 2, 3}};
  command.origin.tags = {{.name = "project", .value = "blue"}, {.name = "team", .value = "é"}};
  command.origin.price_paid = {.nano = 12'500'000'000, .currency = "EUR"};
  const auto granted = settle(store_, command);
  ASSERT_TRUE(granted);
  const auto read = await<Result<ledger::GrantStatus>>([&](auto reply) {
    store_.read_grant({organization_, granted->entry.subject}, reply);
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(read->entry.origin.api_key, command.origin.api_key);
  EXPECT_EQ(read->entry.origin.operation, "top-up");
  EXPECT_EQ(read->entry.origin.erasable.metadata, command.origin.erasable.metadata);
  EXPECT_EQ(read->entry.origin.erasable.reason, "goodwill");
  EXPECT_EQ(read->entry.origin.erasable.payment_reference, "inv-7");
  EXPECT_EQ(read->entry.origin.tags, command.origin.tags);
  EXPECT_EQ(read->entry.origin.price_paid, command.origin.price_paid);
  EXPECT_EQ(read->entry.origin.erasable.salt, command.origin.erasable.salt);
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

ledger::Command refund(OrganizationId organization, std::string key, const Id128& charge) {
  ledger::Command command;
  command.organization = organization;
  command.origin.idempotency_key = std::move(key);
  command.action = ledger::RefundCharge{.charge = charge};
  return command;
}

// An outcome of several entries is one, also when it is asked for again.
TEST_P(Settle, AGrantThatRepaysIsOneOutcome) {
  ledger::Command limit;
  limit.organization = organization_;
  limit.origin.idempotency_key = "limit";
  limit.action = ledger::SetOverdraftLimit{.limit = credits("10")};
  ASSERT_TRUE(settle(store_, limit));
  ASSERT_TRUE(settle(store_, charge(organization_, "c1", "1")));
  ASSERT_TRUE(settle(store_, charge(organization_, "c2", "2")));
  EXPECT_EQ(available(store_, organization_), "-3");
  for (const bool is_again : {false, true}) {
    const auto granted = settle(store_, grant(organization_, "g", "5"));
    ASSERT_TRUE(granted);
    EXPECT_EQ(granted->is_replayed, is_again);
    EXPECT_EQ(granted->entry.kind, ledger::EntryKind::grant);
    ASSERT_EQ(granted->rest.size(), 2U);
    EXPECT_EQ(granted->rest[0].kind, ledger::EntryKind::repay);
    EXPECT_EQ(&granted->last(), &granted->rest[1]);
    EXPECT_EQ(granted->last().available, credits("2"));
  }
}

TEST_P(Settle, ACallForNothingIsAnswered) { EXPECT_TRUE(settle_all(store_, {}).empty()); }

TEST_P(Settle, WhatOneCallMakesTheSameCallMayUndo) {
  // Ids follow from instant and number.
  const Id128 charged = ledger::make_entry_id(kStart, 2);
  std::vector<ledger::Command> commands;
  commands.push_back(grant(organization_, "g", "5"));
  commands.push_back(charge(organization_, "c", "5"));
  commands.push_back(refund(organization_, "r", charged));
  commands.push_back(refund(organization_, "r2", charged));
  commands.push_back(refund(organization_, "r3", ledger::make_entry_id(kStart, 9)));
  const auto results = settle_all(store_, std::move(commands));
  EXPECT_EQ(name_of(results[2]), "ok");
  EXPECT_EQ(name_of(results[3]), "charge_fully_refunded");
  EXPECT_EQ(name_of(results[4]), "not_found");
  const auto record = read_record(store_, organization_, charged);
  ASSERT_TRUE(record);
  EXPECT_EQ(std::get<ledger::ChargeRecord>(record->value).refunded, credits("5"));
  EXPECT_FALSE(read_record(store_, organization_, Id128{}));
  EXPECT_FALSE(read_record(store_, {}, charged));
}

INSTANTIATE_TEST_SUITE_P(Stores, Settle, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::settle_test
