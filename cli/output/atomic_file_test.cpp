// SPDX-License-Identifier: Apache-2.0
#include "cli/output/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "cli/tests/scratch.hpp"

namespace farthing::cli::atomic_file_test {

unsigned mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return static_cast<unsigned>(status.st_mode) & 0777U;
}

TEST(AtomicFile, AppearsWholeWhenCommitted) {
  const Scratch scratch;
  scratch.write("out", "old");
  auto file = AtomicFile::open(scratch.path("out"), AtomicFile::Access::by_umask);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(scratch.read("out"), "old");
  ASSERT_TRUE(file->commit("new").has_value());
  EXPECT_EQ(scratch.read("out"), "new");
  EXPECT_EQ(scratch.count(), 1U);
}

TEST(AtomicFile, LeavesNoTraceWithoutCommit) {
  const Scratch scratch;
  scratch.write("out", "old");
  { const auto file = AtomicFile::open(scratch.path("out"), AtomicFile::Access::by_umask); }
  EXPECT_EQ(scratch.read("out"), "old");
  EXPECT_EQ(scratch.count(), 1U);
}

TEST(AtomicFile, FollowsTheUmaskOrIsTheOwnersAlone) {
  const Scratch scratch;
  const mode_t before = ::umask(0027);
  auto shared = AtomicFile::open(scratch.path("shared"), AtomicFile::Access::by_umask);
  auto secret = AtomicFile::open(scratch.path("secret"), AtomicFile::Access::owner_only);
  ::umask(before);
  ASSERT_TRUE(shared && shared->commit("x"));
  ASSERT_TRUE(secret && secret->commit("x"));
  EXPECT_EQ(mode_of(scratch.path("shared")), 0640U);
  EXPECT_EQ(mode_of(scratch.path("secret")), 0600U);
}

TEST(AtomicFile, ReplacesRegularFilesOnly) {
  const Scratch scratch;
  scratch.write("file", "kept");
  std::filesystem::create_symlink(scratch.path("file"), scratch.path("link"));
  std::filesystem::create_directory(scratch.path("folder"));
  for (const std::string& path :
       {scratch.path("link"), scratch.path("folder"), std::string("/dev/null")}) {
    const auto file = AtomicFile::open(path, AtomicFile::Access::by_umask);
    ASSERT_FALSE(file.has_value()) << path;
    EXPECT_EQ(file.error().code, ExitCode::usage);
  }
  EXPECT_EQ(scratch.read("file"), "kept");
}

TEST(AtomicFile, TellsEarlyWhatCannotBeWritten) {
  const Scratch scratch;
  const auto file = AtomicFile::open(scratch.path("missing/out"), AtomicFile::Access::by_umask);
  ASSERT_FALSE(file.has_value());
  EXPECT_NE(file.error().message.find("missing/out"), std::string::npos);
}

}  // namespace farthing::cli::atomic_file_test
