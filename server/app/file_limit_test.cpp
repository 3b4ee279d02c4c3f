// SPDX-License-Identifier: Apache-2.0
#include "server/app/file_limit.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace farthing::app {
namespace file_limit_test {

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
  if (before_.rlim_max < 3072) GTEST_SKIP() << "a process may have too few open files here";
  start_with(512);
  EXPECT_EQ(make_room_for(2000), 2000U);
  EXPECT_EQ(soft(), 3024U);
}

TEST_F(FileLimit, IsNeverLowered) {
  start_with(before_.rlim_max);
  EXPECT_EQ(make_room_for(1), 1U);
  EXPECT_EQ(soft(), before_.rlim_max);
}

TEST_F(FileLimit, SaysHowManyFitWhenItCannotBeRaisedFarEnough) {
  if (before_.rlim_max == RLIM_INFINITY) GTEST_SKIP() << "there is no limit here";
  start_with(512);
  EXPECT_LT(make_room_for(before_.rlim_max), before_.rlim_max);
  EXPECT_EQ(soft(), before_.rlim_max);
}

}  // namespace file_limit_test
}  // namespace farthing::app
