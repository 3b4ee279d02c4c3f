// SPDX-License-Identifier: Apache-2.0
#include "server/app/statement_key.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/temporary_directory.hpp"

namespace farthing::app {
namespace {

namespace fs = std::filesystem;

TEST(StatementKey, IsMadeOnceForItsOwnerAlone) {
  const TemporaryDirectory directory;
  const auto made = ensure_statement_key(directory.path() / kStatementKeyFile);
  ASSERT_TRUE(made) << made.error();
  const fs::path file = directory.path() / kStatementKeyFile;
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  const auto found = ensure_statement_key(directory.path() / kStatementKeyFile);
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->verification_key().bytes, made->verification_key().bytes);
}

TEST(StatementKey, AStartThatDiedOnTheWayLeavesNone) {
  const TemporaryDirectory directory;
  std::ofstream(directory.path() / "statement.key.pending") << "half a k";
  const auto made = ensure_statement_key(directory.path() / kStatementKeyFile);
  ASSERT_TRUE(made) << made.error();
  EXPECT_FALSE(fs::exists(directory.path() / "statement.key.pending"));
}

TEST(StatementKey, AFileThatHoldsNoneIsLeftAsItIs) {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / kStatementKeyFile;
  std::ofstream(file) << "not a key\n";
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  const auto refused = ensure_statement_key(directory.path() / kStatementKeyFile);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("does not hold a key"), std::string::npos) << refused.error();
  EXPECT_EQ(fs::file_size(file), 10U);
}

}  // namespace
}  // namespace farthing::app
