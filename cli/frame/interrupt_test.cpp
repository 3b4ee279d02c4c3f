// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/interrupt.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <latch>
#include <stop_token>

namespace farthing::cli::interrupt_test {

struct sigaction current_action(int number) {
  struct sigaction action {};
  ::sigaction(number, nullptr, &action);
  return action;
}

TEST(Interrupt, StopsTheTokenAtASignal) {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    const Interrupt interrupt;
    EXPECT_EQ(interrupt.signal(), 0);
    std::latch stopped(1);
    const std::stop_callback on_stop(interrupt.token(), [&] { stopped.count_down(); });
    ::raise(number);
    stopped.wait();
    EXPECT_EQ(interrupt.signal(), number);
  }
}

TEST(Interrupt, LetsTheSecondSignalEndTheProcess) {
  const Interrupt interrupt;
  ::raise(SIGINT);
  EXPECT_EQ(current_action(SIGINT).sa_handler, SIG_DFL);
}

TEST(Interrupt, LeavesWhatItFound) {
  const auto before = current_action(SIGTERM).sa_handler;
  {
    const Interrupt interrupt;
    EXPECT_NE(current_action(SIGTERM).sa_handler, before);
  }
  EXPECT_EQ(current_action(SIGTERM).sa_handler, before);
}

TEST(Interrupt, KeepsAnIgnoredSignalIgnored) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  {
    const Interrupt interrupt;
    ::raise(SIGHUP);
    EXPECT_EQ(interrupt.signal(), 0);
    EXPECT_FALSE(interrupt.token().stop_requested());
  }
  std::signal(SIGHUP, before);
}

}  // namespace farthing::cli::interrupt_test
