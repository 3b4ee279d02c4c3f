// SPDX-License-Identifier: Apache-2.0
// The rules of the overdraft: the limit, what is owed, and how it is repaid.
#include <gtest/gtest.h>

#include "server/ledger/decide.hpp"
#include "tests/model/expect_story.hpp"

namespace farthing::ledger::debt_rules_test {

using model::expect_story;
using model::Story;

TEST(Overdraft, IsNotThereUnlessItIsSet) {
  expect_story({
      {"0 charge 1 1", "refused insufficient_credits required=1 available=0 held=0"},
      {"0 limit 2 3", "#1 0 limit 3 = 0"},
      {"0 charge 3 3.000000001",
       "refused insufficient_credits required=3.000000001 available=0 held=0 overdraft_limit=3"},
      {"0 charge 3 2", "#2 0 charge 3 2 owed 2 = -2"},
      {"0 charge 4 1", "#3 0 charge 4 1 owed 1 = -3"},
      {"0 charge 5 0.000000001",
       "refused insufficient_credits required=0.000000001 available=-3 held=0 overdraft_limit=3"},
  });
}

TEST(Overdraft, BeginsWhereTheLotsEnd) {
  expect_story({
      {"0 limit 1 3", "#1 0 limit 3 = 0"},
      {"0 grant 2 5", "#2 0 grant 2 5 = 5"},
      {"1 charge 3 7", "#3 1 charge 3 7 from 2:5 owed 2 = -2"},
  });
}

TEST(Overdraft, LimitMayFallBelowWhatIsOwed) {
  expect_story({
      {"0 limit 1 5", "#1 0 limit 5 = 0"},
      {"0 charge 2 4", "#2 0 charge 2 4 owed 4 = -4"},
      {"0 limit 3 0", "#3 0 limit 0 = -4"},
      {"0 charge 4 1", "refused insufficient_credits required=1 available=-4 held=0"},
      {"0 grant 5 5", "#4 0 grant 5 5 = 1 +; #5 0 repay 2 4 from 5:4 = 1"},
      {"0 charge 6 1", "#6 0 charge 6 1 from 5:1 = 0"},
  });
}

TEST(Overdraft, MayBeAsLargeAsAmountsAre) {
  expect_story({
      {"0 limit 1 9223372036.854775807", "#1 0 limit 9223372036.854775807 = 0"},
      {"0 charge 2 9223372036.854775807",
       "#2 0 charge 2 9223372036.854775807 owed 9223372036.854775807 = -9223372036.854775807"},
      {"0 charge 3 0.000000001",
       "refused insufficient_credits required=0.000000001 available=-9223372036.854775807 held=0 "
       "overdraft_limit=9223372036.854775807"},
      {"0 charge 3 9223372036.854775807",
       "refused insufficient_credits required=9223372036.854775807 "
       "available=-9223372036.854775807 held=0 overdraft_limit=9223372036.854775807"},
      {"1 grant 4 9223372036.854775807",
       "#3 1 grant 4 9223372036.854775807 = 0 +; #4 1 repay 2 9223372036.854775807 from "
       "4:9223372036.854775807 = 0"},
      {"1 grant 5 9223372036.854775807",
       "#5 1 grant 5 9223372036.854775807 = 9223372036.854775807"},
      {"1 refund 6 0.000000001 charge=2", "refused amount_overflow"},
  });
}

TEST(Repay, IsOldestDebtFirst) {
  expect_story({
      {"0 limit 1 9", "#1 0 limit 9 = 0"},
      {"0 charge 2 2", "#2 0 charge 2 2 owed 2 = -2"},
      {"0 charge 3 3", "#3 0 charge 3 3 owed 3 = -5"},
      {"1 grant 4 1", "#4 1 grant 4 1 = -4 +; #5 1 repay 2 1 from 4:1 = -4"},
      {"2 grant 5 3",
       "#6 2 grant 5 3 = -1 +; #7 2 repay 2 1 from 5:1 = -1 +; #8 2 repay 3 2 from 5:2 = -1"},
      {"3 grant 6 5", "#9 3 grant 6 5 = 4 +; #10 3 repay 3 1 from 6:1 = 4"},
      {"3 charge 7 4", "#11 3 charge 7 4 from 6:4 = 0"},
  });
}

TEST(Repay, WaitsUntilALotIsSpendable) {
  expect_story({
      {"0 limit 1 9", "#1 0 limit 9 = 0"},
      {"0 charge 2 2", "#2 0 charge 2 2 owed 2 = -2"},
      {"0 grant 3 3 effective=10", "#3 0 grant 3 3 = -2"},
      {"20 charge 4 1",
       "#4 10 activate 3 3 = 1 +; #5 10 repay 2 2 from 3:2 = 1; #6 20 charge 4 1 from 3:1 = 0"},
  });
}

// What has repaid does not end with its lot.
TEST(Repay, CountsForABalanceReadLater) {
  Story story;
  story.tell("0 limit 1 9");
  story.tell("0 charge 2 2");
  story.tell("0 grant 3 3 effective=10 expires=20");
  EXPECT_EQ(balance_at(story.state(), model::second(9)).available.to_string(), "-2");
  EXPECT_EQ(balance_at(story.state(), model::second(10)).available.to_string(), "1");
  EXPECT_EQ(balance_at(story.state(), model::second(20)).available.to_string(), "0");
}

TEST(Repay, ByWhatAHoldGivesBack) {
  expect_story({
      {"0 grant 1 2", "#1 0 grant 1 2 = 2"},
      {"0 grant 2 2", "#2 0 grant 2 2 = 4"},
      {"0 limit 3 9", "#3 0 limit 9 = 4"},
      {"0 hold 4 4", "#4 0 hold 4 4 from 1:2 2:2 = 0 held 4"},
      {"1 charge 5 3", "#5 1 charge 5 3 owed 3 = -3 held 4"},
      {"2 release 6 hold=4",
       "#6 2 release 4 4 to 1:2 2:2 = 1 +; #7 2 repay 5 2 from 1:2 = 1 +; "
       "#8 2 repay 5 1 from 2:1 = 1"},
      {"2 refund 7 all charge=5", "#9 2 refund 7 of 5 3 to 2:1 1:2 = 4"},
  });
}

TEST(Repay, ByWhatAFinalCaptureLeaves) {
  expect_story({
      {"0 grant 1 4", "#1 0 grant 1 4 = 4"},
      {"0 limit 3 9", "#2 0 limit 9 = 4"},
      {"0 hold 4 4 over=overdraft", "#3 0 hold 4 4 from 1:4 = 0 held 4"},
      {"1 charge 5 1", "#4 1 charge 5 1 owed 1 = -1 held 4"},
      {"2 capture 6 1 hold=4",
       "#5 2 capture 6 of 4 1 from 1:1 = -1 held 3 +; #6 2 release 4 3 to 1:3 = 2 +; "
       "#7 2 repay 5 1 from 1:1 = 2"},
  });
}

TEST(Refund, TakesBackDebtFirst) {
  expect_story({
      {"0 limit 1 9", "#1 0 limit 9 = 0"},
      {"0 grant 2 2", "#2 0 grant 2 2 = 2"},
      {"0 charge 3 5", "#3 0 charge 3 5 from 2:2 owed 3 = -3"},
      {"1 refund 4 1 charge=3", "#4 1 refund 4 of 3 1 owed -1 = -2"},
      {"1 grant 5 1", "#5 1 grant 5 1 = -1 +; #6 1 repay 3 1 from 5:1 = -1"},
      // What is owed, then the repayment, then what was paid at first.
      {"1 refund 6 3 charge=3", "#7 1 refund 6 of 3 3 to 5:1 2:1 owed -1 = 2"},
      {"1 refund 7 all charge=3", "#8 1 refund 7 of 3 1 to 2:1 = 3"},
  });
}

TEST(Refund, RepaysWhatOthersOwe) {
  expect_story({
      {"0 limit 1 9", "#1 0 limit 9 = 0"},
      {"0 grant 2 2", "#2 0 grant 2 2 = 2"},
      {"0 charge 3 2", "#3 0 charge 3 2 from 2:2 = 0"},
      {"0 charge 4 1", "#4 0 charge 4 1 owed 1 = -1"},
      {"1 refund 5 all charge=3", "#5 1 refund 5 of 3 2 to 2:2 = 1 +; #6 1 repay 4 1 from 2:1 = 1"},
  });
}

TEST(Limits, ChargesThatOwe) {
  Story story;
  story.tell("0 limit 1 100000");
  story.tell("0 grant 2 1 effective=50");
  for (std::size_t i = 0; i < kMaxDebts; ++i) {
    story.tell("0 charge " + std::to_string(10 + i) + " 1");
  }
  EXPECT_EQ(story.tell("1 charge 3 1"), "refused too_many_debts");
  EXPECT_NE(story.tell("50 charge 3 1").find("charge 3 1 owed 1"), std::string::npos);
  EXPECT_EQ(story.tell("50 charge 4 1"), "refused too_many_debts");
}

using DebtDeathTest = testing::Test;

TEST(DebtDeathTest, NeverSetsALimitBelowZero) {
  EXPECT_DEATH(Story().tell("0 limit 1 -1"), "limit");
}

// Those that follow say who it was; request and key stand in the first.
TEST(Outcome, NamesItsKeyOnce) {
  Story story;
  story.tell("0 limit 1 9");
  story.tell("0 charge 2 2");
  Command command = story.read("1 grant 3 5");
  command.origin.api_key = ApiKeyId{model::id(1)};
  command.origin.caller_key = ApiKeyId{model::id(2)};
  command.origin.operation = "top-up";
  OrganizationState state = story.state();
  Booked booked;
  ASSERT_TRUE(decide(state, std::move(command), {}, booked));
  ASSERT_EQ(booked.size(), 2U);
  const Origin& own = booked.entries()[0].origin;
  const Origin& follower = booked.entries()[1].origin;
  EXPECT_EQ(own.idempotency_key, "grant 3");
  EXPECT_EQ(own.operation, "top-up");
  EXPECT_EQ(follower.api_key, own.api_key);
  EXPECT_EQ(follower.caller_key, own.caller_key);
  EXPECT_TRUE(follower.idempotency_key.empty());
  EXPECT_TRUE(follower.operation.empty());
}

}  // namespace farthing::ledger::debt_rules_test
