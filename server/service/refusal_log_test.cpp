// SPDX-License-Identifier: Apache-2.0
#include "server/service/refusal_log.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace farthing::service::refusal_log_test {

using std::chrono::milliseconds;

class RefusalLogTest : public testing::Test {
 protected:
  void start(RefusalLog::Pace pace) {
    log_.emplace(counts_, pace, [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line);
    });
  }
  void refuse(std::string_view address) {
    counts_.note(Refusal::wrong_key, IpAddress::parse(address));
  }
  std::size_t lines() {
    const std::lock_guard lock(mutex_);
    return lines_.size();
  }
  bool wait_for_lines(std::size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (lines() < count && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(milliseconds(1));
    }
    return lines() >= count;
  }

  RefusalCounts counts_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::optional<RefusalLog> log_;
};

TEST_F(RefusalLogTest, TellsOfTheFirstAtOnceAndOfAFloodLater) {
  start({.delay = milliseconds(0), .interval = std::chrono::hours(1)});
  refuse("192.0.2.1");
  ASSERT_TRUE(wait_for_lines(1));
  for (int i = 0; i < 1'000; ++i) refuse("192.0.2.1");
  std::this_thread::sleep_for(milliseconds(20));
  EXPECT_EQ(lines(), 1U);
  log_.reset();
  ASSERT_EQ(lines(), 2U) << "what is left is told at the end";
  EXPECT_EQ(lines_.back(), "requests were refused client=192.0.2.1 wrong_keys=1000");
}

TEST_F(RefusalLogTest, GoesOnAfterTheInterval) {
  start({.delay = milliseconds(0), .interval = milliseconds(1)});
  for (std::size_t i = 1; i <= 3; ++i) {
    refuse("192.0.2.1");
    ASSERT_TRUE(wait_for_lines(i));
  }
}

TEST_F(RefusalLogTest, WritesNothingWhereNothingIsRefused) {
  start({.delay = milliseconds(0), .interval = milliseconds(1)});
  std::this_thread::sleep_for(milliseconds(5));
  log_.reset();
  EXPECT_EQ(lines(), 0U);
}

}  // namespace farthing::service::refusal_log_test
