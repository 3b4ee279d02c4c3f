// SPDX-License-Identifier: Apache-2.0
#include "server/app/secret_file.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_directory.hpp"

namespace farthing::app {
namespace {

namespace fs = std::filesystem;

class SecretFileTest : public testing::Test {
 protected:
  std::string content_of(const fs::path& file) {
    const auto secret = read_secret_file(file);
    if (!secret || !*secret) return "(none)";
    return std::string((*secret)->reveal());
  }

  TemporaryDirectory directory_;
  const fs::path file_ = directory_.path() / "a.key";
  const fs::path other_ = directory_.path() / "b.key";
  const Secret secret_{"sk-secret"};
};

TEST_F(SecretFileTest, IsForItsOwnerAlone) {
  ASSERT_TRUE(write_secret_file(file_, secret_));
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(content_of(file_), "sk-secret");
  EXPECT_EQ(fs::file_size(file_), 10U);
}

TEST_F(SecretFileTest, NeverReplacesAFile) {
  std::ofstream(file_) << "precious";
  const auto done = write_secret_file(file_, secret_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error(), "cannot make " + file_.string() + ": File exists");
  EXPECT_EQ(content_of(file_), "precious");
}

TEST_F(SecretFileTest, FollowsNoLink) {
  fs::create_symlink(other_, file_);
  EXPECT_FALSE(write_secret_file(file_, secret_));
  EXPECT_FALSE(fs::exists(other_));
}

TEST_F(SecretFileTest, MayBeAbsent) {
  const auto secret = read_secret_file(file_);
  ASSERT_TRUE(secret);
  EXPECT_FALSE(*secret);
}

TEST_F(SecretFileTest, IsPublishedUnderAnotherName) {
  ASSERT_TRUE(write_secret_file(file_, secret_));
  ASSERT_TRUE(publish_file(file_, other_));
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_EQ(content_of(other_), "sk-secret");
}

TEST_F(SecretFileTest, PublishingIsFinishedAfterADeathInTheMiddle) {
  ASSERT_TRUE(write_secret_file(file_, secret_));
  fs::create_hard_link(file_, other_);
  ASSERT_TRUE(publish_file(file_, other_));
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_EQ(content_of(other_), "sk-secret");
}

TEST_F(SecretFileTest, PublishingNeverReplacesAnotherFile) {
  ASSERT_TRUE(write_secret_file(file_, secret_));
  std::ofstream(other_) << "precious";
  EXPECT_FALSE(publish_file(file_, other_));
  EXPECT_EQ(content_of(other_), "precious");
  EXPECT_EQ(content_of(file_), "sk-secret");
}

}  // namespace
}  // namespace farthing::app
