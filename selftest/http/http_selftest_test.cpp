// SPDX-License-Identifier: Apache-2.0
#include "selftest/http/http_selftest.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.hpp"

namespace farthing::selftest::http_selftest_test {

TEST(HttpSelftest, TriesAServerAndTellsHowFarItCame) {
  const TemporaryDirectory folder;
  std::vector<std::string> told;
  const auto deviation =
      run_http_selftest({.seed = 5, .duration = std::chrono::seconds(3)}, folder.path() / "data",
                        [&told](const std::string& line) { told.push_back(line); });
  EXPECT_EQ(deviation, std::nullopt) << *deviation;
  EXPECT_EQ(told.front(), "seed 5, over HTTP");
  EXPECT_NE(told.back().find("no deviation"), std::string::npos) << told.back();
}

TEST(HttpSelftest, SaysWhenTheServerDoesNotStart) {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "file") << "in the way\n";
  const auto failure =
      run_http_selftest({.seed = 1}, folder.path() / "file", [](const std::string&) {});
  EXPECT_NE(failure.value_or("").find("the server did not start"), std::string::npos);
}

TEST(HttpSelftest, SaysWhenTheServerGivesNoAnswer) {
  const sdk::Options nobody{.api_key = sdk::Secret("sk-none"), .base_url = "http://127.0.0.1:1"};
  const auto failure = run_http_selftest({.seed = 1}, nobody, [](const std::string&) {});
  EXPECT_NE(failure.value_or("").find("an organization cannot be made"), std::string::npos);
}

}  // namespace farthing::selftest::http_selftest_test
