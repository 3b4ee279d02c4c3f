// SPDX-License-Identifier: Apache-2.0
#include "cli/output/secret_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "cli/tests/scratch.hpp"

namespace farthing::cli::secret_file_test {

TEST(SecretFile, HoldsTheSecretForTheOwnerAlone) {
  const Scratch scratch;
  const mode_t before = ::umask(0);
  auto file = SecretFile::create(scratch.path("key"));
  ::umask(before);
  ASSERT_TRUE(file.has_value());
  ASSERT_TRUE(file->write("sk-secret").has_value());
  EXPECT_EQ(scratch.read("key"), "sk-secret\n");
  EXPECT_EQ(std::filesystem::status(scratch.path("key")).permissions(),
            std::filesystem::perms(0600));
}

TEST(SecretFile, NeverReplacesWhatIsThere) {
  const Scratch scratch;
  scratch.write("key", "precious");
  std::filesystem::create_symlink(scratch.path("target"), scratch.path("link"));
  for (const char* name : {"key", "link"}) {
    const auto file = SecretFile::create(scratch.path(name));
    ASSERT_FALSE(file.has_value());
    EXPECT_EQ(file.error().code, ExitCode::usage);
  }
  EXPECT_EQ(scratch.read("key"), "precious");
  EXPECT_FALSE(scratch.has("target"));
}

TEST(SecretFile, IsGoneWhenNothingWasWritten) {
  const Scratch scratch;
  { const auto file = SecretFile::create(scratch.path("key")); }
  EXPECT_FALSE(scratch.has("key"));
}

}  // namespace farthing::cli::secret_file_test
