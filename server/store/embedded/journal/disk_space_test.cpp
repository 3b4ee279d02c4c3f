// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/disk_space.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace farthing::store::embedded::disk_space_test {

class DiskSpaceTest : public testing::Test {
 protected:
  static constexpr DiskMarks kMarks{
      .acts_bytes = 3'200, .movements_bytes = 1'600, .everything_bytes = 320};

  WorkSet at(std::uint64_t free) {
    free_ = free;
    disk_.look();
    return disk_.refused();
  }

  std::uint64_t free_ = 10'000;
  std::vector<std::string> lines_;
  Limitations limitations_{[this](const std::string& line) { lines_.push_back(line); }};
  DiskSpace disk_{[this] { return free_; }, kMarks, limitations_};
};

TEST_F(DiskSpaceTest, ActsStopFirstThenMovementsThenEverything) {
  EXPECT_EQ(at(3'200), WorkSet());
  EXPECT_EQ(at(3'199), WorkSet(Work::acts));
  EXPECT_EQ(at(1'600), WorkSet(Work::acts));
  EXPECT_EQ(at(1'599), Work::acts | Work::movements);
  EXPECT_EQ(at(320), Work::acts | Work::movements);
  EXPECT_EQ(at(319), WorkSet::writes());
  EXPECT_EQ(lines_.size(), 3U) << "each step is told once";
  EXPECT_TRUE(limitations_.has("disk_space"));
  EXPECT_EQ(at(10'000), WorkSet());
  EXPECT_EQ(lines_.size(), 4U);
  EXPECT_FALSE(limitations_.has("disk_space"));
}

TEST_F(DiskSpaceTest, NothingComesAndGoesAtAMark) {
  EXPECT_EQ(at(1'599), Work::acts | Work::movements);
  EXPECT_EQ(at(1'601), Work::acts | Work::movements);
  EXPECT_EQ(at(1'650), WorkSet(Work::acts));
  EXPECT_EQ(at(1'601), WorkSet(Work::acts));
}

// As by a quota: there is free space, and the store cannot use it.
TEST_F(DiskSpaceTest, WhatTheStoreFindsNoRoomForIsRefusedWhateverIsFree) {
  disk_.set_without_room(Work::acts | Work::movements);
  EXPECT_EQ(disk_.refused(), Work::acts | Work::movements);
  EXPECT_EQ(at(10'000), Work::acts | Work::movements);
  ASSERT_EQ(lines_.size(), 1U);
  EXPECT_NE(lines_[0].find("quotas"), std::string::npos) << lines_[0];
  disk_.set_without_room({});
  EXPECT_EQ(disk_.refused(), WorkSet());
}

TEST_F(DiskSpaceTest, ByDefaultProtectionGoesOnToTheLast) {
  DiskSpace disk([] { return 0; }, {}, limitations_);
  EXPECT_EQ(disk.refused(), Work::acts | Work::movements);
}

TEST(IsForWantOfRoom, ForAFullDiskAQuotaAndALimitOfFileSizes) {
  for (const int number : {ENOSPC, EDQUOT, EFBIG}) EXPECT_TRUE(is_for_want_of_room(number));
  EXPECT_FALSE(is_for_want_of_room(EIO));
}

TEST(CheckRoomToStart, SaysWhatToDoWhenAFileMayNotGrow) {
  const auto directory = std::filesystem::temp_directory_path() / "farthing-room-test";
  std::filesystem::create_directories(directory);
  EXPECT_TRUE(check_room_to_start(directory));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 1'024;
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto refused = check_room_to_start(directory);
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("Make at least 16 MiB free"), std::string::npos)
      << refused.error().message;
  EXPECT_TRUE(std::filesystem::is_empty(directory)) << "nothing is left behind";
  std::filesystem::remove_all(directory);
}

TEST(CheckRoomToStart, TellsADirectoryThatCannotBeWrittenFromAFullDisk) {
  const auto refused = check_room_to_start("/proc/self");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("/proc/self cannot be written: "), std::string::npos)
      << refused.error().message;
  EXPECT_EQ(refused.error().message.find("free"), std::string::npos) << refused.error().message;
}

}  // namespace farthing::store::embedded::disk_space_test
