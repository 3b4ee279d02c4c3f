// SPDX-License-Identifier: Apache-2.0
#include "server/store/effective_clock.hpp"

#include <gtest/gtest.h>

namespace farthing::store {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr Instant kStart = Instant::from_us(1'000'000'000'000);

class EffectiveClockTest : public ::testing::Test {
 protected:
  void pass(std::chrono::microseconds duration) {
    manual_.advance(duration);
    monotonic_ += duration;
  }

  ManualClock manual_{kStart};
  std::chrono::microseconds monotonic_{0};
  EffectiveClock clock_{manual_, [this] { return monotonic_; }};
};

TEST_F(EffectiveClockTest, FollowsTheClock) {
  EXPECT_EQ(clock_.now(), kStart);
  pass(hours(100));
  EXPECT_EQ(clock_.now(), kStart.plus(hours(100)));
  EXPECT_FALSE(clock_.has_leapt());
}

TEST_F(EffectiveClockTest, NeverRunsBackwards) {
  pass(seconds(10));
  EXPECT_EQ(clock_.now(), kStart.plus(seconds(10)));
  manual_.set(kStart);
  EXPECT_EQ(clock_.now(), kStart.plus(seconds(10)));
  clock_.raise_mark(kStart.plus(seconds(20)));
  clock_.raise_mark(kStart.plus(seconds(15)));
  EXPECT_EQ(clock_.now(), kStart.plus(seconds(20)));
}

TEST_F(EffectiveClockTest, BelievesALeapOfAnHourAndNoMore) {
  manual_.advance(hours(1));
  EXPECT_FALSE(clock_.has_leapt());
  EXPECT_EQ(clock_.now(), kStart.plus(hours(1)));
  manual_.advance(std::chrono::microseconds(1));
  EXPECT_TRUE(clock_.has_leapt());
}

TEST_F(EffectiveClockTest, GoesOnAtTheMonotonicPaceDuringALeap) {
  EXPECT_EQ(clock_.now(), kStart);
  manual_.advance(hours(50));
  EXPECT_EQ(clock_.now(), kStart);
  pass(seconds(7));
  EXPECT_EQ(clock_.now(), kStart.plus(seconds(7)));
}

TEST_F(EffectiveClockTest, EndsALeapWhenTheClockComesBackOrIsConfirmed) {
  manual_.advance(hours(50));
  ASSERT_TRUE(clock_.has_leapt());
  manual_.set(kStart);
  EXPECT_FALSE(clock_.has_leapt());
  manual_.advance(hours(50));
  ASSERT_TRUE(clock_.has_leapt());
  clock_.confirm();
  EXPECT_FALSE(clock_.has_leapt());
  EXPECT_EQ(clock_.now(), kStart.plus(hours(50)));
}

TEST(EffectiveClock, WithoutAMonotonicClockBelievesEverything) {
  ManualClock manual(kStart);
  EffectiveClock clock(manual);
  manual.advance(hours(1'000));
  EXPECT_FALSE(clock.has_leapt());
  EXPECT_EQ(clock.now(), kStart.plus(hours(1'000)));
}

TEST(EffectiveClock, TheSystemsMonotonicClockMovesOn) {
  const MonotonicClock monotonic = system_monotonic_clock();
  const auto before = monotonic();
  EXPECT_GT(before.count(), 0);
  EXPECT_GE(monotonic(), before);
}

}  // namespace
}  // namespace farthing::store
