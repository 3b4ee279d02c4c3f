// SPDX-License-Identifier: Apache-2.0
// The rules of holds: placed, extended, captured, released, run out.
#include <gtest/gtest.h>

#include "server/ledger/decide.hpp"
#include "tests/model/expect_story.hpp"

namespace farthing::ledger::hold_rules_test {

using model::expect_story;
using model::Story;

TEST(Hold, SetsAsideInBurnOrder) {
  expect_story({
      {"0 grant 1 5 priority=2", "#1 0 grant 1 5 = 5"},
      {"0 grant 2 5 priority=1", "#2 0 grant 2 5 = 10"},
      {"1 hold 3 7", "#3 1 hold 3 7 from 2:5 1:2 = 3 held 7"},
      {"1 charge 4 4", "refused insufficient_credits required=4 available=3 held=7"},
      {"1 charge 4 3", "#4 1 charge 4 3 from 1:3 = 0 held 7"},
      {"1 hold 5 1", "refused insufficient_credits required=1 available=0 held=7"},
  });
}

TEST(Hold, ReleasedGivesBackToItsLots) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 grant 2 5", "#2 0 grant 2 5 = 10"},
      {"1 hold 3 7", "#3 1 hold 3 7 from 1:5 2:2 = 3 held 7"},
      {"2 release 4 hold=3", "#4 2 release 3 7 to 1:5 2:2 = 10"},
      {"3 charge 5 6", "#5 3 charge 5 6 from 1:5 2:1 = 4"},
      {"3 release 6 hold=3", "refused hold_released"},
      {"3 capture 6 all hold=3", "refused hold_released"},
      {"3 extend 6 hold=3", "refused hold_released"},
  });
}

TEST(Hold, RunsOutAtItsInstant) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"1 hold 3 5 ttl=9", "#2 1 hold 3 5 from 1:5 = 0 held 5"},
      {"9 charge 4 1", "refused insufficient_credits required=1 available=0 held=5"},
      {"10 charge 4 1", "#3 10 release 3 5 to 1:5 = 5; #4 10 charge 4 1 from 1:1 = 4"},
      {"10 capture 5 all hold=3", "refused hold_expired"},
      {"11 release 5 hold=3", "refused hold_expired"},
  });
}

// The command itself finds that it has just run out.
TEST(Hold, CannotBeCapturedAtItsEnd) {
  for (const std::string command :
       {"10 capture 5 all hold=3", "10 extend 5 hold=3", "10 release 5 hold=3"}) {
    Story story;
    story.tell("0 grant 1 5");
    story.tell("1 hold 3 5 ttl=9");
    EXPECT_EQ(story.tell(command), "#3 10 release 3 5 to 1:5 = 5; refused hold_expired");
  }
}

TEST(Hold, ExtendedRunsFromNowAndIsNeverShortened) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 hold 3 5 ttl=10", "#2 0 hold 3 5 from 1:5 = 0 held 5"},
      {"2 extend 4 hold=3 ttl=3", "#3 2 extend 3 0 until 10 = 0 held 5"},
      {"5 extend 5 hold=3 ttl=20", "#4 5 extend 3 0 until 25 = 0 held 5"},
      {"24 capture 6 1 hold=3 final=no", "#5 24 capture 6 of 3 1 from 1:1 = 0 held 4"},
      {"25 charge 7 4", "#6 25 release 3 4 to 1:4 = 4; #7 25 charge 7 4 from 1:4 = 0"},
  });
}

TEST(Hold, OfNothingIsNotFound) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 charge 2 1", "#2 0 charge 2 1 from 1:1 = 4"},
      {"0 capture 3 all hold=9", "refused not_found"},
      {"0 capture 3 all hold=1", "refused not_found"},
      {"0 release 3 hold=2", "refused not_found"},
      {"0 extend 3 hold=9", "refused not_found"},
  });
}

TEST(Capture, OfAllEndsTheHold) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 hold 3 4", "#2 0 hold 3 4 from 1:4 = 1 held 4"},
      {"1 capture 4 all hold=3", "#3 1 capture 4 of 3 4 from 1:4 = 1"},
      {"1 capture 5 all hold=3", "refused hold_captured"},
      {"1 extend 5 hold=3", "refused hold_captured"},
      {"1 release 5 hold=3", "refused hold_captured"},
  });
}

TEST(Capture, WhenFinalReleasesTheRest) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 hold 3 4", "#2 0 hold 3 4 from 1:4 = 1 held 4"},
      {"1 capture 4 3 hold=3",
       "#3 1 capture 4 of 3 3 from 1:3 = 1 held 1 +; #4 1 release 3 1 to 1:1 = 2"},
      {"1 capture 5 all hold=3", "refused hold_captured"},
  });
}

TEST(Capture, InPartsTakesTheLotsInTheirOrder) {
  expect_story({
      {"0 grant 1 2", "#1 0 grant 1 2 = 2"},
      {"0 grant 2 5", "#2 0 grant 2 5 = 7"},
      {"0 hold 3 6", "#3 0 hold 3 6 from 1:2 2:4 = 1 held 6"},
      {"1 capture 4 1 hold=3 final=no", "#4 1 capture 4 of 3 1 from 1:1 = 1 held 5"},
      {"2 capture 5 3 hold=3 final=no", "#5 2 capture 5 of 3 3 from 1:1 2:2 = 1 held 2"},
      {"3 capture 6 all hold=3 final=no", "#6 3 capture 6 of 3 2 from 2:2 = 1"},
      {"3 capture 7 all hold=3", "refused hold_captured"},
  });
}

TEST(Capture, AboveWhatIsHeldIsRejected) {
  expect_story({
      {"0 grant 1 9", "#1 0 grant 1 9 = 9"},
      {"0 hold 3 4", "#2 0 hold 3 4 from 1:4 = 5 held 4"},
      {"1 capture 4 1 hold=3 final=no", "#3 1 capture 4 of 3 1 from 1:1 = 5 held 3"},
      {"1 capture 5 3.000000001 hold=3",
       "refused capture_exceeds_hold required=3.000000001 held=3"},
      {"1 capture 5 3 hold=3", "#4 1 capture 5 of 3 3 from 1:3 = 5"},
  });
}

TEST(Capture, UpToAvailableTakesWhatThereIs) {
  expect_story({
      {"0 grant 1 3", "#1 0 grant 1 3 = 3"},
      {"0 grant 2 3", "#2 0 grant 2 3 = 6"},
      {"0 hold 3 2 over=up_to_available", "#3 0 hold 3 2 from 1:2 = 4 held 2"},
      {"0 hold 4 1 over=up_to_available", "#4 0 hold 4 1 from 1:1 = 3 held 3"},
      {"1 capture 5 4 hold=3", "#5 1 capture 5 of 3 4 from 1:2 2:2 = 1 held 1"},
      {"1 capture 6 100 hold=4", "#6 1 capture 6 of 4 2 from 1:1 2:1 = 0"},
  });
}

TEST(Capture, WithOverdraftMakesDebtWithinTheLimit) {
  expect_story({
      {"0 grant 1 3", "#1 0 grant 1 3 = 3"},
      {"0 limit 2 5", "#2 0 limit 5 = 3"},
      {"0 hold 3 2 over=overdraft", "#3 0 hold 3 2 from 1:2 = 1 held 2"},
      {"1 capture 4 8.000000001 hold=3",
       "refused insufficient_credits required=6.000000001 available=1 held=2 overdraft_limit=5"},
      {"1 capture 4 8 hold=3", "#4 1 capture 4 of 3 8 from 1:2 1:1 owed 5 = -5"},
  });
}

// What is captured in several parts is not bounded by what is held.
TEST(Capture, SumsThatDoNotFitAreRefused) {
  expect_story({
      {"0 limit 1 9223372036.854775807", "#1 0 limit 9223372036.854775807 = 0"},
      {"0 grant 2 9223372036.854775807",
       "#2 0 grant 2 9223372036.854775807 = 9223372036.854775807"},
      {"0 hold 3 10 over=overdraft", "#3 0 hold 3 10 from 2:10 = 9223372026.854775807 held 10"},
      {"1 capture 4 5 hold=3 final=no",
       "#4 1 capture 4 of 3 5 from 2:5 = 9223372026.854775807 held 5"},
      {"1 capture 5 9223372036.854775807 hold=3", "refused amount_overflow"},
      {"1 capture 5 9223372031.854775808 hold=3 final=no", "refused amount_overflow"},
      {"1 capture 5 9223372031.854775807 hold=3",
       "#5 1 capture 5 of 3 9223372031.854775807 from 2:5 2:9223372026.854775807 = 0"},
  });
}

TEST(Capture, UpToAvailableIsRefusedRatherThanCutWhenTheSumDoesNotFit) {
  expect_story({
      {"0 grant 1 9223372036.854775807",
       "#1 0 grant 1 9223372036.854775807 = 9223372036.854775807"},
      {"0 hold 2 9223372036.854775807 over=up_to_available",
       "#2 0 hold 2 9223372036.854775807 from 1:9223372036.854775807 = 0 held "
       "9223372036.854775807"},
      {"0 capture 3 9223372036.854775806 hold=2 final=no",
       "#3 0 capture 3 of 2 9223372036.854775806 from 1:9223372036.854775806 = 0 held "
       "0.000000001"},
      {"0 grant 4 5", "#4 0 grant 4 5 = 5 held 0.000000001"},
      {"0 capture 5 1 hold=2", "refused amount_overflow"},
      {"0 capture 5 all hold=2", "#5 0 capture 5 of 2 0.000000001 from 1:0.000000001 = 5"},
  });
}

TEST(Hold, NeverGoesIntoTheOverdraft) {
  expect_story({
      {"0 grant 1 3", "#1 0 grant 1 3 = 3"},
      {"0 limit 2 5", "#2 0 limit 5 = 3"},
      {"0 hold 3 4",
       "refused insufficient_credits required=4 available=3 held=0 overdraft_limit=5"},
      {"0 charge 4 4", "#3 0 charge 4 4 from 1:3 owed 1 = -1"},
      {"0 hold 5 0.000000001",
       "refused insufficient_credits required=0.000000001 available=-1 held=0 overdraft_limit=5"},
  });
}

// What is held outlives its lot; what comes back to a lot that has ended ends too.
TEST(Hold, KeepsCreditsOfALotThatEnds) {
  expect_story({
      {"0 grant 1 5 expires=10", "#1 0 grant 1 5 = 5"},
      {"0 grant 2 5", "#2 0 grant 2 5 = 10"},
      {"1 hold 3 7", "#3 1 hold 3 7 from 1:5 2:2 = 3 held 7"},
      {"11 capture 4 3 hold=3 final=no", "#4 11 capture 4 of 3 3 from 1:3 = 3 held 4"},
      {"12 release 5 hold=3", "#5 12 release 3 4 to 1:2! 2:2 = 5"},
  });
}

TEST(Hold, ThatRunsOutWhenItsLotEndsEndsWithIt) {
  expect_story({
      {"0 grant 1 5 expires=10", "#1 0 grant 1 5 = 5"},
      {"0 hold 3 3 ttl=10", "#2 0 hold 3 3 from 1:3 = 2 held 3"},
      {"10 charge 4 1",
       "#3 10 expire 1 2 = 0 held 3; #4 10 release 3 3 to 1:3! = 0; refused insufficient_credits "
       "required=1 available=0 held=0"},
  });
}

// A lot of which everything is held has nothing to expire, and comes back when released in time.
TEST(Hold, OfAWholeLotBringsItBack) {
  expect_story({
      {"0 grant 1 5 expires=10", "#1 0 grant 1 5 = 5"},
      {"0 hold 3 5 ttl=60", "#2 0 hold 3 5 from 1:5 = 0 held 5"},
      {"5 release 4 hold=3", "#3 5 release 3 5 to 1:5 = 5"},
      {"5 hold 5 5 ttl=60", "#4 5 hold 5 5 from 1:5 = 0 held 5"},
      {"20 release 6 hold=5", "#5 20 release 5 5 to 1:5! = 0"},
  });
}

TEST(DueEvents, OfHoldsComeAfterThoseOfGrants) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 hold 2 1 ttl=10", "#2 0 hold 2 1 from 1:1 = 4 held 1"},
      {"0 hold 3 1 ttl=10", "#3 0 hold 3 1 from 1:1 = 3 held 2"},
      {"0 hold 4 1 ttl=5", "#4 0 hold 4 1 from 1:1 = 2 held 3"},
      {"0 grant 5 1 expires=10", "#5 0 grant 5 1 = 3 held 3"},
      {"0 grant 6 1 effective=10", "#6 0 grant 6 1 = 3 held 3"},
      {"20 charge 7 6",
       "#7 5 release 4 1 to 1:1 = 4 held 2; #8 10 activate 6 1 = 5 held 2; #9 10 expire 5 1 = 4 "
       "held 2; #10 10 release 2 1 to 1:1 = 5 held 1; #11 10 release 3 1 to 1:1 = 6; "
       "#12 20 charge 7 6 from 1:5 6:1 = 0"},
  });
}

TEST(BalanceAt, CountsHoldsThatRunOut) {
  Story story;
  story.tell("0 grant 1 5 expires=15");
  story.tell("0 grant 2 5");
  story.tell("0 hold 3 7 ttl=10");
  struct At {
    std::int64_t second;
    std::string available;
    std::string held;
  };
  for (const At& each : std::vector<At>{{9, "3", "7"}, {10, "10", "0"}, {15, "5", "0"}}) {
    const Balance balance = balance_at(story.state(), model::second(each.second));
    EXPECT_EQ(balance.available.to_string(), each.available) << each.second;
    EXPECT_EQ(balance.held.to_string(), each.held) << each.second;
  }
  EXPECT_EQ(story.entries().size(), 3U);
  EXPECT_EQ(state_at(story.state(), model::second(10)).last_seq, 4U);
}

// The answer to a request can be given again from its entries alone.
TEST(Hold, StandsInEveryEntryAboutIt) {
  Story story;
  for (const std::string line :
       {"0 grant 1 10", "1 hold 2 6 ttl=60 over=overdraft", "2 extend 3 hold=2 ttl=120",
        "3 capture 4 1 hold=2 final=no", "4 capture 5 2 hold=2"}) {
    story.tell(line);
  }
  const auto status = [&story](std::size_t seq) { return story.entries()[seq - 1].hold.value(); };
  EXPECT_EQ(status(2).amount.to_string(), "6");
  EXPECT_EQ(status(2).expires_at, model::second(61));
  EXPECT_EQ(status(2).over_capture, OverCapture::overdraft);
  EXPECT_EQ(status(2).state, HoldState::open);
  EXPECT_EQ(status(3).expires_at, model::second(122));
  EXPECT_EQ(status(4).captured.to_string(), "1");
  EXPECT_EQ(status(4).state, HoldState::open);
  EXPECT_EQ(status(5).captured.to_string(), "3");
  EXPECT_EQ(status(5).state, HoldState::open);
  EXPECT_EQ(status(6).captured.to_string(), "3");
  EXPECT_EQ(status(6).released.to_string(), "3");
  EXPECT_EQ(status(6).state, HoldState::captured);
}

TEST(Limits, OpenHolds) {
  Story story;
  story.tell("0 grant 1 5");
  OrganizationState state = story.state();
  for (std::uint32_t i = 0; i < kMaxOpenHolds; ++i) state.holds[model::id(i)] = {};
  Booked booked;
  const auto refused = decide(state, story.read("0 hold 2 1"), {}, booked);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::too_many_holds);
  state.holds.erase(model::id(0));
  EXPECT_TRUE(decide(state, story.read("0 hold 2 1"), {}, booked));
}

using HoldDeathTest = testing::Test;

TEST(HoldDeathTest, NeverBooksWhatIsOutOfBounds) {
  for (const std::string command : {"0 hold 1 1 ttl=0", "0 hold 1 1 ttl=86401"}) {
    Story story;
    story.tell("0 grant 9 1");
    EXPECT_DEATH(story.tell(command), "kMinHoldTtl") << command;
  }
  EXPECT_DEATH(Story().tell("0 hold 1 0"), "is_positive");
  EXPECT_DEATH(Story().tell("0 capture 1 0 hold=9"), "is_positive");
}

TEST(HoldStatus, IsSpelledAsOnTheWire) {
  for (const OverCapture policy :
       {OverCapture::reject, OverCapture::up_to_available, OverCapture::overdraft}) {
    EXPECT_EQ(parse_over_capture(to_string(policy)), policy);
  }
  EXPECT_EQ(to_string(OverCapture::reject), "reject");
  EXPECT_EQ(to_string(OverCapture::up_to_available), "up_to_available");
  EXPECT_EQ(to_string(OverCapture::overdraft), "overdraft");
  EXPECT_EQ(parse_over_capture("Reject"), std::nullopt);
  EXPECT_EQ(to_string(HoldState::open), "open");
  EXPECT_EQ(to_string(HoldState::captured), "captured");
  EXPECT_EQ(to_string(HoldState::released), "released");
  EXPECT_EQ(to_string(HoldState::expired), "expired");
}

}  // namespace farthing::ledger::hold_rules_test
