// SPDX-License-Identifier: Apache-2.0
// Caps on what callers' keys spend: as commands carry them, and as keys keep them.
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "base/await.hpp"
#include "server/ledger/spending.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::spend_caps_test {

using ledger::SpendCaps;

const ApiKeyId kCaller{numbered_id(7)};

ledger::Command by_caller(ledger::Command command, const SpendCaps& caps) {
  command.origin.caller_key = kCaller;
  command.caller_caps = std::make_shared<const SpendCaps>(caps);
  return command;
}

class SpendCapsOf : public StoreTest {
 protected:
  SpendCapsOf() { EXPECT_TRUE(settle(store_, grant(organization_, "g", "100"))); }

  Result<ledger::Outcome> charge_capped(std::string key, std::string_view amount) {
    return settle(store_, by_caller(charge(organization_, std::move(key), amount), caps_));
  }
  Result<ledger::Outcome> act(std::string key, ledger::Action action) {
    ledger::Command command = charge(organization_, std::move(key), "1");
    command.action = std::move(action);
    return settle(store_, std::move(command));
  }
  Result<ledger::Outcome> hold_capped(std::string key, std::string_view amount) {
    ledger::Command command = charge(organization_, std::move(key), amount);
    command.action = ledger::PlaceHold{.amount = credits(amount)};
    return settle(store_, by_caller(std::move(command), caps_));
  }
  // Held, and spent on the day, in the month, in all.
  std::string spending() { return show(read_spending(store_, organization_, kCaller)->spending); }

  const OrganizationId organization_ = make_organization(store_);
  SpendCaps caps_{.day = credits("10"), .month = {}, .total = {}};
};

TEST_P(SpendCapsOf, AChargeBeyondOneIsRefusedAndNotRemembered) {
  ASSERT_TRUE(charge_capped("c", "6"));
  const auto refused = charge_capped("d", "4.000000001");
  ASSERT_EQ(name_of(refused), "spend_cap_exceeded");
  EXPECT_EQ(refused.error().details[0].value, "day");
  EXPECT_EQ(open_->entries_of(organization_).size(), 2U);
  EXPECT_TRUE(charge_capped("d", "4"));
  EXPECT_EQ(spending(), "0 10 10 10");
  EXPECT_EQ(name_of(charge_capped("e", "1")), "spend_cap_exceeded");
  // A replay moves nothing.
  const auto again = charge_capped("c", "6");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  clock_.advance(std::chrono::days(1));
  EXPECT_TRUE(charge_capped("e", "1"));
  EXPECT_EQ(spending(), "0 1 11 11");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

// The records of what is over tell whose it was.
TEST_P(SpendCapsOf, WhatHoldsAndRefundsGiveBackMayBeSpentAgain) {
  const auto held = hold_capped("h", "8");
  ASSERT_TRUE(held);
  EXPECT_EQ(name_of(charge_capped("c", "3")), "spend_cap_exceeded");
  const auto captured =
      act("k", ledger::CaptureHold{.hold = held->entry.subject, .amount = credits("5")});
  ASSERT_TRUE(captured);
  EXPECT_EQ(captured->entry.origin.caller_key, kCaller);
  EXPECT_EQ(spending(), "0 5 5 5");
  const auto refunded =
      act("r", ledger::RefundCharge{.charge = captured->entry.subject, .amount = credits("2")});
  ASSERT_TRUE(refunded);
  EXPECT_EQ(refunded->entry.origin.caller_key, kCaller);
  EXPECT_EQ(spending(), "0 3 3 3");
  ASSERT_TRUE(hold_capped("h2", "7"));
  EXPECT_EQ(spending(), "7 3 3 3");
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(spending(), "0 3 3 3");
  EXPECT_TRUE(charge_capped("c", "7"));
  clock_.advance(std::chrono::days(40));
  ASSERT_TRUE(act("r2", ledger::RefundCharge{.charge = captured->entry.subject, .amount = {}}));
  EXPECT_EQ(spending(), "0 0 0 7");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

// In one batch, where each is decided on what the one before has left.
TEST_P(SpendCapsOf, HoldWithinABatch) {
  std::vector<ledger::Command> commands;
  for (int i = 0; i < 4; ++i) {
    commands.push_back(by_caller(charge(organization_, std::to_string(i), "4"), caps_));
  }
  std::vector<std::string> names;
  for (const auto& result : settle_all(store_, std::move(commands))) {
    names.push_back(name_of(result));
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"ok", "ok", "spend_cap_exceeded", "spend_cap_exceeded"}));
}

TEST_P(SpendCapsOf, AreNeverExceededByManyAtOnce) {
  std::atomic<int> booked = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          const std::string key = std::to_string(t) + "-" + std::to_string(i);
          if (charge_capped(key, "1")) ++booked;
        }
      });
    }
  }
  EXPECT_EQ(booked, 10);
  EXPECT_EQ(spending(), "0 10 10 10");
  EXPECT_EQ(available(store_, organization_), "90");
}

class SpendCapsKept : public StoreTest {
 protected:
  directory::ApiKey read() {
    return await<Result<directory::ApiKey>>(
               [&](auto reply) { store_.read_api_key(key_.id, reply); })
        .value();
  }
  void change_caps(const directory::SpendCapsChange& caps) {
    ASSERT_TRUE(change(store_, {.action = directory::ChangeApiKey{key_.id, {.spend_caps = caps}}})
                    .has_value());
  }

  directory::ApiKey key_ = make_api_key(make_user(store_, "ada@example.com"), "secret");
};

TEST_P(SpendCapsKept, AreSetChangedAndTakenAway) {
  key_.spend_caps = {.day = credits("1"), .month = credits("2"), .total = {}};
  ASSERT_TRUE(change(store_, {.action = directory::CreateApiKey{key_}}));
  EXPECT_EQ(read().spend_caps, key_.spend_caps);

  change_caps({.day = std::optional<Credits>(), .total = credits("0")});
  const SpendCaps expected{.day = {}, .month = credits("2"), .total = credits("0")};
  EXPECT_EQ(read().spend_caps, expected);
  const auto found = await<Result<std::optional<directory::Principal>>>(
      [&](auto reply) { store_.find_principal(sha256("secret"), reply); });
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->key->spend_caps, expected);

  ASSERT_TRUE(change(store_, {.action = directory::ChangeApiKey{key_.id, {.name = "renamed"}}}));
  EXPECT_EQ(read().spend_caps, expected);
}

INSTANTIATE_TEST_SUITE_P(Stores, SpendCapsOf, ::testing::ValuesIn(all_store_kinds()), name_of_kind);
INSTANTIATE_TEST_SUITE_P(Stores, SpendCapsKept, ::testing::ValuesIn(all_store_kinds()),
                         name_of_kind);

}  // namespace farthing::store::testing::spend_caps_test
