// SPDX-License-Identifier: Apache-2.0
#include "server/http/connection_roster.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace farthing::http::connection_roster_test {

using TimePoint = ConnectionRoster::TimePoint;
using Seat = ConnectionRoster::Seat;

using Search = ConnectionRoster::Search;

TimePoint at(int ms) { return TimePoint(std::chrono::milliseconds(ms)); }

class RosterTest : public testing::Test {
 protected:
  // The address is empty for a connection that is counted by itself.
  std::size_t enter(std::string_view address, int ms) {
    seats_.emplace_back();
    roster_.enter(seats_.back(), IpAddress::parse(address), at(ms));
    return seats_.size() - 1;
  }
  // The number of the seat that has to go; -1: none.
  int choose(int ms) {
    int chosen = -1;
    search_ = roster_.choose(at(ms), [&](const ConnectionRoster::Leaver& leaver) {
      for (std::size_t i = 0; i < seats_.size(); ++i) {
        if (&seats_[i] == &leaver.seat) chosen = static_cast<int>(i);
      }
      connections_ = leaver.connections;
    });
    EXPECT_EQ(chosen >= 0, search_ == Search::found);
    return chosen;
  }

  ConnectionRoster roster_;
  std::deque<Seat> seats_;
  std::size_t connections_ = 0;
  Search search_ = Search::none;
};

TEST_F(RosterTest, NobodyGoesWhenNobodyIsThere) { EXPECT_EQ(choose(1), -1); }

TEST_F(RosterTest, OfTheAddressThatHasMostTheLongestIdleGoes) {
  enter("192.0.2.1", 1);
  enter("192.0.2.2", 2);
  enter("192.0.2.2", 3);
  enter("192.0.2.3", 4);
  EXPECT_EQ(choose(10), 1);
  EXPECT_EQ(connections_, 2U);
  // All have one now.
  EXPECT_EQ(choose(11), 0);
  EXPECT_EQ(connections_, 1U);
  EXPECT_EQ(choose(12), 2);
  EXPECT_EQ(choose(13), 3);
  EXPECT_EQ(choose(14), -1);
  EXPECT_EQ(roster_.leaving(), 4U);
}

TEST_F(RosterTest, WhatWasUsedSinceThenGoesLater) {
  enter("192.0.2.1", 1);
  enter("192.0.2.1", 2);
  enter("192.0.2.1", 3);
  seats_[0].set_idle(at(5));
  seats_[1].set_idle(at(4));
  EXPECT_EQ(choose(10), 2);
  EXPECT_EQ(choose(11), 1);
  EXPECT_EQ(choose(12), 0);
}

TEST_F(RosterTest, ARequestUnderWayKeepsItsConnection) {
  enter("192.0.2.1", 1);
  enter("192.0.2.1", 2);
  enter("192.0.2.2", 3);
  enter("", 4);
  for (const std::size_t busy : {0U, 1U}) seats_[busy].set_busy();
  // That address has most, and none to spare.
  EXPECT_EQ(choose(10), 2);
  EXPECT_EQ(choose(11), 3);
  EXPECT_EQ(choose(12), -1);
  EXPECT_EQ(search_, Search::none);
  seats_[0].set_idle(at(13));
  EXPECT_EQ(choose(2'000), 0);
}

TEST_F(RosterTest, WhoStandsForManyIsNotOneAddress) {
  for (int ms = 1; ms < 5; ++ms) enter("", ms);
  enter("192.0.2.1", 5);
  enter("192.0.2.1", 6);
  EXPECT_EQ(choose(10), 4);
  EXPECT_EQ(choose(11), 0);
  EXPECT_EQ(connections_, 1U);
}

TEST_F(RosterTest, ASeatThatStaysCountsAgain) {
  enter("192.0.2.1", 1);
  enter("192.0.2.1", 2);
  enter("192.0.2.2", 1);
  ASSERT_EQ(choose(10), 0);
  EXPECT_EQ(roster_.leaving(), 1U);
  roster_.stay(seats_[0], at(10));
  EXPECT_EQ(roster_.leaving(), 0U);
  EXPECT_EQ(choose(11), 1);
  roster_.leave(seats_[1]);
  EXPECT_EQ(roster_.leaving(), 0U);
  EXPECT_EQ(roster_.present(), 2U);
  roster_.leave(seats_[2]);
  roster_.leave(seats_[0]);
  EXPECT_EQ(roster_.present(), 0U);
  EXPECT_EQ(choose(20), -1);
}

TEST_F(RosterTest, WhoHasToGoBeforeItBeginsIsToldThen) {
  enter("192.0.2.1", 1);
  enter("192.0.2.1", 2);
  ASSERT_EQ(choose(10), 0);
  EXPECT_FALSE(roster_.begin(seats_[0], nullptr));
  EXPECT_TRUE(roster_.begin(seats_[1], nullptr));
  roster_.leave(seats_[0]);
  EXPECT_EQ(roster_.leaving(), 0U);
}

TEST_F(RosterTest, OneLookIsNotWithoutEnd) {
  for (int i = 0; i < 3'000; ++i) {
    enter(i % 2 == 0 ? "192.0.2.1" : "", 1);
    seats_.back().set_busy();
  }
  enter("", 2);
  int calls = 0;
  int ms = 10;
  int chosen = -1;
  // The busy ones have to be put behind it first, some at each call.
  for (; chosen == -1 && calls < 10; ++calls) chosen = choose(ms++);
  EXPECT_EQ(chosen, 3'000);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(choose(ms), -1);
  EXPECT_EQ(search_, Search::none);
}

TEST_F(RosterTest, ThreadsComeAndGo) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([this, i] {
      for (int round = 0; round < 500; ++round) {
        Seat seat;
        const std::string address = "192.0.2." + std::to_string(i % 2);
        roster_.enter(seat, i == 3 ? std::nullopt : IpAddress::parse(address), at(round));
        seat.set_busy();
        seat.set_idle(at(round + 1));
        roster_.choose(at(round + 2), [](const ConnectionRoster::Leaver&) {});
        roster_.leave(seat);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(choose(10'000), -1);
}

}  // namespace farthing::http::connection_roster_test
