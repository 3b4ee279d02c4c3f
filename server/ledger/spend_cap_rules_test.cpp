// SPDX-License-Identifier: Apache-2.0
// The rules of spend caps: what counts, what gives back, when a cap begins anew. The story begins
// with the year; a day has 86 400 seconds, January 2 678 400.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/ledger/decide.hpp"
#include "tests/model/expect_story.hpp"

namespace farthing::ledger::spend_cap_rules_test {

using model::expect_story;
using model::Story;

const ApiKeyId kCaller{model::id(1)};

KeySpending spending_after(const Story& story, std::int64_t at_second) {
  const SpendingRecord* before = story.records().find_spending(kCaller);
  return spending_of(story.state(), before == nullptr ? SpendingRecord() : *before, kCaller,
                     model::second(at_second));
}

TEST(SpendCap, ChargesUpToItAndNoFarthingMore) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"1 charge 2 4 caller=1 day=10", "#2 1 charge 2 4 from 1:4 = 96"},
      {"2 charge 3 6.000000001 caller=1 day=10",
       "refused spend_cap_exceeded period=day cap=10 spent=4 held=0 required=6.000000001 "
       "resets_at=86400"},
      {"2 charge 3 6 caller=1 day=10", "#3 2 charge 3 6 from 1:6 = 90"},
      {"3 charge 4 0.000000001 caller=1 day=10",
       "refused spend_cap_exceeded period=day cap=10 spent=10 held=0 required=0.000000001 "
       "resets_at=86400"},
  });
}

TEST(SpendCap, OfZeroLetsNothingThrough) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"0 charge 2 0.000000001 caller=1 total=0",
       "refused spend_cap_exceeded period=total cap=0 spent=0 held=0 required=0.000000001"},
  });
}

TEST(SpendCap, IsForEachKeyAndForNoneWithoutOne) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"1 charge 2 10 caller=1 total=10", "#2 1 charge 2 10 from 1:10 = 90"},
      {"1 charge 3 10 caller=2 total=10", "#3 1 charge 3 10 from 1:10 = 80"},
      {"1 charge 4 10", "#4 1 charge 4 10 from 1:10 = 70"},
      {"1 charge 5 10 caller=1", "#5 1 charge 5 10 from 1:10 = 60"},
  });
}

// What was spent before there was a cap counts.
TEST(SpendCap, CountsWhatWasSpentWithoutIt) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"1 charge 2 10 caller=1", "#2 1 charge 2 10 from 1:10 = 90"},
      {"2 charge 3 1 caller=1 month=10",
       "refused spend_cap_exceeded period=month cap=10 spent=10 held=0 required=1 "
       "resets_at=2678400"},
  });
}

TEST(SpendCap, BeginsAnewAtMidnightAndWithTheMonth) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"86399 charge 2 5 caller=1 day=5 month=12", "#2 86399 charge 2 5 from 1:5 = 95"},
      {"86399 charge 3 5 caller=1 day=5 month=12",
       "refused spend_cap_exceeded period=day cap=5 spent=5 held=0 required=5 resets_at=86400"},
      {"86400 charge 3 5 caller=1 day=5 month=12", "#3 86400 charge 3 5 from 1:5 = 90"},
      {"172800 charge 4 5 caller=1 day=5 month=12",
       "refused spend_cap_exceeded period=month cap=12 spent=10 held=0 required=5 "
       "resets_at=2678400"},
      {"172800 charge 4 2 caller=1 day=5 month=12", "#4 172800 charge 4 2 from 1:2 = 88"},
      {"2678399 charge 5 1 caller=1 day=5 month=12",
       "refused spend_cap_exceeded period=month cap=12 spent=12 held=0 required=1 "
       "resets_at=2678400"},
      {"2678400 charge 5 5 caller=1 day=5 month=12", "#5 2678400 charge 5 5 from 1:5 = 83"},
  });
}

TEST(SpendCap, NamesTheOneThatBeginsAnewLast) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"0 charge 2 6 caller=1 day=5 month=5 total=5",
       "refused spend_cap_exceeded period=total cap=5 spent=0 held=0 required=6"},
      {"0 charge 2 6 caller=1 day=5 month=5 total=6",
       "refused spend_cap_exceeded period=month cap=5 spent=0 held=0 required=6 "
       "resets_at=2678400"},
  });
}

TEST(SpendCap, IsBeforeTheBalance) {
  expect_story({
      {"0 charge 1 6 caller=1 day=5",
       "refused spend_cap_exceeded period=day cap=5 spent=0 held=0 required=6 resets_at=86400"},
      {"0 charge 1 5 caller=1 day=5", "refused insufficient_credits required=5 available=0 held=0"},
  });
}

TEST(SpendCap, OpenHoldsCountOnEveryDay) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"86390 hold 2 8 ttl=60 caller=1 day=10", "#2 86390 hold 2 8 from 1:8 = 92 held 8"},
      {"86391 charge 3 3 caller=1 day=10",
       "refused spend_cap_exceeded period=day cap=10 spent=0 held=8 required=3 resets_at=86400"},
      {"86392 hold 3 3 caller=1 day=10",
       "refused spend_cap_exceeded period=day cap=10 spent=0 held=8 required=3 resets_at=86400"},
      {"86401 charge 3 3 caller=1 day=10",
       "refused spend_cap_exceeded period=day cap=10 spent=0 held=8 required=3 "
       "resets_at=172800"},
      {"86450 charge 3 3 caller=1 day=10",
       "#3 86450 release 2 8 to 1:8 = 100; #4 86450 charge 3 3 from 1:3 = 97"},
  });
}

TEST(SpendCap, ACaptureIsSpentOnItsOwnDay) {
  Story story;
  story.tell("0 grant 1 100");
  story.tell("86000 hold 2 8 ttl=3600 caller=1 day=10");
  story.tell("86001 capture 3 3 hold=2 final=no");
  story.tell("86401 capture 4 4 hold=2");
  const KeySpending spending = spending_after(story, 86401);
  EXPECT_EQ(spending.held, Credits());
  EXPECT_EQ(spending.day.to_string(), "4");
  EXPECT_EQ(spending.month.to_string(), "7");
  EXPECT_EQ(spending.total.to_string(), "7");
}

// The work is done: what it cost beyond the hold counts, and keeps the next charge off.
TEST(SpendCap, WhatACaptureTakesBeyondItsHoldCounts) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"0 hold 2 8 caller=1 day=10 over=up_to_available", "#2 0 hold 2 8 from 1:8 = 92 held 8"},
      {"1 capture 3 12 hold=2", "#3 1 capture 3 of 2 12 from 1:8 1:4 = 88"},
      {"2 charge 4 1 caller=1 day=10",
       "refused spend_cap_exceeded period=day cap=10 spent=12 held=0 required=1 "
       "resets_at=86400"},
  });
}

TEST(SpendCap, ReleasesAndRefundsGiveBack) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"0 hold 2 8 caller=1 day=10", "#2 0 hold 2 8 from 1:8 = 92 held 8"},
      {"1 capture 3 5 hold=2",
       "#3 1 capture 3 of 2 5 from 1:5 = 92 held 3 +; "
       "#4 1 release 2 3 to 1:3 = 95"},
      {"2 charge 4 6 caller=1 day=10",
       "refused spend_cap_exceeded period=day cap=10 spent=5 held=0 required=6 resets_at=86400"},
      {"2 refund 5 1 charge=3", "#5 2 refund 5 of 3 1 to 1:1 = 96"},
      {"2 charge 6 6 caller=1 day=10", "#6 2 charge 6 6 from 1:6 = 90"},
      {"2 hold 7 1 caller=1 total=11", "#7 2 hold 7 1 from 1:1 = 89 held 1"},
      {"2 release 8 hold=7", "#8 2 release 7 1 to 1:1 = 90"},
      {"2 charge 9 2 caller=1 total=11",
       "refused spend_cap_exceeded period=total cap=11 spent=10 held=0 required=2"},
      {"2 charge 9 1 caller=1 total=11", "#9 2 charge 9 1 from 1:1 = 89"},
  });
}

TEST(SpendCap, DebtIsSpentWhenItIsMade) {
  Story story;
  story.tell("0 limit 1 10");
  story.tell("0 charge 2 6 caller=1");
  story.tell("1 grant 3 20");
  EXPECT_EQ(spending_after(story, 1).total.to_string(), "6");
}

// Whoever asks for the rest, and whatever key was presented then.
TEST(CallerKey, StandsInEveryEntryThatItBegan) {
  Story story;
  story.tell("0 grant 1 100");
  story.tell("0 hold 2 8 caller=1");
  story.tell("1 extend 3 hold=2 caller=2");
  story.tell("1 capture 4 3 hold=2 caller=2");
  story.tell("2 refund 5 all charge=4");
  story.tell("3 charge 6 1");
  story.tell("3 refund 7 all charge=6 caller=1");
  std::vector<std::string> callers;
  for (const Entry& entry : story.entries()) {
    callers.push_back(std::string(to_string(entry.kind)) +
                      (entry.origin.caller_key == kCaller ? " of the caller" : ""));
  }
  EXPECT_EQ(callers,
            (std::vector<std::string>{"grant", "hold of the caller", "extend of the caller",
                                      "capture of the caller", "release of the caller",
                                      "refund of the caller", "charge", "refund"}));
}

// Whose spending is back to nothing is not kept.
TEST(Spending, OfNothingTakesNoRoom) {
  Story story;
  story.tell("0 grant 1 100");
  story.tell("0 charge 2 5 caller=1");
  story.tell("0 hold 3 5 caller=2");
  EXPECT_EQ(story.state().spending.size(), 2U);
  story.tell("1 refund 4 all charge=2");
  story.sweep(600);
  EXPECT_TRUE(story.state().spending.empty());
}

}  // namespace farthing::ledger::spend_cap_rules_test
