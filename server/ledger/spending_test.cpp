// SPDX-License-Identifier: Apache-2.0
#include "server/ledger/spending.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace farthing::ledger::spending_test {

Credits credits(std::int64_t amount) { return Credits::from_nano(amount); }
Instant at(const char* text) { return Instant::parse(text).value(); }

KeySpending spent(std::int64_t amount, const char* when) {
  KeySpending spending;
  add_spent(spending, credits(amount), at(when));
  return spending;
}

// Day, month and total.
std::vector<std::int64_t> sums_of(const KeySpending& spending) {
  return {spending.day.nano(), spending.month.nano(), spending.total.nano()};
}

using Sums = std::vector<std::int64_t>;

TEST(Spending, BeginsAnewWithTheDayAndTheMonthOfUtc) {
  struct Case {
    const char* spent_at;
    const char* seen_at;
    Sums sums;
  };
  for (const Case& each : {
           Case{"2026-11-23T00:00:00Z", "2026-11-23T23:59:59.999999Z", {5, 5, 5}},
           Case{"2026-11-23T23:59:59.999999Z", "2026-11-24T00:00:00Z", {0, 5, 5}},
           Case{"2026-11-30T12:00:00Z", "2026-12-01T00:00:00Z", {0, 0, 5}},
           Case{"2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", {0, 0, 5}},
           Case{"2026-11-23T00:00:00Z", "2027-11-23T00:00:00Z", {0, 0, 5}},
           Case{"2028-02-28T00:00:00Z", "2028-02-29T00:00:00Z", {0, 5, 5}},
           Case{"1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z", {0, 5, 5}},
       }) {
    EXPECT_EQ(sums_of(as_of(spent(5, each.spent_at), at(each.seen_at))), each.sums)
        << each.spent_at << " seen at " << each.seen_at;
  }
}

TEST(Spending, RefundsGiveBackWhatWasSpentInTheSamePeriod) {
  struct Case {
    const char* spent_at;
    const char* refunded_at;
    Sums sums;
  };
  for (const Case& each : {
           Case{"2026-11-23T00:00:00Z", "2026-11-23T23:59:59Z", {8, 8, 8}},
           Case{"2026-11-22T23:59:59Z", "2026-11-23T00:00:00Z", {10, 8, 8}},
           Case{"2026-10-31T23:59:59Z", "2026-11-23T00:00:00Z", {10, 10, 8}},
       }) {
    KeySpending spending = spent(10, each.refunded_at);
    take_back_spent(spending, credits(2), at(each.spent_at), at(each.refunded_at));
    EXPECT_EQ(sums_of(spending), each.sums) << each.spent_at;
  }
}

TEST(Spending, SumsEndAtZeroAndAtTheLargestAmount) {
  KeySpending spending = spent(Credits::max().nano(), "2026-11-23T00:00:00Z");
  add_spent(spending, credits(5), at("2026-11-23T00:00:01Z"));
  EXPECT_EQ(spending.total, Credits::max());
  KeySpending little = spent(5, "2026-11-23T00:00:00Z");
  take_back_spent(little, credits(5), at("2026-11-23T00:00:00Z"), at("2026-11-23T00:00:01Z"));
  EXPECT_EQ(sums_of(little), (Sums{0, 0, 0}));
  EXPECT_TRUE(little.is_empty());
  // Of a part they end as far below zero; all of it is never below.
  take_back_spent(little, Credits::max(), at("2026-11-22T00:00:00Z"), at("2026-11-23T00:00:02Z"));
  take_back_spent(little, Credits::max(), at("2026-11-22T00:00:00Z"), at("2026-11-23T00:00:03Z"));
  EXPECT_EQ(sums_of(little), (Sums{0, -Credits::max().nano(), -Credits::max().nano()}));
  EXPECT_EQ(sums_of(add_up(spent(7, "2026-11-22T00:00:00Z"), little)), (Sums{0, 0, 0}));
  EXPECT_EQ(sums_of(add_up(spending, spending)), (Sums(3, Credits::max().nano())));
}

// What was spent before some midnight and after it.
TEST(Spending, OfBothPartsIsWhatWasSpentInAll) {
  struct Case {
    const char* before_at;
    const char* since_at;
    Sums sums;
  };
  for (const Case& each : {
           Case{"2026-11-22T23:00:00Z", "2026-11-23T00:00:00Z", {5, 12, 12}},
           Case{"2026-10-31T23:00:00Z", "2026-11-23T00:00:00Z", {5, 5, 12}},
           Case{"2026-11-23T00:00:00Z", "2026-11-23T23:00:00Z", {12, 12, 12}},
           // Nothing since, which is of no day.
           Case{"2026-11-22T23:00:00Z", nullptr, {7, 7, 7}},
       }) {
    KeySpending since = each.since_at == nullptr ? KeySpending() : spent(5, each.since_at);
    since.held = credits(3);
    const KeySpending all = add_up(spent(7, each.before_at), since);
    EXPECT_EQ(sums_of(all), each.sums) << each.before_at;
    EXPECT_EQ(all.held, credits(3));
  }
}

TEST(Spending, HeldCountsUnderEveryCap) {
  KeySpending spending = spent(5, "2026-11-23T00:00:00Z");
  spending.held = credits(3);
  for (const CapPeriod period : kCapPeriods) {
    EXPECT_EQ(left_under(credits(10), period, spending), credits(2)) << to_string(period);
    EXPECT_EQ(left_under(credits(8), period, spending), credits(0)) << to_string(period);
    EXPECT_EQ(left_under(credits(1), period, spending), credits(0)) << to_string(period);
  }
  const KeySpending tomorrow = as_of(spending, at("2026-11-24T00:00:00Z"));
  EXPECT_EQ(left_under(credits(10), CapPeriod::day, tomorrow), credits(7));
  spending.held = Credits::max();
  EXPECT_EQ(left_under(Credits::max(), CapPeriod::day, spending), credits(0));
}

TEST(Spending, PeriodsEndAtMidnightUtc) {
  const Instant now = at("2028-02-29T23:59:59.999999Z");
  EXPECT_EQ(end_of_period(CapPeriod::day, now), at("2028-03-01T00:00:00Z"));
  EXPECT_EQ(end_of_period(CapPeriod::month, now), at("2028-03-01T00:00:00Z"));
  EXPECT_EQ(end_of_period(CapPeriod::total, now), std::nullopt);
  EXPECT_EQ(end_of_period(CapPeriod::month, at("2026-12-01T00:00:00Z")),
            at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(end_of_period(CapPeriod::day, at("2026-12-31T00:00:00Z")), at("2027-01-01T00:00:00Z"));
}

}  // namespace farthing::ledger::spending_test
