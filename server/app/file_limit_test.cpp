// SPDX-License-Identifier: Apache-2.0
#include "server/app/file_limit.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace farthing::app::file_limit_test {

class FileLimit : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0); }
  void TearDown() override { ::setrlimit(RLIMIT_NOFILE, &before_); }

  void start_with(rlim_t soft) const {
    const rlimit limit{.rlim_cur = soft, .rlim_max = before_.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  }
  static rlim_t soft() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
  }

  rlimit before_{};
};

TEST_F(FileLimit, IsRaisedAsFarAsIsNeeded) {
  if (before_.rlim_max < 4096) GTEST_SKIP() << "a process may have too few open files here";
  start_with(512);
  EXPECT_EQ(make_room_for(2000), 2000U);
  // With 256 connections of operators, 16 of probes and 1024 other files.
  EXPECT_EQ(soft(), 3296U);
}

TEST_F(FileLimit, IsNeverLowered) {
  start_with(before_.rlim_max);
  EXPECT_EQ(make_room_for(1), 1U);
  EXPECT_EQ(soft(), before_.rlim_max);
}

// In a process of its own, for what it gives up here it would not get back.
TEST_F(FileLimit, LeavesRoomForTheReservesAndTheStore) {
  struct Case {
    rlim_t files;
    std::size_t connections;
  };
  for (const Case& each : {Case{511, 0}, Case{512, 128}, Case{1024, 256}, Case{1728, 432},
                           Case{2048, 752}, Case{2296, 1000}, Case{4096, 1000}}) {
    if (before_.rlim_max < each.files) GTEST_SKIP() << "a process may have too few open files here";
    const pid_t child = ::fork();
    ASSERT_NE(child, -1);
    if (child == 0) {
      const rlimit limit{.rlim_cur = each.files, .rlim_max = each.files};
      const bool is_set = ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
      ::_exit(is_set && make_room_for(1000) == each.connections ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << each.files << " files";
  }
}

TEST_F(FileLimit, SaysHowManyFitWhenItCannotBeRaisedFarEnough) {
  if (before_.rlim_max == RLIM_INFINITY) GTEST_SKIP() << "there is no limit here";
  start_with(512);
  EXPECT_LT(make_room_for(before_.rlim_max), before_.rlim_max);
  EXPECT_EQ(soft(), before_.rlim_max);
}

}  // namespace farthing::app::file_limit_test
