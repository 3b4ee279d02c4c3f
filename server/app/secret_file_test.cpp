// SPDX-License-Identifier: Apache-2.0
#include "server/app/secret_file.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "tests/support/temporary_directory.hpp"

namespace farthing::app::secret_file_test {

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

TEST_F(SecretFileTest, OneThatIsNamedMayBeAPipeThatGivesItInPieces) {
  ASSERT_EQ(::mkfifo(file_.c_str(), 0666), 0);
  std::thread writer([this] {
    std::ofstream pipe(file_);
    for (const char* piece : {"sk-", "sec", "ret\n"}) pipe << piece << std::flush;
  });
  const auto secret = read_named_secret(file_, SharedSecrets::refused);
  writer.join();
  ASSERT_TRUE(secret) << secret.error();
  EXPECT_EQ((*secret)->reveal(), "sk-secret");
}

TEST_F(SecretFileTest, ALineThatIsTooLongIsNotCut) {
  std::ofstream(file_) << std::string(4'096, 'x') << '\n';
  const auto secret = read_secret_file(file_);
  ASSERT_FALSE(secret);
  EXPECT_NE(secret.error().find("too long"), std::string::npos) << secret.error();
  std::ofstream(file_) << std::string(4'095, 'x') << '\n';
  EXPECT_EQ(content_of(file_).size(), 4'095U);
}

TEST_F(SecretFileTest, NobodyElseMayReadIt) {
  ASSERT_TRUE(write_secret_file(file_, secret_));
  EXPECT_TRUE(check_secret_file(file_, SharedSecrets::refused));
  EXPECT_TRUE(check_secret_file(directory_.path() / "none", SharedSecrets::refused));
  fs::permissions(file_, fs::perms::others_read, fs::perm_options::add);
  const auto refused = check_secret_file(file_, SharedSecrets::refused);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().find("sk-secret"), std::string::npos);
  EXPECT_NE(refused.error().find("chmod 600"), std::string::npos) << refused.error();
  EXPECT_FALSE(read_named_secret(file_, SharedSecrets::refused));
  EXPECT_TRUE(check_secret_file(file_, SharedSecrets::allowed));
  EXPECT_TRUE(read_named_secret(file_, SharedSecrets::allowed));
}

}  // namespace farthing::app::secret_file_test
