// SPDX-License-Identifier: Apache-2.0
#include "server/api/shortages.hpp"

#include <gtest/gtest.h>

namespace farthing::api::shortages_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Shortages::TimePoint kBegin{std::chrono::hours(1)};

Instant second(std::int64_t number) { return Instant::from_us(number * 1'000'000); }

TEST(Shortages, OneThatNobodyMetIsNotThere) {
  const Shortages shortages;
  EXPECT_TRUE(shortages.all(kBegin).empty());
}

TEST(Shortages, OneLastsUntilNobodyHasMetItForSomeTime) {
  Shortages shortages;
  shortages.note(http::Shortage::request_memory, kBegin, second(1));
  shortages.note(http::Shortage::request_memory, kBegin + seconds(9), second(10));
  const auto lasting = shortages.all(kBegin + seconds(19) - milliseconds(1));
  ASSERT_EQ(lasting.size(), 1U);
  EXPECT_EQ(lasting.front().since, second(1));
  EXPECT_TRUE(shortages.all(kBegin + seconds(19)).empty());
  shortages.note(http::Shortage::request_memory, kBegin + seconds(30), second(31));
  const auto next = shortages.all(kBegin + seconds(30));
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next.front().since, second(31));
}

TEST(Shortages, EachSaysWhatItRefuses) {
  Shortages shortages;
  shortages.note(http::Shortage::request_memory, kBegin, second(1));
  shortages.note(http::Shortage::connections, kBegin, second(2));
  const auto all = shortages.all(kBegin);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "connections");
  EXPECT_EQ(all[0].cause, store::Cause::node);
  EXPECT_EQ(all[0].refused, store::WorkSet::all());
  EXPECT_EQ(all[1].name, "request_memory");
  EXPECT_TRUE(all[1].refused.is_empty());
}

}  // namespace farthing::api::shortages_test
