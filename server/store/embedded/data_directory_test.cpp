// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/data_directory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.hpp"

namespace farthing::store::embedded::data_directory_test {

namespace fs = std::filesystem;

class DataDirectoryTest : public testing::Test {
 protected:
  static void write(const fs::path& file, mode_t mode = 0644) {
    fs::create_directories(file.parent_path());
    std::ofstream(file) << "text";
    ::chmod(file.c_str(), mode);
  }
  static mode_t mode_of(const fs::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }
  static std::set<std::string> names_in(const fs::path& directory) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }
  static std::string refusal_of(const fs::path& path) {
    const auto opened = DataDirectory::open(path);
    return opened ? "" : opened.error().message;
  }
  // A store as `open` leaves it behind.
  void make_store() const {
    const auto directory = DataDirectory::open(data_);
    ASSERT_TRUE(directory) << directory.error().message;
    (*directory)->keep();
  }
  std::vector<std::string> warnings() const {
    std::vector<std::string> told;
    const auto directory = DataDirectory::open(data_);
    EXPECT_TRUE(directory);
    if (directory) {
      (*directory)->report_warnings([&](const std::string& what) { told.push_back(what); });
    }
    return told;
  }

  const TemporaryDirectory scratch_;
  const fs::path data_ = scratch_.path() / "data";
};

TEST_F(DataDirectoryTest, AStoreThatIsNotKeptLeavesNothing) {
  const fs::path deep = data_ / "of" / "a" / "start";
  {
    const auto directory = DataDirectory::open(deep);
    ASSERT_TRUE(directory) << directory.error().message;
    EXPECT_TRUE(DataDirectory::holds_store(deep));
    write((*directory)->database_path() / "000001.sst");
    write((*directory)->journal_path() / "1");
    for (const char* name : {"key-filter", "admin.key", "admin.key.pending", "statement.key"}) {
      write(deep / name);
    }
  }
  EXPECT_FALSE(fs::exists(data_));
}

TEST_F(DataDirectoryTest, WhatWasThereBeforeStays) {
  fs::create_directories(data_ / "lost+found");
  write(data_ / "statement.key", 0600);
  ::chmod(data_.c_str(), 0750);
  {
    const auto directory = DataDirectory::open(data_);
    ASSERT_TRUE(directory) << directory.error().message;
    EXPECT_EQ(mode_of(data_), 0700U);
  }
  EXPECT_EQ(names_in(data_), (std::set<std::string>{"lost+found", "statement.key"}));
  EXPECT_EQ(mode_of(data_), 0750U);
}

TEST_F(DataDirectoryTest, WhatOthersPutBesideItStays) {
  {
    const auto directory = DataDirectory::open(data_);
    ASSERT_TRUE(directory);
    write(data_ / "mine");
  }
  EXPECT_EQ(names_in(data_), (std::set<std::string>{"mine"}));
}

TEST_F(DataDirectoryTest, AStoreThatIsKeptStays) {
  make_store();
  { ASSERT_TRUE(DataDirectory::open(data_)); }  // A later start that fails takes nothing away.
  EXPECT_TRUE(DataDirectory::holds_store(data_));
}

TEST_F(DataDirectoryTest, ADirectoryOfSomethingElseIsRefusedAndLeftAsItIs) {
  for (const char* name : {"notes.txt", ".hidden", "admin.key", "journal"}) {
    SCOPED_TRACE(name);
    fs::remove_all(data_);
    write(data_ / name);
    ::chmod(data_.c_str(), 0755);
    EXPECT_NE(refusal_of(data_).find(std::string("is not empty: there is ") + name),
              std::string::npos)
        << refusal_of(data_);
    EXPECT_EQ(names_in(data_), std::set<std::string>{name});
    EXPECT_EQ(mode_of(data_), 0755U);
    EXPECT_EQ(mode_of(data_ / name), 0644U);
  }
}

TEST_F(DataDirectoryTest, WhatADeadStartHasLeftIsNoObstacle) {
  write(data_ / "lock");
  write(data_ / "format.new");
  make_store();
  EXPECT_TRUE(DataDirectory::holds_store(data_));
}

TEST_F(DataDirectoryTest, AStoreThatIsOpenToOthersIsNarrowed) {
  make_store();
  write(data_ / "rocksdb" / "LOG");
  write(data_ / "rocksdb" / "deeper" / "000001.sst");
  write(data_ / "journal" / "1", 0666);
  write(data_ / "admin.key");
  write(data_ / "mine");
  write(scratch_.path() / "elsewhere");
  fs::create_symlink(scratch_.path() / "elsewhere", data_ / "rocksdb" / "link");
  for (const char* name : {"", "rocksdb", "journal", "rocksdb/deeper"}) {
    ::chmod((data_ / name).c_str(), 0755);
  }
  EXPECT_EQ(warnings(), std::vector<std::string>());
  for (const char* name : {"", "rocksdb", "journal", "rocksdb/deeper"}) {
    EXPECT_EQ(mode_of(data_ / name), 0700U) << name;
  }
  for (const char* name :
       {"format", "lock", "rocksdb/LOG", "rocksdb/deeper/000001.sst", "journal/1", "admin.key"}) {
    EXPECT_EQ(mode_of(data_ / name), 0600U) << name;
  }
  EXPECT_EQ(mode_of(data_ / "mine"), 0644U);
  EXPECT_EQ(mode_of(scratch_.path() / "elsewhere"), 0644U);
}

TEST_F(DataDirectoryTest, AnUnknownFormatIsRefusedBeforeAnythingIsChanged) {
  make_store();
  std::ofstream(data_ / "format") << "farthing store format 9\n";
  ::chmod(data_.c_str(), 0755);
  EXPECT_NE(refusal_of(data_).find("format"), std::string::npos);
  EXPECT_EQ(mode_of(data_), 0755U);
}

TEST_F(DataDirectoryTest, ADirectoryOfAnotherUserIsAWarning) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  make_store();
  constexpr uid_t kNobody = 65'534;
  ASSERT_EQ(::chown(data_.c_str(), kNobody, static_cast<gid_t>(-1)), 0);
  ASSERT_EQ(::chown((data_ / "lock").c_str(), kNobody, static_cast<gid_t>(-1)), 0);
  for (const char* name : {"lock", "format"}) ::chmod((data_ / name).c_str(), 0644);
  ::chmod(data_.c_str(), 0755);
  const auto told = warnings();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("belongs to another user (uid 65534)"), std::string::npos) << told[0];
  EXPECT_EQ(mode_of(data_), 0755U);
  EXPECT_EQ(mode_of(data_ / "lock"), 0644U);    // theirs
  EXPECT_EQ(mode_of(data_ / "format"), 0600U);  // ours
}

TEST_F(DataDirectoryTest, ASecondServerIsRefusedAndTakesNothingAway) {
  const auto first = DataDirectory::open(data_);
  ASSERT_TRUE(first);
  EXPECT_NE(refusal_of(data_).find("is in use"), std::string::npos);
  EXPECT_TRUE(DataDirectory::holds_store(data_));
}

}  // namespace farthing::store::embedded::data_directory_test
