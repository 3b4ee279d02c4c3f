// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/journal.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/bytes.hpp"
#include "server/testing/journal_fixture.hpp"

namespace farthing::store::embedded::journal_test {

namespace fs = std::filesystem;

TEST_F(JournalTest, StartsEmpty) {
  const auto journal = open();
  EXPECT_EQ(journal->last_number(), 0U);
  EXPECT_TRUE(read_.empty());
}

TEST_F(JournalTest, GivesBackWhatWasAppended) {
  append(*open(), 1, 5);
  EXPECT_EQ(open()->last_number(), 5U);
  EXPECT_EQ(read_, numbers(1, 5));
  append(*open(), 6, 7);
  open();
  EXPECT_EQ(read_, numbers(1, 7));
}

TEST_F(JournalTest, SkipsWhatIsCovered) {
  append(*open(), 1, 5);
  EXPECT_EQ(open(3)->last_number(), 5U);
  EXPECT_EQ(read_, numbers(4, 5));
}

TEST_F(JournalTest, GoesOnBehindACheckpointThatIsAheadOfWhatAnOlderVersionLeft) {
  append(*open(), 1, 5);
  remove_reach();
  append(*open(9), 10, 11);
  EXPECT_TRUE(read_.empty());
  open(9);
  EXPECT_EQ(read_, numbers(10, 11));
}

TEST_F(JournalTest, GoesOnInFurtherSegments) {
  append(*open(), 1, 20, kThirdOfASegment);
  EXPECT_GT(files().size(), 2U);
  open();
  EXPECT_EQ(read_, numbers(1, 20));
}

// As an older version has left them.
TEST_F(JournalTest, GoesOnBehindASegmentWithoutAHeader) {
  const fs::path first = directory_ / "00000000000000000001.log";
  fs::create_directory(directory_);
  std::string segment;
  for (std::uint64_t number = 1; number <= 2; ++number) {
    const std::string record = make_batch(number, kThirdOfASegment).record;
    ByteWriter(segment).fixed(static_cast<std::uint32_t>(record.size())).raw(record);
  }
  segment.resize(JournalSegment::kLeastBytes);
  std::ofstream(first, std::ios::binary) << segment;
  append(*open(), 3, 9, kThirdOfASegment);
  EXPECT_EQ(read_, numbers(1, 2));
  ASSERT_EQ(files().size(), 2U);
  EXPECT_NE(find_record(first, 3), std::string::npos) << "it was not filled up";
  open();
  EXPECT_EQ(read_, numbers(1, 9));
  damage(first, find_record(first, 3) + 20);
  const auto opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("record 3 is missing"), std::string::npos)
      << opened.error().message;
}

TEST_F(JournalTest, HasRoomForARecordLargerThanASegment) {
  const auto journal = open();
  append(*journal, 1, 1);
  append(*journal, 2, 2, std::size_t{20} << 20);
  append(*journal, 3, 3);
  open();
  EXPECT_EQ(read_, numbers(1, 3));
}

TEST_F(JournalTest, GivesUpSegmentsThatAreCovered) {
  const auto journal = open();
  append(*journal, 1, 20, kThirdOfASegment);
  const std::size_t before = files().size();
  journal->drop(3);
  EXPECT_EQ(files().size(), before - 1);
  journal->drop(20);
  EXPECT_EQ(files().size(), 1U) << "the one that is written to stays";
  append(*journal, 21, 25, kThirdOfASegment);
  open(20);
  EXPECT_EQ(read_, numbers(21, 25));
}

TEST_F(JournalTest, UsesSegmentsAgainAndIsNotMisledByWhatTheyHeld) {
  constexpr std::size_t kTwoMegabytes = std::size_t{2} << 20;
  std::uint64_t covered = 0;
  for (std::uint64_t round = 0; round < 4; ++round) {
    const auto journal = open(covered);
    const std::uint64_t first = covered + 1;
    append(*journal, first, first + 40, kTwoMegabytes);
    journal->drop(first + 30);
    covered = first + 30;
    EXPECT_FALSE(files(".reserve").empty());
    append(*journal, first + 41, first + 45, kTwoMegabytes);
    open(covered);
    EXPECT_EQ(read_, numbers(covered + 1, first + 45));
    covered = first + 45;
  }
}

TEST_F(JournalTest, WritesOverARecordThatACrashLeftUnfinished) {
  for (const std::size_t bytes : {0, 3, 4, 20, 60}) {
    SCOPED_TRACE(bytes);
    reset();
    append(*open(), 1, 3);
    {
      FailingJournalDisk failing;
      auto journal = Journal::open(directory_, failing, {},
                                   [](const JournalBatch&) { return Result<Done>(Done{}); });
      ASSERT_TRUE(journal);
      failing.tear_next_write(bytes);
      EXPECT_FALSE((*journal)->append(make_batch(4, 100)));
    }
    const auto journal = open();
    EXPECT_EQ(read_, numbers(1, 3));
    append(*journal, 4, 5, 30);
    open();
    EXPECT_EQ(read_, numbers(1, 5));
  }
}

TEST_F(JournalTest, RefusesADamagedRecordThatOthersFollow) {
  append(*open(), 1, 5);
  const auto file = files().at(0);
  damage(file, find_record(file, 3) + 20);
  const auto opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("cannot be read"), std::string::npos);
}

TEST_F(JournalTest, RefusesADamagedLengthThatRecordsFollow) {
  append(*open(), 1, 5);
  const auto file = files().at(0);
  damage(file, find_record(file, 3) - 2);
  EXPECT_FALSE(try_open());
}

TEST_F(JournalTest, RefusesADamagedFirstRecord) {
  append(*open(), 1, 5);
  const auto file = files().at(0);
  damage(file, kSegmentHeaderBytes + 20);
  EXPECT_FALSE(try_open());
}

TEST_F(JournalTest, RefusesAMissingSegment) {
  append(*open(), 1, 20, kThirdOfASegment);
  fs::remove(files().at(1));
  const auto opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("missing"), std::string::npos);
}

TEST_F(JournalTest, RefusesToBeginBehindWhatIsCovered) {
  append(*open(), 1, 1);
  remove_reach();
  append(*open(6), 7, 8);
  EXPECT_FALSE(try_open(5));
}

TEST_F(JournalTest, RefusesARecordOfAnotherFormat) {
  append(*open(), 1, 1);
  const auto file = files().at(0);
  // A whole record, by its checksum, of the next format.
  JournalBatch batch = make_batch(2);
  batch.record.resize(batch.record.size() - 8);
  batch.record[0] = 2;
  batch.record += std::string(as_bytes(sha256(batch.record)).substr(0, 8));
  const auto segment = JournalSegment::open(file, disk_).value();
  segment->seek(kSegmentHeaderBytes + JournalSegment::kFrameBytes + make_batch(1).record.size());
  ASSERT_TRUE(segment->append(batch.record));
  const auto opened = try_open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("format"), std::string::npos);
}

TEST_F(JournalTest, AFailedSyncIsAnError) {
  const auto journal = open();
  append(*journal, 1, 1);
  disk_.fail_syncs();
  EXPECT_FALSE(journal->append(make_batch(2)));
}

TEST_F(JournalTest, NoticesAFullDiskBeforeItMatters) {
  const auto journal = open();
  EXPECT_TRUE(journal->wants_reserve());
  EXPECT_FALSE(journal->wants_reserve()) << "it was told once";
  EXPECT_TRUE(journal->has_room());
  append(*journal, 1, 1, kThirdOfASegment);
  EXPECT_TRUE(journal->wants_reserve()) << "the one in reserve is in use now";
  disk_.set_full(true);
  EXPECT_TRUE(journal->has_room()) << "most of it is free";
  append(*journal, 2, 2, kThirdOfASegment);
  EXPECT_FALSE(journal->has_room());
  disk_.set_full(false);
  EXPECT_TRUE(journal->has_room());
  append(*journal, 3, 6, kThirdOfASegment);
  open();
  EXPECT_EQ(read_, numbers(1, 6));
}

}  // namespace farthing::store::embedded::journal_test
