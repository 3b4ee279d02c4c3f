// SPDX-License-Identifier: Apache-2.0
// What callers' keys have spent, over days: what stands in the state, what in the records, and that
// caps count both. The story begins with the year; a day has 86 400 seconds, January 2 678 400.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/ledger/apply.hpp"
#include "server/ledger/decide.hpp"
#include "tests/model/earlier_state.hpp"
#include "tests/model/expect_story.hpp"

namespace farthing::ledger::spending_days_test {

using model::expect_story;
using model::Story;

constexpr std::int64_t kDay = 86'400;

std::string show(const KeySpending& spending) {
  return spending.total.to_string() + " " + spending.month.to_string() + " " +
         spending.day.to_string() + " held " + spending.held.to_string();
}

// In all, in the month, on the day, and held: what the state says of the key with that number.
std::string in_state(const Story& story, std::uint32_t key) {
  const auto found = story.state().spending.find(model::id(key));
  return found == story.state().spending.end() ? "nothing" : show(found->second);
}
// The same of its record.
std::string in_record(const Story& story, std::uint32_t key) {
  const SpendingRecord* record = story.records().find_spending({model::id(key)});
  return record == nullptr ? "nothing" : show(record->spent);
}

struct Step {
  std::string command;  // of what the story tells, or "sweep" and a second
  std::string in_state;
  std::string in_record;
};

// Tells all of them and looks at key 1 after each.
void expect_steps(const std::vector<Step>& steps) {
  Story story;
  for (const Step& step : steps) {
    if (step.command.starts_with("sweep ")) {
      story.sweep(std::stoll(step.command.substr(6)));
    } else {
      story.tell(step.command);
    }
    EXPECT_EQ(in_state(story, 1), step.in_state) << step.command;
    EXPECT_EQ(in_record(story, 1), step.in_record) << step.command;
  }
}

TEST(SpendingDays, WhatWasSpentLeavesTheStateWithTheFirstEntryOfTheNextDay) {
  expect_steps({
      {"0 grant 1 100", "nothing", "nothing"},
      {"10 charge 2 5 caller=1", "5 5 5 held 0", "nothing"},
      {"86399 charge 3 2 caller=1", "7 7 7 held 0", "nothing"},
      // Somebody else's, of no key.
      {"86400 charge 4 1", "nothing", "7 7 0 held 0"},
      {"86401 charge 5 1 caller=1", "1 1 1 held 0", "7 7 0 held 0"},
      // Days without entries make no difference.
      {"604800 charge 6 3 caller=1", "3 3 3 held 0", "8 8 0 held 0"},
      {"2678400 charge 7 4 caller=1", "4 4 4 held 0", "11 11 0 held 0"},
      {"2764800 limit 8 1", "nothing", "15 4 0 held 0"},
  });
}

TEST(SpendingDays, AnEntryThatFallsDueIsAFirstEntryToo) {
  expect_steps({
      {"0 grant 1 100 expires=90000", "nothing", "nothing"},
      {"10 charge 2 5 caller=1", "5 5 5 held 0", "nothing"},
      {"sweep 89999", "5 5 5 held 0", "nothing"},
      {"sweep 90000", "nothing", "5 5 0 held 0"},
  });
}

TEST(SpendingDays, WhatIsHeldStaysUntilTheHoldEnds) {
  expect_steps({
      {"0 grant 1 100", "nothing", "nothing"},
      {"86000 charge 2 5 caller=1", "5 5 5 held 0", "nothing"},
      {"86001 hold 3 8 ttl=3600 caller=1", "5 5 5 held 8", "nothing"},
      {"86400 charge 4 1", "0 0 0 held 8", "5 5 0 held 0"},
      {"86500 capture 5 2 hold=3 final=no", "2 2 2 held 6", "5 5 0 held 0"},
      {"sweep 89601", "2 2 2 held 0", "5 5 0 held 0"},
      {"172800 charge 6 1", "nothing", "7 7 0 held 0"},
  });
}

// Its key has spent nothing on the day, so it is gone with the hold.
TEST(SpendingDays, AHoldThatEndsOnAnotherDayLeavesNothing) {
  expect_steps({
      {"0 grant 1 100", "nothing", "nothing"},
      {"86000 charge 2 5 caller=1", "5 5 5 held 0", "nothing"},
      {"86001 hold 3 8 ttl=86400 caller=1", "5 5 5 held 8", "nothing"},
      {"sweep 172401", "nothing", "5 5 0 held 0"},
  });
}

TEST(SpendingDays, ARefundGivesBackToTheDayOnWhichItIsMade) {
  expect_steps({
      {"0 grant 1 100", "nothing", "nothing"},
      {"10 charge 2 5 caller=1", "5 5 5 held 0", "nothing"},
      {"86400 refund 3 2 charge=2", "-2 -2 0 held 0", "5 5 0 held 0"},
      {"86401 charge 4 3 caller=1", "1 1 3 held 0", "5 5 0 held 0"},
      {"172800 charge 5 1", "nothing", "6 6 0 held 0"},
      // What was charged last month counts in all only.
      {"2678400 refund 6 all charge=4", "-3 0 0 held 0", "6 6 0 held 0"},
      {"2764800 charge 7 1", "nothing", "3 0 0 held 0"},
      // Back to nothing, and nothing comes of what was given back on the same day.
      {"2764801 refund 8 all charge=2", "-3 0 0 held 0", "3 0 0 held 0"},
      {"2764802 charge 9 4 caller=1", "1 4 4 held 0", "3 0 0 held 0"},
      {"2764803 refund 10 all charge=9", "-3 0 0 held 0", "3 0 0 held 0"},
      {"2851200 charge 11 1", "nothing", "0 0 0 held 0"},
  });
}

TEST(SpendingDays, CapsCountBothParts) {
  expect_story({
      {"0 grant 1 100", "#1 0 grant 1 100 = 100"},
      {"10 charge 2 5 caller=1 month=9 total=12", "#2 10 charge 2 5 from 1:5 = 95"},
      {"86400 charge 3 1", "#3 86400 charge 3 1 from 1:1 = 94"},
      {"86401 charge 4 5 caller=1 month=9 total=12",
       "refused spend_cap_exceeded period=month cap=9 spent=5 held=0 required=5 resets_at=2678400"},
      {"86401 charge 4 4 caller=1 day=4 month=9 total=12", "#4 86401 charge 4 4 from 1:4 = 90"},
      {"172800 refund 5 2 charge=2", "#5 172800 refund 5 of 2 2 to 1:2 = 92"},
      {"172801 hold 6 3 caller=1 month=9",
       "refused spend_cap_exceeded period=month cap=9 spent=7 held=0 required=3 resets_at=2678400"},
      {"172801 hold 6 2 ttl=3600 caller=1 month=9", "#6 172801 hold 6 2 from 1:2 = 90 held 2"},
      {"2678400 charge 7 6 caller=1 month=9 total=12",
       "#7 176401 release 6 2 to 1:2 = 92; "
       "refused spend_cap_exceeded period=total cap=12 spent=7 held=0 required=6"},
      {"2678400 charge 7 5 caller=1 month=9 total=12", "#8 2678400 charge 7 5 from 1:5 = 87"},
  });
}

// A state of an earlier version has what was spent on all days.
TEST(SpendingDays, AStateOfTheVersionBeforeGivesAwayAllDaysWithTheNextOne) {
  Story story;
  story.tell("0 grant 1 100");
  story.tell("10 charge 2 5 caller=1");
  story.tell("86000 hold 3 8 ttl=86400 caller=2");
  OrganizationState before = story.state();
  before.spending[model::id(1)].day_number -= 40;
  const std::string stored = model::encode_as_version_2(before);
  OrganizationState state = decode_state(stored).value();

  // On the same day it counts on.
  story.tell("86001 charge 4 2 caller=1");
  EXPECT_TRUE(apply(state, story.entries()[3]).empty());
  EXPECT_EQ(show(state.spending.at(model::id(1))), "7 2 2 held 0");
  story.tell("86400 charge 5 1");
  const auto past = apply(state, story.entries()[4]);
  ASSERT_EQ(past.size(), 1U);
  EXPECT_EQ(past.front().caller_key.value, model::id(1));
  EXPECT_EQ(past.front().seq, 5U);
  EXPECT_EQ(show(past.front().spent), "7 2 2 held 0");
  ASSERT_EQ(state.spending.size(), 1U);
  EXPECT_EQ(show(state.spending.at(model::id(2))), "0 0 0 held 8");
}

// However many keys have spent before.
TEST(SpendingDays, TheStateHasNoRoomForKeysOfYesterday) {
  constexpr int kKeys = 3'000;
  Story story;
  story.tell("0 grant 1 100000");
  const auto size_of_state = [&story] {
    std::string bytes;
    append_encoded(story.state(), bytes);
    return bytes.size();
  };
  for (int i = 0; i < kKeys; ++i) {
    const std::string number = std::to_string(i + 2);
    story.tell("1 charge " + number + " 1.000000001 caller=" + number);
  }
  EXPECT_GT(size_of_state(), std::size_t{50'000});
  story.tell("86400 charge 9000 1 caller=2 total=3");
  EXPECT_LT(size_of_state(), std::size_t{300});
  EXPECT_EQ(in_record(story, 2), "1.000000001 1.000000001 0 held 0");
  EXPECT_EQ(in_record(story, kKeys + 1), "1.000000001 1.000000001 0 held 0");
  EXPECT_NE(story.tell("86400 charge 9001 1 caller=2 total=3").find("spent=2.000000001"),
            std::string::npos);
}

// A read counts what is due, without booking it.
TEST(SpendingDays, OfTheFutureIsWhatItWillBe) {
  Story story;
  story.tell("0 grant 1 100 expires=90000");
  story.tell("10 charge 2 5 caller=1");
  story.tell("20 hold 3 8 ttl=86400 caller=1");
  const auto at = [&story](std::int64_t second) {
    const SpendingRecord* record = story.records().find_spending({model::id(1)});
    return show(spending_of(story.state(), record == nullptr ? SpendingRecord() : *record,
                            {model::id(1)}, model::second(second)));
  };
  for (const bool is_swept : {false, true}) {
    EXPECT_EQ(at(kDay + 19), "5 5 0 held 8");
    EXPECT_EQ(at(kDay + 20), "5 5 0 held 0");
    EXPECT_EQ(at(31 * kDay), "5 0 0 held 0");
    if (!is_swept) {
      EXPECT_EQ(at(20), "5 5 5 held 8");
      story.sweep(kDay + 10);
    }
  }
}

}  // namespace farthing::ledger::spending_days_test
