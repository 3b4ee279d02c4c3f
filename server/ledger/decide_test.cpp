// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/decide.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/model/expect_story.hpp"

namespace farthing::ledger::decide_test {

using model::expect_story;
using model::Story;

TEST(Grant, IsSpendableFromItsEffectiveInstantOn) {
  expect_story({
      {"100 grant 1 5", "#1 100 grant 1 5 = 5"},
      {"100 grant 2 5 effective=0", "#2 100 grant 2 5 = 10"},
      {"100 grant 3 5 effective=101", "#3 100 grant 3 5 = 10"},
      {"100 charge 4 11",
       "refused insufficient_credits required=11 available=10 held=0 next_grant_at=101"},
      {"101 charge 4 11", "#4 101 activate 3 5 = 15; #5 101 charge 4 11 from 1:5 2:5 3:1 = 4"},
  });
}

TEST(Grant, InThePastIsEffectiveNow) {
  Story story;
  story.tell("100 grant 1 5 effective=-500 expires=200");
  EXPECT_EQ(story.entries().front().terms->effective_at, model::second(100));
  EXPECT_EQ(story.entries().front().terms->expires_at, model::second(200));
  EXPECT_EQ(story.state().spendable.front().terms.effective_at, model::second(100));
}

TEST(Grant, KeepsItsTerms) {
  Command command = Story().read("0 grant 1 5 priority=-7 effective=3 expires=4");
  std::get<CreateGrant>(command.action).terms.category = GrantCategory::promotional;
  OrganizationState state{.organization = command.organization};
  Booked booked;
  ASSERT_TRUE(decide(state, std::move(command), {}, booked));
  const GrantTerms& terms = booked.entries().back().terms.value();
  EXPECT_EQ(terms.amount.to_string(), "5");
  EXPECT_EQ(terms.priority, -7);
  EXPECT_EQ(terms.effective_at, model::second(3));
  EXPECT_EQ(terms.expires_at, model::second(4));
  EXPECT_EQ(terms.category, GrantCategory::promotional);
}

TEST(Grant, MustEndAfterItBegins) {
  const std::string refusal = "refused bad_request field=expires_at";
  expect_story({
      {"10 grant 1 5 expires=9", refusal},
      {"10 grant 1 5 expires=10", refusal},
      {"10 grant 1 5 effective=0 expires=5", refusal},
      {"10 grant 1 5 effective=20 expires=15", refusal},
      {"10 grant 1 5 effective=20 expires=20", refusal},
      {"10 grant 1 5 effective=20 expires=21", "#1 10 grant 1 5 = 0"},
      {"10 grant 2 5 expires=11", "#2 10 grant 2 5 = 5"},
  });
}

TEST(Expiry, EndsAGrantAtItsInstant) {
  expect_story({
      {"0 grant 1 5 expires=10", "#1 0 grant 1 5 = 5"},
      {"9 charge 2 1", "#2 9 charge 2 1 from 1:1 = 4"},
      {"10 charge 3 1",
       "#3 10 expire 1 4 = 0; refused insufficient_credits required=1 available=0 held=0"},
  });
}

TEST(Expiry, HasNothingToSayAboutWhatIsSpent) {
  expect_story({
      {"0 grant 1 5 expires=10", "#1 0 grant 1 5 = 5"},
      {"0 grant 2 5 expires=20", "#2 0 grant 2 5 = 10"},
      {"5 charge 3 5", "#3 5 charge 3 5 from 1:5 = 5"},
      {"10 charge 4 1", "#4 10 charge 4 1 from 2:1 = 4"},
      {"30 grant 5 1", "#5 20 expire 2 4 = 0; #6 30 grant 5 1 = 1"},
  });
}

struct BurnCase {
  std::string name;
  std::string first;      // the terms of grant 1
  std::string second;     // the terms of grant 2
  std::string paid;       // what a charge of 6 takes of grants of 5
  bool is_by_id = false;  // what came first pays first
};

TEST(BurnOrder, IsPriorityThenExpiryThenEffectiveThenId) {
  const std::vector<BurnCase> cases = {
      {"all alike: by id", "", "", "1:5 2:1", true},
      {"lower priority first", "", " priority=99", "2:5 1:1"},
      {"100 is the default", " priority=100", "", "1:5 2:1", true},
      {"higher priority last", " priority=101", "", "2:5 1:1"},
      {"below zero is lower", " priority=0", " priority=-1", "2:5 1:1"},
      {"least and most", " priority=2147483647", " priority=-2147483648", "2:5 1:1"},
      {"what ends first", " expires=30", " expires=20", "2:5 1:1"},
      {"never is last", "", " expires=1000000000", "2:5 1:1"},
      {"never is last, the other way round", " expires=1000000000", "", "1:5 2:1"},
      {"earlier effective first", " effective=2", " effective=1", "2:5 1:1"},
      {"in the past counts as now", " effective=1", " effective=-9", "2:5 1:1"},
      {"priority before expiry", " priority=1", " expires=20", "1:5 2:1"},
      {"expiry before effective", " effective=1 expires=30", " effective=2 expires=20", "2:5 1:1"},
      {"effective before id", " effective=2 expires=30", " effective=1 expires=30", "2:5 1:1"},
      {"same terms: by id", " priority=3 effective=1 expires=30",
       " priority=3 effective=1 expires=30", "1:5 2:1", true},
  };
  for (const BurnCase& each : cases) {
    // In either order of arrival.
    for (const bool is_reversed : {false, true}) {
      Story story;
      const std::string first = "0 grant 1 5" + each.first;
      const std::string second = "0 grant 2 5" + each.second;
      story.tell(is_reversed ? second : first);
      story.tell(is_reversed ? first : second);
      story.sweep(10);
      const std::string told = story.tell("10 charge 3 6");
      const std::string paid = each.is_by_id && is_reversed ? "2:5 1:1" : each.paid;
      EXPECT_NE(told.find(" 10 charge 3 6 from " + paid + " = 4"), std::string::npos)
          << each.name << ": " << told;
    }
  }
}

TEST(Charge, SpansLotsDownToTheLastFarthing) {
  expect_story({
      {"0 grant 1 0.000000001", "#1 0 grant 1 0.000000001 = 0.000000001"},
      {"0 grant 2 2.5", "#2 0 grant 2 2.5 = 2.500000001"},
      {"0 grant 3 1", "#3 0 grant 3 1 = 3.500000001"},
      {"1 charge 4 3", "#4 1 charge 4 3 from 1:0.000000001 2:2.5 3:0.499999999 = 0.500000001"},
      {"1 charge 5 0.500000002",
       "refused insufficient_credits required=0.500000002 available=0.500000001 held=0"},
      {"1 charge 5 0.500000001", "#5 1 charge 5 0.500000001 from 3:0.500000001 = 0"},
      {"1 charge 6 0.000000001",
       "refused insufficient_credits required=0.000000001 available=0 held=0"},
  });
}

TEST(Charge, TakesExactlyALotWithoutTouchingTheNext) {
  expect_story({
      {"0 grant 1 5", "#1 0 grant 1 5 = 5"},
      {"0 grant 2 5", "#2 0 grant 2 5 = 10"},
      {"0 charge 3 5", "#3 0 charge 3 5 from 1:5 = 5"},
      {"0 charge 4 1", "#4 0 charge 4 1 from 2:1 = 4"},
  });
}

TEST(Charge, WithoutAGrantIsRefused) {
  expect_story({{"0 charge 1 1", "refused insufficient_credits required=1 available=0 held=0"}});
}

TEST(Charge, RefusedForLackOfCreditsNamesTheFirstGrantToCome) {
  expect_story({
      {"0 grant 1 5 effective=30", "#1 0 grant 1 5 = 0"},
      {"0 grant 2 5 effective=20", "#2 0 grant 2 5 = 0"},
      {"0 charge 3 1",
       "refused insufficient_credits required=1 available=0 held=0 next_grant_at=20"},
      {"20 charge 3 6",
       "#3 20 activate 2 5 = 5; refused insufficient_credits required=6 available=5 held=0 "
       "next_grant_at=30"},
  });
}

TEST(Charge, RefusedSaysWhatHappenedInWords) {
  Story story;
  story.tell("0 grant 1 2.5");
  OrganizationState state = story.state();
  Booked booked;
  const auto decided = decide(state, story.read("0 charge 2 3"), {}, booked);
  ASSERT_FALSE(decided);
  EXPECT_NE(decided.error().message.find("2.5"), std::string::npos);
  EXPECT_NE(decided.error().message.find('3'), std::string::npos);
}

TEST(DueEvents, AreBookedByInstantThenKindThenId) {
  expect_story({
      {"0 grant 1 1 expires=10 priority=9", "#1 0 grant 1 1 = 1"},
      {"0 grant 2 1 expires=10", "#2 0 grant 2 1 = 2"},
      {"0 grant 3 1 expires=5", "#3 0 grant 3 1 = 3"},
      {"0 grant 4 1 effective=10", "#4 0 grant 4 1 = 3"},
      {"0 grant 5 1 effective=10 priority=9", "#5 0 grant 5 1 = 3"},
      {"0 grant 6 1 effective=7 expires=10", "#6 0 grant 6 1 = 3"},
      {"20 grant 7 1",
       "#7 5 expire 3 1 = 2; #8 7 activate 6 1 = 3; #9 10 activate 4 1 = 4; #10 10 activate 5 1 = "
       "5; "
       "#11 10 expire 1 1 = 4; #12 10 expire 2 1 = 3; #13 10 expire 6 1 = 2; #14 20 grant 7 1 = 3"},
  });
}

TEST(DueEvents, OfOneGrantFollowEachOther) {
  expect_story({
      {"0 grant 1 1 effective=5 expires=6", "#1 0 grant 1 1 = 0"},
      {"9 charge 2 1",
       "#2 5 activate 1 1 = 1; #3 6 expire 1 1 = 0; refused insufficient_credits required=1 "
       "available=0 held=0"},
  });
}

TEST(DueEvents, AreBookedOnceOnly) {
  Story story;
  story.tell("0 grant 1 1 effective=5 expires=6");
  EXPECT_EQ(story.sweep(4), "");
  EXPECT_EQ(story.sweep(5), "#2 5 activate 1 1 = 1");
  EXPECT_EQ(story.sweep(5), "");
  EXPECT_EQ(story.sweep(100), "#3 6 expire 1 1 = 0");
  EXPECT_EQ(story.sweep(100), "");
  EXPECT_EQ(story.state().next_due_at, std::nullopt);
}

TEST(DueEvents, LeaveNoTraceOfWhenTheyWereBooked) {
  const std::vector<std::string> commands = {
      "0 grant 1 5 expires=10", "0 grant 2 5 effective=3 expires=30",
      "2 charge 3 4",           "15 charge 4 90",
      "15 charge 5 1",          "40 grant 6 1",
  };
  Story swept;
  Story unswept;
  std::int64_t at_second = 0;
  for (const std::string& command : commands) {
    const std::int64_t next_second = std::stoll(command);
    for (; at_second <= next_second; ++at_second) swept.sweep(at_second);
    swept.tell(command);
    unswept.tell(command);
  }
  ASSERT_EQ(swept.entries().size(), unswept.entries().size());
  EXPECT_EQ(swept.state().last_hash, unswept.state().last_hash);
  for (std::size_t i = 0; i < swept.entries().size(); ++i) {
    EXPECT_EQ(swept.describe(swept.entries()[i]), unswept.describe(unswept.entries()[i]));
    EXPECT_EQ(swept.entries()[i].hash, unswept.entries()[i].hash);
  }
}

TEST(DueEvents, NameNobody) {
  Story story;
  story.tell("0 grant 1 5 effective=5");
  story.tell("9 charge 2 1");
  const Entry& activate = story.entries()[1];
  ASSERT_EQ(activate.kind, EntryKind::activate);
  EXPECT_FALSE(activate.origin.api_key);
  EXPECT_TRUE(activate.origin.idempotency_key.empty());
  EXPECT_EQ(story.entries()[2].origin.idempotency_key, "charge 2");
}

TEST(BalanceAt, CountsWhatIsDueByThen) {
  Story story;
  story.tell("0 grant 1 5 expires=10");
  story.tell("0 grant 2 3 effective=10 expires=20");
  story.tell("0 grant 3 1 effective=15");
  struct At {
    std::int64_t second;
    std::string available;
  };
  const std::vector<At> cases = {{0, "5"},  {9, "5"},  {10, "3"}, {14, "3"},
                                 {15, "4"}, {19, "4"}, {20, "1"}, {1'000'000, "1"}};
  for (const At& each : cases) {
    const Balance balance = balance_at(story.state(), model::second(each.second));
    EXPECT_EQ(balance.available.to_string(), each.available) << each.second;
    EXPECT_TRUE(balance.held.is_zero());
  }
  EXPECT_EQ(story.entries().size(), 3U);
}

TEST(Limits, TenThousandLiveGrants) {
  Story story;
  for (std::size_t i = 1; i <= kMaxLiveLots; ++i) {
    // The last of them are still to come: they count as well.
    const std::string terms = i <= kMaxLiveLots - 10 ? "" : " effective=50";
    ASSERT_EQ(story.tell("0 grant " + std::to_string(i) + " 1" + terms).find("refused"),
              std::string::npos);
  }
  EXPECT_EQ(story.tell("0 grant 20000 1"), "refused too_many_grants");
  EXPECT_EQ(story.tell("0 grant 20000 1 effective=9"), "refused too_many_grants");
  story.tell("1 charge 30000 0.5");
  EXPECT_EQ(story.tell("1 grant 20000 1"), "refused too_many_grants");
  story.tell("1 charge 30001 0.5");
  EXPECT_EQ(story.tell("1 grant 20000 1"), "#10003 1 grant 20000 1 = 9990");
  EXPECT_EQ(story.tell("1 grant 20001 1"), "refused too_many_grants");
}

TEST(Limits, SumsThatDoNotFitAreRefused) {
  expect_story({
      {"0 grant 1 9223372036.854775806",
       "#1 0 grant 1 9223372036.854775806 = 9223372036.854775806"},
      {"0 grant 2 0.000000002", "refused amount_overflow"},
      {"0 grant 2 9223372036.854775807", "refused amount_overflow"},
      {"0 grant 2 0.000000001", "#2 0 grant 2 0.000000001 = 9223372036.854775807"},
      {"0 grant 3 0.000000001", "refused amount_overflow"},
      {"1 charge 4 9223372036.854775807",
       "#3 1 charge 4 9223372036.854775807 from 1:9223372036.854775806 2:0.000000001 = 0"},
      {"1 grant 5 9223372036.854775807",
       "#4 1 grant 5 9223372036.854775807 = 9223372036.854775807"},
  });
}

// Otherwise the sum would not fit on the day when it becomes spendable.
TEST(Limits, GrantsToComeCountForTheSum) {
  expect_story({
      {"0 grant 1 9000000000 effective=10", "#1 0 grant 1 9000000000 = 0"},
      {"0 grant 2 300000000", "refused amount_overflow"},
      {"0 grant 2 300000000 expires=5", "refused amount_overflow"},
      {"0 grant 2 200000000", "#2 0 grant 2 200000000 = 200000000"},
  });
}

TEST(Limits, WhatIsSpentOrEndedCountsNoMore) {
  expect_story({
      {"0 grant 1 9000000000 expires=10", "#1 0 grant 1 9000000000 = 9000000000"},
      {"9 grant 2 9000000000", "refused amount_overflow"},
      {"10 grant 2 9000000000",
       "#2 10 expire 1 9000000000 = 0; #3 10 grant 2 9000000000 = 9000000000"},
  });
}

TEST(Replay, OfTheSameRequestHasItsOutcomeAgain) {
  Entry first;
  first.origin.fingerprint = {1, 2, 3};
  EXPECT_TRUE(check_replay(first, first.origin));
}

// A request as it was sent first, and what must or must not count as its repetition.
TEST(Replay, ComparesErasableTextsAsLongAsTheyAreThere) {
  Origin origin;
  origin.fingerprint = {1};
  origin.erasable = {.metadata = R"({"a":1})", .reason = "r", .payment_reference = "p"};
  Origin other_metadata = origin;
  other_metadata.erasable.metadata = R"({"a":2})";
  Origin other_reason = origin;
  other_reason.erasable.reason = "s";
  Origin other_reference = origin;
  other_reference.erasable.payment_reference.clear();
  Origin other_salt = origin;
  other_salt.erasable.salt = {7};
  Origin none = origin;
  none.erasable = {};
  Entry first;
  first.origin = origin;
  EXPECT_TRUE(check_replay(first, origin));
  EXPECT_TRUE(check_replay(first, other_salt));
  for (const Origin& other : {other_metadata, other_reason, other_reference, none}) {
    EXPECT_FALSE(check_replay(first, other));
  }
  Entry erased = first;
  erased.origin.erasable = {.erased = digest_of(origin.erasable, first.version)};
  for (const Origin& again : {origin, other_metadata, other_reason, other_reference, none}) {
    EXPECT_TRUE(check_replay(erased, again));
  }
  Entry without = first;
  without.origin.erasable = {};
  EXPECT_FALSE(check_replay(without, origin));
  EXPECT_TRUE(check_replay(without, none));
}

TEST(Replay, OfARequestToAnEarlierServerCountsTheMetadata) {
  Entry first;
  first.version = 1;
  first.origin.fingerprint = {1, 2, 3};
  Origin again;
  again.fingerprint = {4, 5, 6};
  again.fingerprint_with_texts = Fingerprint{1, 2, 3};
  EXPECT_TRUE(check_replay(first, again));
  again.fingerprint_with_texts = Fingerprint{1, 2, 4};
  EXPECT_FALSE(check_replay(first, again));
  // A request without metadata has one fingerprint.
  again.fingerprint_with_texts.reset();
  EXPECT_FALSE(check_replay(first, again));
  again.fingerprint = {1, 2, 3};
  EXPECT_TRUE(check_replay(first, again));
}

TEST(Replay, OfADifferentRequestIsRefused) {
  const Entry first;
  for (std::size_t i = 0; i < first.origin.fingerprint.size(); ++i) {
    Origin other = first.origin;
    other.fingerprint[i] = 1;
    const auto checked = check_replay(first, other);
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, ErrorCode::idempotency_key_reused);
  }
}

using DecideDeathTest = testing::Test;

// Whoever calls the rules must have booked it, because records are looked up after it.
TEST(DecideDeathTest, NeverPassesOverWhatIsDue) {
  Story story;
  story.tell("0 grant 1 5 expires=10");
  OrganizationState state = story.state();
  Booked booked;
  EXPECT_DEATH((void)decide(state, story.read("10 charge 2 1"), {}, booked), "next_due_at");
}

// Whoever calls the rules must have checked this; a wrong amount must not reach the disk.
TEST(DecideDeathTest, NeverBooksWhatIsNotPositive) {
  for (const std::string command :
       {"0 charge 1 0", "0 charge 1 -1", "0 grant 1 0", "0 grant 1 -1"}) {
    EXPECT_DEATH(Story().tell(command), "is_positive") << command;
  }
}

TEST(DecideDeathTest, NeverGoesBackInTime) {
  Story story;
  story.tell("5 grant 1 5");
  EXPECT_DEATH(story.tell("4 charge 2 1"), "last_at");
}

TEST(CallerKey, ThatIsInvalidBooksNothing) {
  Story story;
  story.tell("100 grant 1 5");
  OrganizationState state = story.state();
  Command command = story.read("101 charge 2 1");
  command.has_invalid_caller_key = true;
  Booked booked;
  const auto decided = decide(state, std::move(command), {}, booked);
  ASSERT_FALSE(decided);
  EXPECT_EQ(decided.error().code, ErrorCode::caller_key_invalid);
  EXPECT_EQ(decided.error().field, "api_key");
  EXPECT_EQ(booked.size(), 0U);
  EXPECT_EQ(state.last_seq, story.state().last_seq);
}

}  // namespace farthing::ledger::decide_test
