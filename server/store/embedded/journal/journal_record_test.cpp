// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/journal_record.hpp"

#include <gtest/gtest.h>

namespace farthing::store::embedded::journal_record_test {

const directory::EntryTexts kErased{.organization = {Id128{.bytes = {1, 2, 3}}}, .seq = 300};

const UserId kErasedUser{Id128{.bytes = {4, 5}}};

JournalBatch make_batch() {
  JournalBatch batch;
  JournalRecordWriter writer(batch, 7, Instant::from_us(1'234));
  EXPECT_TRUE(writer.is_empty());
  writer.add_entry("first entry");
  writer.add(directory::Organization{.name = "Acme"});
  writer.add_entry("second");
  writer.add(directory::Erasure(kErased));
  writer.add(directory::Erasure(kErasedUser));
  EXPECT_FALSE(writer.is_empty());
  writer.finish();
  return batch;
}

TEST(JournalRecord, IsReadAsItWasWritten) {
  const JournalBatch written = make_batch();
  EXPECT_EQ(written.encoded_entry(0), "first entry");
  const auto read = read_journal_record(written.record);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->number, 7U);
  EXPECT_EQ(read->mark, Instant::from_us(1'234));
  ASSERT_EQ(read->entries.size(), 2U);
  EXPECT_EQ(read->encoded_entry(0), "first entry");
  EXPECT_EQ(read->encoded_entry(1), "second");
  ASSERT_EQ(read->directory_records.size(), 1U);
  EXPECT_EQ(std::get<directory::Organization>(read->directory_records[0]).name, "Acme");
  ASSERT_EQ(read->erasures.size(), 2U);
  EXPECT_EQ(std::get<directory::EntryTexts>(read->erasures[0]), kErased);
  EXPECT_EQ(std::get<UserId>(read->erasures[1]), kErasedUser);
}

TEST(JournalRecord, IsRefusedWhenAnyByteIsWrong) {
  const std::string record = make_batch().record;
  for (std::size_t i = 0; i < record.size(); ++i) {
    std::string damaged = record;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(read_journal_record(damaged)) << "byte " << i;
  }
}

TEST(JournalRecord, IsRefusedWhenItIsCut) {
  const std::string record = make_batch().record;
  for (std::size_t size = 0; size < record.size(); ++size) {
    EXPECT_FALSE(read_journal_record(record.substr(0, size))) << size << " bytes";
  }
}

}  // namespace farthing::store::embedded::journal_record_test
