// SPDX-License-Identifier: Apache-2.0
#include "server/app/json_log.hpp"

#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <string>
#include <string_view>

#include "base/instant.hpp"

namespace farthing::app::json_log_test {

TEST(JsonLog, WritesOneObjectALine) {
  testing::internal::CaptureStderr();
  const auto logger = make_json_logger(LogLevel::info);
  logger->debug("not this");
  logger->warn("a \"quoted\"\nline");
  const std::string written = testing::internal::GetCapturedStderr();
  constexpr std::string_view kBefore = R"({"at":")";
  constexpr std::size_t kInstantSize = 27;
  ASSERT_TRUE(written.starts_with(kBefore)) << written;
  EXPECT_TRUE(Instant::parse(written.substr(kBefore.size(), kInstantSize))) << written;
  EXPECT_EQ(written.substr(kBefore.size() + kInstantSize),
            R"(","level":"warning","message":"a \"quoted\"\nline"})"
            "\n");
}

TEST(JsonLog, HasTheLevelItIsGiven) {
  testing::internal::CaptureStderr();
  make_json_logger(LogLevel::debug)->debug("this");
  make_json_logger(LogLevel::error)->warn("not this");
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_NE(written.find(R"("message":"this")"), std::string::npos);
  EXPECT_EQ(written.find("not this"), std::string::npos);
}

}  // namespace farthing::app::json_log_test
