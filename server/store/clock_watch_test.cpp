// SPDX-License-Identifier: Apache-2.0
#include "server/store/clock_watch.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace farthing::store::clock_watch_test {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;

constexpr Instant kStart = Instant::from_us(1'000'000'000'000'000);
constexpr microseconds kDay = hours(24);

class ClockWatchTest : public ::testing::Test {
 protected:
  // The names of what is told.
  std::string look(Cause cause = Cause::node) {
    watch_clock(clock_, limitations_, cause);
    std::string names;
    for (const Limitation& each : limitations_.all()) names += each.name + " ";
    return names;
  }
  std::string message() { return limitations_.all().front().message; }

  ManualClock manual_{kStart};
  microseconds monotonic_{hours(7)};
  EffectiveClock clock_{manual_, {.monotonic = [this] { return monotonic_; }}};
  std::vector<std::string> lines_;
  Limitations limitations_{[this](const std::string& line) { lines_.push_back(line); }};
};

TEST_F(ClockWatchTest, SaysNothingOfAClockThatGoes) {
  for (int i = 0; i < 100; ++i) {
    manual_.advance(hours(2));
    monotonic_ += hours(2);
    EXPECT_EQ(look(), "");
  }
  EXPECT_TRUE(lines_.empty());
}

TEST_F(ClockWatchTest, TellsOfALeapThatIsDoubtedAndOfItsEnd) {
  manual_.advance(2 * kDay);
  EXPECT_EQ(look(), "clock ");
  const Limitation told = limitations_.all().front();
  EXPECT_EQ(told.refused, WorkSet(Work::movements));
  EXPECT_EQ(told.cause, Cause::node);
  EXPECT_EQ(told.message.find("The server's clock has leapt ahead by 2 days to 2001-09-11"), 0U)
      << told.message;
  look();
  EXPECT_EQ(lines_.size(), 1U) << "once, not each second";
  manual_.set(kStart);
  EXPECT_EQ(look(), "");
  EXPECT_EQ(lines_.size(), 2U);
}

TEST_F(ClockWatchTest, TheClockOfADatabaseIsShared) {
  manual_.advance(2 * kDay);
  look(Cause::shared);
  EXPECT_EQ(limitations_.all().front().cause, Cause::shared);
  EXPECT_EQ(message().find("The database's clock has leapt"), 0U) << message();
}

TEST_F(ClockWatchTest, TellsOfAStartThatIsDoubted) {
  clock_.start_at(kStart.plus(-400 * kDay));
  EXPECT_EQ(look(), "clock ");
  EXPECT_NE(message().find("400 days after the time that the store knows"), std::string::npos)
      << message();
}

TEST_F(ClockWatchTest, TellsForAnHourOfAStartThatIsBelieved) {
  clock_.start_at(kStart.plus(-39 * kDay));
  EXPECT_EQ(look(), "clock_gap ");
  EXPECT_TRUE(limitations_.all().front().refused.is_empty());
  EXPECT_NE(message().find("39 days"), std::string::npos) << message();
  manual_.advance(hours(1));
  monotonic_ += hours(1);
  EXPECT_EQ(look(), "");
}

TEST_F(ClockWatchTest, TellsForAnHourOfALeapThatIsBelieved) {
  manual_.advance(seconds(600));
  EXPECT_EQ(look(), "clock_leap ");
  EXPECT_NE(message().find("10 minutes"), std::string::npos) << message();
  EXPECT_TRUE(limitations_.all().front().refused.is_empty());
  manual_.advance(hours(1));
  monotonic_ += hours(1);
  EXPECT_EQ(look(), "");
}

TEST_F(ClockWatchTest, TellsByHowMuchLedgerTimeIsAhead) {
  look();
  manual_.advance(-hours(8));
  EXPECT_EQ(look(), "ledger_time ");
  EXPECT_NE(message().find("8 hours ahead of the server's clock"), std::string::npos) << message();
  EXPECT_TRUE(limitations_.all().front().refused.is_empty());
  manual_.advance(hours(8));
  EXPECT_EQ(look(), "");
}

TEST_F(ClockWatchTest, SecondsAreToldFromFiveOn) {
  look();
  manual_.advance(-seconds(4));
  EXPECT_EQ(look(), "");
  manual_.advance(-seconds(1));
  EXPECT_EQ(look(), "ledger_time ");
  EXPECT_NE(message().find("5 seconds"), std::string::npos) << message();
}

}  // namespace farthing::store::clock_watch_test
