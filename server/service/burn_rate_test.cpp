// SPDX-License-Identifier: Apache-2.0
#include "server/service/burn_rate.hpp"

#include <gtest/gtest.h>

#include <string>

#include "server/ledger/entry_id.hpp"

namespace farthing::service::burn_rate_test {

using ledger::Entry;
using ledger::EntryKind;
using std::chrono::hours;
using std::chrono::seconds;

const Instant kNow = Instant::from_us(1'800'000'000'000'000);

Credits credits(std::int64_t whole) { return Credits::from_nano(whole * Credits::kNanoPerCredit); }

Entry entry(std::uint64_t seq, EntryKind kind, Credits amount, seconds ago) {
  Entry made;
  made.seq = seq;
  made.kind = kind;
  made.amount = amount;
  made.at = kNow.plus(-ago);
  return made;
}

TEST(BurnRate, WithoutChargesThereIsNoneAndNoEnd) {
  const BurnRate rate =
      make_burn_rate({entry(1, EntryKind::grant, credits(5), hours(1))}, credits(5), kNow);
  EXPECT_TRUE(rate.per_day.is_zero());
  EXPECT_FALSE(rate.runway);
  EXPECT_FALSE(make_burn_rate({}, credits(5), kNow).runway);
}

TEST(BurnRate, CountsChargesAndCapturesOverSevenDays) {
  const BurnRate rate = make_burn_rate({entry(7, EntryKind::charge, credits(4), hours(60)),
                                        entry(8, EntryKind::hold, credits(50), hours(50)),
                                        entry(9, EntryKind::capture, credits(10), hours(40))},
                                       credits(6), kNow);
  EXPECT_EQ(rate.per_day, credits(2));
  EXPECT_EQ(rate.runway, seconds(hours(72)));
}

Entry refund(std::uint64_t seq, std::uint64_t charge, Credits amount) {
  Entry made = entry(seq, EntryKind::refund, amount, hours(1));
  made.parent = ledger::make_entry_id(kNow.plus(-hours(2)), charge);
  return made;
}

TEST(BurnRate, LeavesOutWhatWasRefundedOfItsCharges) {
  struct Case {
    std::string name;
    std::vector<Entry> refunds;
    Credits per_day;
  };
  // 14 in a charge and 28 in a capture, over seven days.
  for (const Case& each :
       {Case{"none", {}, credits(6)},
        Case{"a part of the charge", {refund(22, 20, credits(7))}, credits(5)},
        Case{"all of the charge", {refund(22, 20, credits(14))}, credits(4)},
        Case{"a part of the capture", {refund(22, 21, credits(21))}, credits(3)},
        Case{"in two parts", {refund(22, 21, credits(21)), refund(23, 21, credits(7))}, credits(2)},
        Case{"everything", {refund(22, 20, credits(14)), refund(23, 21, credits(28))}, Credits()},
        Case{"an earlier charge", {refund(22, 19, credits(40))}, credits(6)}}) {
    std::vector<Entry> latest{entry(20, EntryKind::charge, credits(14), hours(3)),
                              entry(21, EntryKind::capture, credits(28), hours(2))};
    latest.insert(latest.end(), each.refunds.begin(), each.refunds.end());
    const BurnRate rate = make_burn_rate(latest, credits(60), kNow);
    EXPECT_EQ(rate.per_day, each.per_day) << each.name;
    EXPECT_EQ(rate.runway.has_value(), each.per_day.is_positive()) << each.name;
  }
}

TEST(BurnRate, OfTheYoungIsOverTheTimeSinceTheirFirstEntryButADay) {
  const auto rate_at = [](seconds age) {
    return make_burn_rate({entry(1, EntryKind::grant, credits(100), age),
                           entry(2, EntryKind::charge, credits(12), seconds(1))},
                          credits(12), kNow)
        .per_day;
  };
  EXPECT_EQ(rate_at(hours(2)), credits(12));
  EXPECT_EQ(rate_at(hours(72)), credits(4));
}

TEST(BurnRate, OfManyIsOverTheTimeThatTheyTook) {
  const auto rate_of = [](seconds ago, std::size_t count) {
    std::vector<Entry> latest;
    for (std::size_t i = 0; i < count; ++i) {
      latest.push_back(entry(1'000'000 + i, EntryKind::charge, credits(1), ago));
    }
    return make_burn_rate(latest, credits(250), kNow);
  };
  EXPECT_EQ(rate_of(hours(12), kBurnEntries).per_day, credits(2'000));
  EXPECT_EQ(rate_of(hours(12), kBurnEntries).runway, seconds(hours(3)));
  EXPECT_EQ(rate_of(seconds(0), kBurnEntries).per_day, credits(86'400'000));
  EXPECT_EQ(rate_of(hours(12), 700).per_day, credits(100));
}

TEST(BurnRate, StaysWithinItsBounds) {
  const Credits most = Credits::max();
  const std::vector<Entry> fast(kBurnEntries, entry(9, EntryKind::charge, most, seconds(0)));
  EXPECT_EQ(make_burn_rate(fast, most, kNow).per_day, most);
  EXPECT_EQ(make_burn_rate(fast, credits(-1), kNow).runway, seconds(0));
  const std::vector<Entry> slow{entry(9, EntryKind::charge, Credits::from_nano(1), hours(1))};
  EXPECT_TRUE(make_burn_rate(slow, most, kNow).per_day.is_zero());
  EXPECT_EQ(make_burn_rate(slow, most, kNow).runway, kLongestRunway);
}

}  // namespace farthing::service::burn_rate_test
