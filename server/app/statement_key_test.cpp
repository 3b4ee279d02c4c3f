// SPDX-License-Identifier: Apache-2.0
#include "server/app/statement_key.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_directory.hpp"

namespace farthing::app::statement_key_test {

namespace fs = std::filesystem;

constexpr const char* kFile = "statement.key";

TEST(StatementKey, IsMadeOnceForItsOwnerAlone) {
  const TemporaryDirectory directory;
  const auto made = ensure_statement_key(directory.path() / kFile, SharedSecrets::refused);
  ASSERT_TRUE(made) << made.error();
  const fs::path file = directory.path() / kFile;
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto found = ensure_statement_key(directory.path() / kFile, SharedSecrets::refused);
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->verification_key().bytes, made->verification_key().bytes);
}

TEST(StatementKey, AStartThatDiedOnTheWayLeavesNone) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "statement.key.pending") << "half a k";
  const auto made = ensure_statement_key(directory.path() / kFile, SharedSecrets::refused);
  ASSERT_TRUE(made) << made.error();
  EXPECT_FALSE(fs::exists(directory.path() / "statement.key.pending"));
}

TEST(StatementKey, AFileThatHoldsNoneIsLeftAsItIs) {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / kFile;
  std::ofstream(file) << "not a key\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  const auto refused = ensure_statement_key(directory.path() / kFile, SharedSecrets::refused);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("does not hold a key"), std::string::npos) << refused.error();
  EXPECT_EQ(fs::file_size(file), 10U);
}

TEST(StatementKey, AFileThatOthersCanReadIsRefusedUnlessThatIsAllowed) {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / kFile;
  ASSERT_TRUE(ensure_statement_key(file, SharedSecrets::refused));
  // As a container has it: a link to what was mounted.
  const fs::path link = directory.path() / "link";
  fs::create_symlink(file, link);
  EXPECT_TRUE(ensure_statement_key(link, SharedSecrets::refused));
  fs::permissions(file, fs::perms::group_read | fs::perms::others_read, fs::perm_options::add);
  for (const fs::path& named : {file, link}) {
    const auto refused = ensure_statement_key(named, SharedSecrets::refused);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().find("by other users (mode 0644)"), std::string::npos)
        << refused.error();
    EXPECT_TRUE(ensure_statement_key(named, SharedSecrets::allowed));
  }
}

}  // namespace farthing::app::statement_key_test
