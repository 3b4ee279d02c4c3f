// SPDX-License-Identifier: Apache-2.0
#include "server/app/stop_request.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <thread>

namespace farthing::app {
namespace {

TEST(StopRequest, EndsWithASignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const auto stop = StopRequest::make();
    ASSERT_TRUE(stop);
    std::thread sender([signal] { ::kill(::getpid(), signal); });
    EXPECT_TRUE(stop->wait());
    sender.join();
  }
}

TEST(StopRequest, EndsWithAFailure) {
  const auto stop = StopRequest::make();
  ASSERT_TRUE(stop);
  std::thread failing([&stop] {
    stop->fail();
    stop->fail();
  });
  EXPECT_FALSE(stop->wait());
  failing.join();
}

TEST(StopRequestDeathTest, ASecondSignalEndsTheProcess) {
  const auto die = [] {
    const auto stop = StopRequest::make();
    ::kill(::getpid(), SIGTERM);
    if (!stop->wait()) return;
    ::kill(::getpid(), SIGTERM);
  };
  EXPECT_EXIT(die(), testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace farthing::app
