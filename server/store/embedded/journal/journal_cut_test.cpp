// SPDX-License-Identifier: Apache-2.0
// A journal of several segments, and everything that can be done to its files: cuts at and in every
// record, removals, exchanges, copies, and files of another time or another store. Each is refused
// with a name, unless what is left is a journal that this store has had.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/embedded/journal/journal_scan.hpp"
#include "server/testing/journal_fixture.hpp"

namespace farthing::store::embedded::journal_cut_test {

namespace fs = std::filesystem;

constexpr std::uint64_t kLast = 12;
constexpr std::size_t kSegments = 3;  // with the records 1 to 3, 4 to 9, 10 to 12
constexpr std::uint64_t kFirst[kSegments + 1] = {1, 4, 10, kLast + 1};

void clear_from(const fs::path& file, std::size_t begin) {
  const std::size_t bytes = fs::file_size(file) - begin;
  std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
  out.seekp(static_cast<std::streamoff>(begin));
  out << std::string(bytes, '\0');
}

void flip(const fs::path& file, std::size_t offset) {
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  bytes.seekg(static_cast<std::streamoff>(offset));
  const int byte = bytes.get();
  bytes.seekp(static_cast<std::streamoff>(offset));
  bytes.put(static_cast<char>(byte ^ 1));
}

void exchange(const fs::path& one, const fs::path& other) {
  const fs::path between = one.parent_path() / "between";
  fs::rename(one, between);
  fs::rename(other, one);
  fs::rename(between, other);
}

void put(const fs::path& from, const fs::path& to) {
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
}

Result<Done> keep_nothing(const JournalBatch& /*batch*/) { return Done{}; }

class JournalCut : public JournalTest {
 protected:
  using Change = std::function<void()>;

  // Keeps a journal, and that of another store, whose records have the same numbers and other
  // contents: each as it was after some records, and as it is at the end.
  static void SetUpTestSuite() {
    keep_all("whole", kThirdOfASegment);
    keep_all("other", kThirdOfASegment + 1);
  }
  static void TearDownTestSuite() { fs::remove_all(kept()); }
  JournalCut() {
    restore("whole");
    segments_ = files();
  }

  // Runs `check` with a database that has nothing of the journal, that has two records of its first
  // segment, and that has all but the last record.
  void with_each_checkpoint(const std::function<void()>& check) {
    for (const std::uint64_t covered : {0, 2, 11}) {
      SCOPED_TRACE("covered up to " + std::to_string(covered));
      known_ = {.covered = covered, .covered_digest = {}, .has_reach = true};
      if (covered > 0) known_.covered_digest = make_batch(covered, kThirdOfASegment).digest;
      check();
    }
  }

  // A start refuses it and says `what`.
  void expect_refused(const std::string& name, const std::string& what, const Change& change) {
    SCOPED_TRACE(name);
    restore("whole");
    change();
    const auto opened = try_open(known_);
    ASSERT_FALSE(opened) << "accepted with " << read_.size() << " records";
    EXPECT_NE(opened.error().message.find(what), std::string::npos) << opened.error().message;
    EXPECT_NE(opened.error().message.find("backup"), std::string::npos);
  }
  // It opens with exactly the records up to `last`, and goes on.
  void expect_accepted(const std::string& name, std::uint64_t last, const Change& change) {
    SCOPED_TRACE(name);
    restore("whole");
    change();
    {
      const auto opened = try_open(known_);
      ASSERT_TRUE(opened) << opened.error().message;
      EXPECT_EQ(read_, numbers(known_.covered + 1, last));
      append(**opened, last + 1, last + 2);
    }
    const auto opened = try_open(known_);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(read_, numbers(known_.covered + 1, last + 2));
  }
  // Only the trailing records up to `last` are left: nobody can know, unless the database has more.
  void expect_tail_lost(const std::string& name, std::uint64_t last, const Change& change) {
    if (last < known_.covered) {
      expect_refused(name, "it has lost its end", change);
    } else {
      expect_accepted(name, last, change);
    }
  }

  // The segment of that place in what was kept under a name.
  fs::path kept(std::string_view name, std::size_t segment) const {
    return kept() / name / "journal" / segments_[segment].filename();
  }
  static fs::path kept_reach(std::string_view name) { return kept() / name / "journal-reach"; }
  void restore(std::string_view name) const {
    fs::remove_all(directory_);
    fs::copy(kept() / name / "journal", directory_);
    put(kept_reach(name), reach_);
  }
  static std::size_t begin_of(std::uint64_t number, const fs::path& segment) {
    return find_record(segment, number) - JournalSegment::kFrameBytes;
  }

  JournalKnown known_{.covered = 0, .covered_digest = {}, .has_reach = true};
  std::vector<fs::path> segments_;

 private:
  static fs::path kept() {
    return fs::path(::testing::TempDir()) /
           ("farthing-kept-journals-" + std::to_string(::getpid()));
  }
  static void keep_all(const std::string& name, std::size_t bytes) {
    const fs::path folder = kept() / name;
    fs::create_directories(folder);
    JournalDisk disk;
    const auto journal = Journal::open(folder / "journal", disk, {}, keep_nothing);
    ASSERT_TRUE(journal);
    for (std::uint64_t number = 1; number <= kLast; ++number) {
      append(**journal, number, number, bytes);
      if (number == 5 || number == 11) {
        fs::copy(folder, kept() / (name + std::to_string(number)), fs::copy_options::recursive);
      }
    }
  }
};

TEST_F(JournalCut, HasTheSegmentsThatThisTestThinksOf) {
  ASSERT_EQ(segments_.size(), kSegments);
  for (std::size_t i = 0; i < kSegments; ++i) {
    EXPECT_EQ(begin_of(kFirst[i], segments_[i]), kSegmentHeaderBytes);
  }
  with_each_checkpoint([&] { expect_accepted("nothing", kLast, [] {}); });
}

TEST_F(JournalCut, EveryCutButOfTrailingRecordsIsNamed) {
  with_each_checkpoint([&] {
    for (std::size_t i = 0; i < kSegments; ++i) {
      for (std::uint64_t number = kFirst[i]; number < kFirst[i + 1]; ++number) {
        const std::size_t begin = begin_of(number, kept("whole", i));
        for (const std::size_t at : {begin, begin + 20}) {
          const std::string name = "record " + std::to_string(number) + ", from byte " +
                                   std::to_string(at) + " of segment " + std::to_string(i);
          const Change cut = [&] { clear_from(segments_[i], at); };
          if (number == kFirst[i]) {
            expect_refused(name, "the first record of " + segments_[i].string(), cut);
          } else if (i + 1 < kSegments) {
            expect_refused(name, "of " + segments_[i].string(), cut);
          } else {
            expect_tail_lost(name, number - 1, cut);
          }
        }
        expect_refused("cut off at record " + std::to_string(number),
                       segments_[i].string() + " is not as long as it was made: it has " +
                           std::to_string(begin) + " of ",
                       [&] { fs::resize_file(segments_[i], begin); });
      }
    }
  });
}

TEST_F(JournalCut, EveryByteOfAHeaderCounts) {
  const SegmentHeader header{.bytes = 1, .index = 2, .first_number = 3, .before = sha256("before")};
  const std::string bytes = encode(header);
  ASSERT_EQ(bytes.size(), kSegmentHeaderBytes);
  ASSERT_TRUE(has_segment_header(bytes) && decode_segment_header(bytes));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    EXPECT_FALSE(has_segment_header(damaged) && decode_segment_header(damaged)) << at;
    EXPECT_FALSE(decode_segment_header(bytes.substr(0, at)));
  }
  for (std::size_t i = 0; i < kSegments; ++i) {
    for (const std::size_t at : {std::size_t{0}, kSegmentHeaderBytes - 1}) {
      expect_refused("byte " + std::to_string(at), segments_[i].string(),
                     [&] { flip(segments_[i], at); });
    }
  }
}

TEST_F(JournalCut, EveryRemovalIsNamedUnlessAllOfItIsCovered) {
  with_each_checkpoint([&] {
    const auto remove = [&](std::size_t i) { return [this, i] { fs::remove(segments_[i]); }; };
    if (known_.covered < 3) {
      expect_refused("the first", "missing", remove(0));
    } else {
      // As the store itself gives up what is covered.
      expect_accepted("the first", kLast, remove(0));
      expect_accepted("the first two", kLast, [&] {
        fs::remove(segments_[0]);
        fs::remove(segments_[1]);
      });
    }
    expect_refused("one between others", "missing", remove(1));
    expect_refused("the last", "it has lost its end", remove(2));
    expect_refused("all", "it has lost its end", [&] { fs::remove_all(directory_); });
    expect_refused("journal-reach", "journal-reach", [&] { fs::remove(reach_); });
    expect_refused("journal-reach and the last", "journal-reach", [&] {
      fs::remove(reach_);
      fs::remove(segments_[2]);
    });
    expect_refused("journal-reach and all", "journal-reach", [&] {
      fs::remove(reach_);
      fs::remove_all(directory_);
    });
    expect_refused("what is in journal-reach", "journal-reach", [&] { clear_from(reach_, 0); });
  });
}

TEST_F(JournalCut, EveryExchangeAndEveryCopyIsNamed) {
  const fs::path behind = directory_ / "00000000000000000099.log";
  for (std::size_t i = 0; i < kSegments; ++i) {
    for (std::size_t j = 0; j < kSegments; ++j) {
      if (i == j) continue;
      const std::string name = std::to_string(i) + " and " + std::to_string(j);
      if (i < j) {
        expect_refused(name + " exchanged", segments_[i].string() + " is not in its place",
                       [&] { exchange(segments_[i], segments_[j]); });
      }
      expect_refused(name + ": copied over", segments_[j].string() + " is not in its place",
                     [&] { put(segments_[i], segments_[j]); });
    }
    expect_refused("a copy behind the others", behind.string() + " is not in its place",
                   [&] { put(segments_[i], behind); });
    expect_refused("renamed", "is not in its place",
                   [&] { fs::rename(segments_[i], directory_ / "00000000000000000000.log"); });
  }
  expect_refused("zeros behind the others", behind.string() + " has no header", [&] {
    put(segments_[0], behind);
    clear_from(behind, 0);
  });
}

TEST_F(JournalCut, EveryOlderFileIsNamedUnlessItLacksOnlyTrailingRecords) {
  with_each_checkpoint([&] {
    // The second segment when it had 4 and 5, and the third when it had 10 and 11.
    expect_refused("the second", "missing", [&] { put(kept("whole5", 1), segments_[1]); });
    expect_tail_lost("the third", 11, [&] { put(kept("whole11", 2), segments_[2]); });
    expect_accepted("journal-reach", kLast, [&] { put(kept_reach("whole5"), reach_); });
    expect_refused("all segments", "it has lost its end", [&] {
      restore("whole5");
      put(kept_reach("whole"), reach_);
    });
    // A whole journal of an earlier day is one that the store has had.
    expect_tail_lost("the whole journal", 5, [&] { restore("whole5"); });
  });
}

TEST_F(JournalCut, EveryFileOfAnotherStoreIsNamed) {
  with_each_checkpoint([&] {
    for (std::size_t i = 0; i < kSegments; ++i) {
      expect_refused("segment " + std::to_string(i), ".log",
                     [&] { put(kept("other", i), segments_[i]); });
    }
    expect_refused("journal-reach", "journal-reach", [&] { put(kept_reach("other"), reach_); });
    expect_refused("all segments", "is not the one that", [&] {
      restore("other");
      put(kept_reach("whole"), reach_);
    });
    if (known_.covered == 0) return;  // nothing is left of this store
    expect_refused("the whole journal", "is not the one that the database was made from",
                   [&] { restore("other"); });
    expect_refused("the whole journal of an earlier day",
                   known_.covered == 2 ? "is not the one that the database" : "it has lost its end",
                   [&] { restore("other5"); });
  });
}

}  // namespace farthing::store::embedded::journal_cut_test
