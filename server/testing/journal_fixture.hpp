// SPDX-License-Identifier: Apache-2.0
// A journal in a folder of its own, with records that tell what they should hold.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "server/store/embedded/journal/journal.hpp"
#include "server/testing/failing_disk.hpp"

namespace farthing::store::embedded {

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() { reset(); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  // Nothing is there after it.
  void reset() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
  }

  static JournalBatch make_batch(std::uint64_t number, std::size_t entry_bytes = 10) {
    JournalBatch batch;
    JournalRecordWriter writer(batch, number, Instant::from_us(static_cast<std::int64_t>(number)));
    writer.add_entry(std::string(entry_bytes, static_cast<char>('a' + number % 26)));
    writer.finish();
    return batch;
  }

  // What the journal holds after `after` goes to `read_`.
  Result<std::unique_ptr<Journal>> try_open(std::uint64_t after = 0) {
    return try_open(JournalKnown{.covered = after});
  }
  Result<std::unique_ptr<Journal>> try_open(const JournalKnown& known) {
    read_.clear();
    return Journal::open(directory_, disk_, known, [this](const JournalBatch& batch) {
      EXPECT_EQ(batch.encoded_entry(0).front(), static_cast<char>('a' + batch.number % 26));
      read_.push_back(batch.number);
      return Result<Done>(Done{});
    });
  }
  std::unique_ptr<Journal> open(std::uint64_t after = 0) {
    auto opened = try_open(after);
    EXPECT_TRUE(opened) << opened.error().message;
    return *std::move(opened);
  }
  static void append(Journal& journal, std::uint64_t first, std::uint64_t last,
                     std::size_t entry_bytes = 10) {
    for (std::uint64_t number = first; number <= last; ++number) {
      ASSERT_TRUE(journal.append(make_batch(number, entry_bytes)));
    }
  }
  static std::vector<std::uint64_t> numbers(std::uint64_t first, std::uint64_t last) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t number = first; number <= last; ++number) all.push_back(number);
    return all;
  }

  std::vector<std::filesystem::path> files(std::string_view extension = ".log") const {
    std::vector<std::filesystem::path> found;
    for (const auto& file : std::filesystem::directory_iterator(directory_)) {
      if (file.path().extension() == extension) found.push_back(file.path());
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  // Where the record of that number begins in a file.
  static std::size_t find_record(const std::filesystem::path& file, std::uint64_t number) {
    std::ifstream in(file, std::ios::binary);
    const std::string content(std::istreambuf_iterator<char>(in), {});
    return content.find(journal_record_start(number));
  }
  static void damage(const std::filesystem::path& file, std::size_t offset) {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(offset));
    out.put('?');
  }

  // As an older version leaves it.
  void remove_reach() const { std::filesystem::remove(reach_); }

  const std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) /
                                        ("farthing-journal-" + std::to_string(::getpid()));
  const std::filesystem::path directory_ = folder_ / "journal";
  const std::filesystem::path reach_ = folder_ / "journal-reach";
  FailingJournalDisk disk_;
  std::vector<std::uint64_t> read_;
};

// So that a segment of 1 MiB has room for three.
inline constexpr std::size_t kThirdOfASegment = 300'000;

}  // namespace farthing::store::embedded
