// SPDX-License-Identifier: Apache-2.0
#include "server/store/limitation.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "server/store/overload.hpp"

namespace farthing::store::limitation_test {

class LimitationsTest : public testing::Test {
 protected:
  std::vector<std::string> lines_;
  Limitations limitations_{[this](const std::string& line) { lines_.push_back(line); }};
};

TEST_F(LimitationsTest, BeginAndEndAreToldOnce) {
  for (int i = 0; i < 3; ++i) {
    limitations_.set("disk_space", Cause::node, Work::acts | Work::movements, "100 MiB are free.");
  }
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_EQ(lines_[0], "disk_space: refuses acts, movements: 100 MiB are free.");
  for (int i = 0; i < 3; ++i) limitations_.end("disk_space");
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_TRUE(lines_[1].starts_with("disk_space: over after ")) << lines_[1];
}

TEST_F(LimitationsTest, AnotherExtentIsToldAndAnotherMessageIsNot) {
  limitations_.set("disk_space", Cause::node, Work::acts, "900 MiB are free.");
  const Instant since = limitations_.all().at(0).since;
  limitations_.set("disk_space", Cause::node, Work::acts, "800 MiB are free.");
  EXPECT_EQ(lines_.size(), 1U);
  EXPECT_EQ(limitations_.all().at(0).message, "800 MiB are free.");
  limitations_.set("disk_space", Cause::node, WorkSet::writes(), "None is free.");
  ASSERT_EQ(lines_.size(), 2U);
  EXPECT_EQ(lines_[1], "disk_space: refuses acts, movements, protection: None is free.");
  ASSERT_EQ(limitations_.all().size(), 1U);
  EXPECT_EQ(limitations_.all().at(0).since, since);
}

TEST_F(LimitationsTest, WhatRefusesNothingIsToldToo) {
  limitations_.set("clock", Cause::shared, {}, "The clock is 5 s behind.");
  EXPECT_EQ(lines_.back(), "clock: The clock is 5 s behind.");
  EXPECT_EQ(limitations_.all().size(), 1U);
  EXPECT_FALSE(limitations_.refuses(Work::movements));
}

TEST_F(LimitationsTest, SeveralRefuseTogetherAndEndOneByOne) {
  EXPECT_FALSE(limitations_.refuses(Work::acts));
  limitations_.set("disk_space", Cause::node, Work::acts, "a");
  limitations_.set("clock", Cause::node, Work::acts | Work::movements, "b");
  EXPECT_EQ(refused_by(limitations_.all()), Work::acts | Work::movements);
  limitations_.end("clock");
  EXPECT_TRUE(limitations_.refuses(Work::acts));
  EXPECT_FALSE(limitations_.refuses(Work::movements));
  EXPECT_TRUE(limitations_.has("disk_space"));
  EXPECT_FALSE(limitations_.has("clock"));
  limitations_.end("disk_space");
  EXPECT_TRUE(limitations_.all().empty());
  EXPECT_FALSE(limitations_.refuses(Work::acts));
}

// Requests that are refused one after another are one episode.
TEST_F(LimitationsTest, AnOverloadIsToldAtOnceAndUntilNobodyIsRefused) {
  using std::chrono::seconds;
  const std::chrono::steady_clock::time_point start{seconds(1'000)};
  Overload overload(limitations_);
  overload.look(start);
  EXPECT_TRUE(lines_.empty());
  for (int second = 0; second < 10; ++second) {
    overload.note(start + seconds(second));
    overload.look(start + seconds(second) + Overload::kQuiet / 2);
  }
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_TRUE(lines_[0].starts_with("overload: more requests wait than may")) << lines_[0];
  EXPECT_TRUE(limitations_.has("overload"));
  EXPECT_TRUE(refused_by(limitations_.all()).is_empty());
  overload.look(start + seconds(9) + Overload::kQuiet);
  EXPECT_FALSE(limitations_.has("overload"));
  ASSERT_EQ(lines_.size(), 2U);
  overload.note(start + seconds(30));
  EXPECT_TRUE(limitations_.has("overload"));
  EXPECT_EQ(lines_.size(), 3U);
}

}  // namespace farthing::store::limitation_test
