// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/client/data_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "sdk/cpp/tests/temporary_directory.hpp"

namespace farthing::sdk::data_file_test {

namespace fs = std::filesystem;

class DataFile : public testing::Test {
 protected:
  static std::string content(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::size_t files_in_folder() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  const tests::TemporaryDirectory directory_;
  const fs::path folder_ = directory_.path();
};

TEST_F(DataFile, IsWrittenWithOneNewline) {
  const fs::path file = folder_ / "result.txt";
  EXPECT_FALSE(write_data_file(file, "{}"));
  EXPECT_EQ(content(file), "{}\n");
  EXPECT_EQ(files_in_folder(), 1U);
}

TEST_F(DataFile, KeepsThePermissionsOfWhatItReplaces) {
  const fs::path file = folder_ / "result.txt";
  std::ofstream(file) << "old";
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  EXPECT_FALSE(write_data_file(file, "new"));
  EXPECT_EQ(content(file), "new\n");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms(0640));
}

TEST_F(DataFile, IsAFileNameAndNothingElse) {
  const fs::path file = folder_ / "|touch pwned; $(touch pwned)";
  EXPECT_FALSE(check_data_file(file));
  EXPECT_FALSE(write_data_file(file, "x"));
  EXPECT_EQ(content(file), "x\n");
  EXPECT_EQ(files_in_folder(), 1U);
}

TEST_F(DataFile, MustBeAbleToExist) {
  fs::create_directory(folder_ / "sub");
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  for (const fs::path& file :
       {fs::path(), fs::path(std::string("a\0b", 3)), folder_ / "sub", folder_ / "sub/",
        folder_ / "none" / "x", folder_ / "pipe", fs::path("/dev/null")}) {
    const auto failure = check_data_file(file);
    ASSERT_TRUE(failure) << file;
    EXPECT_EQ(failure->kind, FailureKind::usage);
    EXPECT_EQ(failure->field, "data_file");
  }
}

TEST_F(DataFile, LeavesNothingBehindWhenItFails) {
  // A folder of that name appeared after the check.
  fs::create_directories(folder_ / "result.txt" / "x");
  const auto failure = write_data_file(folder_ / "result.txt", "text");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->kind, FailureKind::file);
  EXPECT_EQ(files_in_folder(), 1U);
}

}  // namespace farthing::sdk::data_file_test
