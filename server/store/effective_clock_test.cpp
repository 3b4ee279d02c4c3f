// SPDX-License-Identifier: Apache-2.0
#include "server/store/effective_clock.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace farthing::store::effective_clock_test {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant kStart = Instant::from_us(1'000'000'000'000'000);
constexpr microseconds kDay = hours(24);
constexpr microseconds kYear = 365 * kDay;

class EffectiveClockTest : public ::testing::Test {
 protected:
  void pass(microseconds duration) {
    manual_.advance(duration);
    monotonic_ += duration;
  }

  ManualClock manual_{kStart};
  microseconds monotonic_{hours(7)};
  KernelWord kernel_ = KernelWord::unknown;
  const ClockRules rules_{.monotonic = [this] { return monotonic_; },
                          .ask_kernel = [this] { return kernel_; }};
  EffectiveClock clock_{manual_, rules_};
};

TEST_F(EffectiveClockTest, FollowsTheClock) {
  EXPECT_EQ(clock_.now(), kStart);
  pass(hours(100));
  EXPECT_EQ(clock_.now(), kStart.plus(hours(100)));
  EXPECT_EQ(clock_.status().doubt, ClockDoubt::none);
}

TEST_F(EffectiveClockTest, NeverRunsBackwards) {
  pass(seconds(10));
  EXPECT_EQ(clock_.now(), kStart.plus(seconds(10)));
  manual_.set(kStart);
  EXPECT_EQ(clock_.now(), kStart.plus(seconds(10)));
  EXPECT_EQ(clock_.status().ahead(), seconds(10));
  clock_.raise_mark(kStart.plus(seconds(20)));
  clock_.raise_mark(kStart.plus(seconds(15)));
  EXPECT_EQ(clock_.now(), kStart.plus(seconds(20)));
}

TEST_F(EffectiveClockTest, BelievesALeapOfAnHourAndNoMore) {
  manual_.advance(hours(1));
  EXPECT_FALSE(clock_.read().is_in_doubt);
  EXPECT_EQ(clock_.now(), kStart.plus(hours(1)));
  manual_.advance(microseconds(1));
  EXPECT_TRUE(clock_.read().is_in_doubt);
  EXPECT_EQ(clock_.status().doubt, ClockDoubt::leap);
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
  kernel_ = KernelWord::synchronised;
  clock_.keep_up();
  EXPECT_TRUE(clock_.read().is_in_doubt) << "the kernel does not tell of leaps";
  manual_.set(kStart);
  EXPECT_FALSE(clock_.read().is_in_doubt);
  manual_.advance(hours(50));
  ASSERT_TRUE(clock_.read().is_in_doubt);
  clock_.raise_mark(clock_.status().clock);
  EXPECT_FALSE(clock_.read().is_in_doubt);
  EXPECT_EQ(clock_.now(), kStart.plus(hours(50)));
}

TEST_F(EffectiveClockTest, DoubtsALeapAgainThatComesAfterTheConfirmedTime) {
  manual_.advance(hours(50));
  const Instant seen = clock_.status().clock;
  manual_.advance(kYear);
  clock_.raise_mark(seen);
  EXPECT_TRUE(clock_.read().is_in_doubt);
  EXPECT_EQ(clock_.now(), seen);
}

// Who sleeps for ten minutes each night has not leapt after a week.
TEST_F(EffectiveClockTest, SmallLeapsDoNotAddUp) {
  for (int night = 0; night < 30; ++night) {
    manual_.advance(minutes(10));
    EXPECT_FALSE(clock_.read().is_in_doubt) << night;
    clock_.keep_up();
    pass(kDay);
    clock_.keep_up();
  }
}

TEST_F(EffectiveClockTest, SmallLeapsWithinAnHourAddUp) {
  for (int i = 0; i < 61; ++i) {
    manual_.advance(minutes(1));
    clock_.keep_up();
  }
  EXPECT_TRUE(clock_.read().is_in_doubt);
}

TEST_F(EffectiveClockTest, AClockThatIsSetBackAndRightAgainHasNotLeapt) {
  EXPECT_EQ(clock_.now(), kStart);
  manual_.advance(-kDay);
  EXPECT_EQ(clock_.now(), kStart);
  pass(hours(5));
  clock_.keep_up();
  EXPECT_EQ(clock_.now(), kStart) << "time stands still";
  manual_.advance(kDay);
  EXPECT_FALSE(clock_.read().is_in_doubt);
  EXPECT_EQ(clock_.now(), kStart.plus(hours(5)));
}

struct StartCase {
  std::string name;
  microseconds gap;  // of the clock behind the mark
  KernelWord kernel;
  bool is_in_doubt;
  microseconds ledger_time;  // from the mark on, five seconds after the start
};

TEST_F(EffectiveClockTest, IsJudgedAtAStart) {
  constexpr auto kUnknown = KernelWord::unknown;
  constexpr auto kNo = KernelWord::not_synchronised;
  constexpr auto kYes = KernelWord::synchronised;
  const std::vector<StartCase> cases = {
      {"as it was left", seconds(0), kUnknown, false, seconds(5)},
      {"after a second", seconds(1), kUnknown, false, seconds(6)},
      {"after a day", kDay, kNo, false, kDay + seconds(5)},
      {"after forty days", 40 * kDay, kUnknown, false, 40 * kDay + seconds(5)},
      {"after a little more", 40 * kDay + microseconds(1), kUnknown, true, seconds(5)},
      {"after a year", kYear, kNo, true, seconds(5)},
      {"after decades", 30 * kYear, kUnknown, true, seconds(5)},
      {"after a year, and the kernel is sure", kYear, kYes, false, kYear + seconds(5)},
      {"behind by a second", -seconds(1), kUnknown, false, seconds(4)},
      {"behind by an hour", -hours(1), kUnknown, false, seconds(0)},
      {"behind by decades", -30 * kYear, kNo, false, seconds(0)},
      {"behind by a day, and the kernel is sure", -kDay, kYes, false, seconds(0)},
  };
  for (const StartCase& each : cases) {
    SCOPED_TRACE(each.name);
    ManualClock manual(kStart.plus(each.gap));
    kernel_ = each.kernel;
    EffectiveClock clock(manual, rules_);
    clock.start_at(kStart);
    EXPECT_EQ(clock.read().is_in_doubt, each.is_in_doubt);
    manual.advance(seconds(5));
    monotonic_ += seconds(5);
    clock.keep_up();
    EXPECT_EQ(clock.now(), kStart.plus(each.ledger_time));
    EXPECT_EQ(clock.read().is_in_doubt, each.is_in_doubt);
    EXPECT_EQ(clock.status().doubt, each.is_in_doubt ? ClockDoubt::start : ClockDoubt::none);
  }
}

TEST_F(EffectiveClockTest, WithoutAMarkTheClockIsBelieved) {
  clock_.start_at({});
  EXPECT_FALSE(clock_.read().is_in_doubt);
  EXPECT_EQ(clock_.now(), kStart);
}

struct EndCase {
  std::string name;
  microseconds set_to;  // from the mark on
  KernelWord kernel;
  bool is_in_doubt;
  microseconds ledger_time;
};

TEST_F(EffectiveClockTest, TheDoubtOfAStartEnds) {
  constexpr auto kUnknown = KernelWord::unknown;
  const std::vector<EndCase> cases = {
      {"not by itself", 400 * kDay, kUnknown, true, hours(2)},
      {"not by another wrong time", 50 * kDay, kUnknown, true, hours(2)},
      {"set right", hours(2), kUnknown, false, hours(2)},
      {"set right after days without the server", 10 * kDay, kUnknown, false, 10 * kDay},
      {"set to before the mark", -kDay, kUnknown, false, hours(2)},
      {"the kernel is sure of it", 400 * kDay, KernelWord::synchronised, false, 400 * kDay},
  };
  for (const EndCase& each : cases) {
    SCOPED_TRACE(each.name);
    ManualClock manual(kStart.plus(400 * kDay));
    kernel_ = kUnknown;
    EffectiveClock clock(manual, rules_);
    clock.start_at(kStart);
    monotonic_ += hours(2);
    ASSERT_EQ(clock.now(), kStart.plus(hours(2)));
    manual.set(kStart.plus(each.set_to));
    kernel_ = each.kernel;
    clock.keep_up();
    EXPECT_EQ(clock.read().is_in_doubt, each.is_in_doubt);
    EXPECT_EQ(clock.now(), kStart.plus(each.ledger_time));
    if (each.is_in_doubt || each.set_to < microseconds(0)) continue;
    manual.advance(hours(2));
    EXPECT_TRUE(clock.read().is_in_doubt) << "from here on a leap is one";
  }
}

TEST_F(EffectiveClockTest, AnOperatorConfirmsTheClockOfAStart) {
  EffectiveClock clock(manual_, rules_);
  clock.start_at(kStart.plus(-kYear));
  ASSERT_TRUE(clock.read().is_in_doubt);
  clock.raise_mark(clock.status().clock);
  EXPECT_FALSE(clock.read().is_in_doubt);
  EXPECT_EQ(clock.now(), kStart);
}

// A machine without a battery starts in 1970, and soon asks the network what time it is.
TEST_F(EffectiveClockTest, AClockThatStartsBehindIsJudgedWhenItIsSet) {
  for (const auto& [gap, is_in_doubt] : {std::pair{kDay, false}, std::pair{400 * kDay, true}}) {
    ManualClock manual(Instant::from_us(0));
    EffectiveClock clock(manual, rules_);
    clock.start_at(kStart);
    EXPECT_EQ(clock.now(), kStart);
    manual.set(kStart.plus(gap));
    EXPECT_EQ(clock.read().is_in_doubt, is_in_doubt);
    EXPECT_EQ(clock.now(), is_in_doubt ? kStart : kStart.plus(gap));
  }
}

// A database's clock and a stored mark may be anything.
TEST_F(EffectiveClockTest, ReadsAnything) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t mark : {kMin, std::int64_t{0}, kMax}) {
    for (const std::int64_t now : {kMin, std::int64_t{0}, kMax}) {
      ManualClock manual(Instant::from_us(now));
      EffectiveClock clock(manual, rules_);
      clock.start_at(Instant::from_us(mark));
      EXPECT_GE(clock.now(), Instant::from_us(0));
      clock.keep_up();
      (void)clock.status().ahead();
      (void)clock.status().lead();
      clock.raise_mark(Instant::from_us(now));
      EXPECT_LE(clock.now(), Instant::max());
    }
  }
}

TEST(EffectiveClock, WithoutAMonotonicClockBelievesEverything) {
  ManualClock manual(kStart);
  EffectiveClock clock(manual);
  clock.start_at(kStart.plus(-kYear));
  manual.advance(hours(1'000));
  EXPECT_FALSE(clock.read().is_in_doubt);
  EXPECT_EQ(clock.now(), kStart.plus(hours(1'000)));
}

TEST(EffectiveClock, TheSystemsMonotonicClockMovesOn) {
  const MonotonicClock monotonic = system_monotonic_clock();
  const auto before = monotonic();
  EXPECT_GT(before.count(), 0);
  EXPECT_GE(monotonic(), before);
  (void)ask_kernel();
}

}  // namespace farthing::store::effective_clock_test
