// SPDX-License-Identifier: Apache-2.0
#include "server/store/episode.hpp"

#include <gtest/gtest.h>

namespace farthing::store::episode_test {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Episode::Time kStart{seconds(1'000)};

// A full disk as a database shows it: what is small finds room once a second, the next write does
// not.
TEST(Episode, ATroubleThatComesBackAtOnceIsOneEpisode) {
  Episode episode({});
  int begins = 0;
  for (milliseconds at{0}; at < minutes(10); at += milliseconds(1'000)) {
    const bool was_on = episode.is_on();
    episode.note_trouble(kStart + at);
    begins += !was_on && episode.is_on() ? 1 : 0;
    episode.look(kStart + at + milliseconds(200));
    episode.note_success(kStart + at + milliseconds(980));
    episode.look(kStart + at + milliseconds(990));
  }
  EXPECT_EQ(begins, 1);
  EXPECT_TRUE(episode.is_on());
}

TEST(Episode, ItIsOverAfterASecondWithoutTrouble) {
  Episode episode({});
  EXPECT_FALSE(episode.is_on());
  episode.note_trouble(kStart);
  EXPECT_TRUE(episode.is_on());
  episode.look(kStart + minutes(10));
  EXPECT_TRUE(episode.is_on()) << "nothing went well yet";
  episode.note_trouble(kStart + minutes(10));
  episode.note_success(kStart + minutes(10) + milliseconds(10));
  EXPECT_TRUE(episode.is_on());
  episode.look(kStart + minutes(10) + milliseconds(999));
  EXPECT_TRUE(episode.is_on());
  episode.look(kStart + minutes(10) + seconds(1));
  EXPECT_FALSE(episode.is_on());
}

TEST(Episode, EachEarlyRelapseMustStayAwayForTwiceAsLong) {
  Episode episode({});
  Episode::Time now = kStart;
  for (const int quiet : {1, 2, 4, 8, 16, 32, 60, 60}) {
    episode.note_trouble(now);
    ASSERT_TRUE(episode.is_on());
    episode.note_success(now + seconds(quiet) - milliseconds(1));
    EXPECT_TRUE(episode.is_on()) << quiet;
    episode.look(now + seconds(quiet));
    EXPECT_FALSE(episode.is_on()) << quiet;
    now += seconds(quiet) + seconds(59);
  }
  // What comes back late is another trouble.
  now += seconds(2);
  episode.note_trouble(now);
  episode.note_success(now + seconds(1));
  EXPECT_FALSE(episode.is_on());
}

TEST(Episode, WhatGoesWellAgainSoonIsNone) {
  Episode episode({.begins_after = milliseconds(500)});
  for (int i = 0; i < 10; ++i) {
    episode.note_trouble(kStart + seconds(i));
    episode.look(kStart + seconds(i) + milliseconds(499));
    EXPECT_FALSE(episode.is_on());
    episode.note_success(kStart + seconds(i) + milliseconds(499));
    episode.look(kStart + seconds(i) + milliseconds(900));
    EXPECT_FALSE(episode.is_on());
  }
}

TEST(Episode, OneTroubleAfterWhichNobodyAsksBeginsItToo) {
  Episode episode({.begins_after = milliseconds(500)});
  episode.note_trouble(kStart);
  EXPECT_FALSE(episode.is_on());
  episode.look(kStart + milliseconds(500));
  EXPECT_TRUE(episode.is_on());
  episode.note_success(kStart + milliseconds(1'000));
  EXPECT_FALSE(episode.is_on());
}

TEST(Episode, WhereNobodyAsksAgainItIsOverAfterAMinute) {
  Episode episode({.ends_unasked = true});
  episode.note_trouble(kStart);
  episode.look(kStart + Episode::kLongestQuiet - milliseconds(1));
  EXPECT_TRUE(episode.is_on());
  episode.look(kStart + Episode::kLongestQuiet);
  EXPECT_FALSE(episode.is_on());
}

}  // namespace farthing::store::episode_test
