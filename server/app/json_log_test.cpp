// SPDX-License-Identifier: Apache-2.0
#include "server/app/json_log.hpp"

#include <gtest/gtest.h>
#include <spdlog/logger.h>

#include <regex>
#include <string>

namespace farthing::app {
namespace {

TEST(JsonLog, WritesOneObjectALine) {
  testing::internal::CaptureStderr();
  const auto logger = make_json_logger(LogLevel::info);
  logger->debug("not this");
  logger->warn("a \"quoted\"\nline");
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(std::regex_match(
      written, std::regex(R"(\{"at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z","level":"warning",)"
                          R"("message":"a \\"quoted\\"\\nline"\}\n)")))
      << written;
}

TEST(JsonLog, HasTheLevelItIsGiven) {
  testing::internal::CaptureStderr();
  make_json_logger(LogLevel::debug)->debug("this");
  make_json_logger(LogLevel::error)->warn("not this");
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_NE(written.find(R"("message":"this")"), std::string::npos);
  EXPECT_EQ(written.find("not this"), std::string::npos);
}

}  // namespace
}  // namespace farthing::app
