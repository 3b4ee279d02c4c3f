// SPDX-License-Identifier: Apache-2.0
#include "server/app/stop_request.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace farthing::app::stop_request_test {

TEST(StopRequest, EndsWithASignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const auto stop = StopRequest::make();
    ASSERT_TRUE(stop);
    std::thread sender([signal] { ::kill(::getpid(), signal); });
    EXPECT_EQ(stop->wait(), Wake::stop);
    sender.join();
  }
}

TEST(StopRequest, AHangUpReloadsAndWaitsOn) {
  const auto stop = StopRequest::make(HangUp::reloads);
  ASSERT_TRUE(stop);
  for (int i = 0; i < 3; ++i) {
    ::kill(::getpid(), SIGHUP);
    EXPECT_EQ(stop->wait(), Wake::reload);
  }
  ::kill(::getpid(), SIGTERM);
  EXPECT_EQ(stop->wait(), Wake::stop);
}

TEST(StopRequest, AHangUpStopsWhatHasNothingToReload) {
  const auto stop = StopRequest::make();
  ASSERT_TRUE(stop);
  ::kill(::getpid(), SIGHUP);
  EXPECT_EQ(stop->wait(), Wake::stop);
}

TEST(StopRequest, EndsWithAFailure) {
  const auto stop = StopRequest::make();
  ASSERT_TRUE(stop);
  std::thread failing([&stop] {
    stop->fail();
    stop->fail();
  });
  EXPECT_EQ(stop->wait(), Wake::failure);
  failing.join();
}

TEST(StopRequestDeathTest, ASecondSignalEndsTheProcess) {
  const auto die = [] {
    const auto stop = StopRequest::make();
    ::kill(::getpid(), SIGTERM);
    if (stop->wait() != Wake::stop) return;
    ::kill(::getpid(), SIGTERM);
  };
  EXPECT_EXIT(die(), testing::KilledBySignal(SIGTERM), "");
}

}  // namespace farthing::app::stop_request_test
