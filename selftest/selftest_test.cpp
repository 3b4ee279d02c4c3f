// SPDX-License-Identifier: Apache-2.0
#include "selftest/selftest.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace farthing::selftest::selftest_test {

class SelftestTest : public ::testing::Test {
 protected:
  SelftestTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "farthing-XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }

 public:
  ~SelftestTest() override { std::filesystem::remove_all(folder_); }

 protected:
  std::filesystem::path folder_;
};

TEST_F(SelftestTest, TriesTheStoreAndTellsHowFarItCame) {
  std::vector<std::string> told;
  const SelftestOptions options = {
      .seed = 5, .duration = std::chrono::milliseconds(300), .data = folder_ / "new"};
  EXPECT_EQ(find_refusal(options.data), std::nullopt);
  const auto deviation =
      run_selftest(options, [&told](const std::string& line) { told.push_back(line); });
  EXPECT_EQ(deviation, std::nullopt) << *deviation;
  EXPECT_EQ(told.front(), "seed 5, 4 submitters");
  EXPECT_NE(told.back().find("no deviation"), std::string::npos) << told.back();
  EXPECT_NE(find_refusal(options.data), std::nullopt) << "its store is left there";
}

TEST_F(SelftestTest, RefusesWhatIsNotItsOwn) {
  EXPECT_EQ(find_refusal(folder_), std::nullopt) << "an empty directory is";
  std::ofstream(folder_ / "format") << "somebody's store\n";
  EXPECT_NE(find_refusal(folder_).value_or("").find("is not empty"), std::string::npos);
  EXPECT_NE(find_refusal(folder_ / "format").value_or("").find("is not a directory"),
            std::string::npos);
}

TEST_F(SelftestTest, SaysWhenTheStoreCannotBeOpened) {
  std::ofstream(folder_ / "file") << "in the way\n";
  const auto failure =
      run_selftest({.seed = 1, .data = folder_ / "file"}, [](const std::string&) {});
  EXPECT_NE(failure.value_or("").find("the store cannot be opened"), std::string::npos);
}

}  // namespace farthing::selftest::selftest_test
