// SPDX-License-Identifier: Apache-2.0
// Journals that are damaged, by hand and at random: one opens with all that was synced, or not at
// all.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "server/store/embedded/journal/journal_scan.hpp"
#include "server/testing/journal_fixture.hpp"

namespace farthing::store::embedded::journal_damage_test {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string random_bytes(std::size_t count, std::mt19937_64& random) {
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

Result<Done> keep_nothing(const JournalBatch& /*batch*/) { return Done{}; }

class JournalDamageTest : public JournalTest {
 protected:
  std::optional<std::uint64_t> reached() const {
    const auto record = JournalReach::read(directory_);
    if (!record) return {};
    return record->number;
  }
  // Offline commands and a server agree.
  void expect_refused(const std::string& what, std::uint64_t after = 0) {
    const auto opened = try_open(after);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().message.find(what), std::string::npos) << opened.error().message;
    EXPECT_NE(opened.error().message.find("backup"), std::string::npos);
    const auto read = read_journal(directory_, {.covered = after}, keep_nothing);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().message, opened.error().message);
  }
};

// 300 records of some 50 bytes each in one segment, and damage between the 100th and the last.
TEST_F(JournalDamageTest, RefusesWhateverIsDamagedBeforeAWholeRecord) {
  append(*open(), 1, 300);
  const fs::path file = files().at(0);
  const std::string whole = read_file(file);
  const auto at = [&whole](std::uint64_t number) {
    return whole.find(journal_record_start(number));
  };
  std::mt19937_64 random(1);
  using Damage = std::function<void(std::string&)>;
  const auto flip = [](std::size_t place) {
    return [place](std::string& bytes) { bytes[place] = static_cast<char>(bytes[place] ^ 1); };
  };
  const auto fill = [](std::size_t begin, std::size_t count, char byte) {
    return [=](std::string& bytes) { bytes.replace(begin, count, count, byte); };
  };
  const auto both = [](const Damage& one, const Damage& other) {
    return [=](std::string& bytes) {
      one(bytes);
      other(bytes);
    };
  };
  const struct {
    const char* name;
    Damage damage;
  } cases[] = {
      {"one bit", flip(at(100) + 20)},
      {"two neighbours", both(flip(at(100) + 20), flip(at(101) + 20))},
      {"a body and the next length", both(flip(at(100) + 20), flip(at(101) - 1))},
      {"a body and the next number", both(flip(at(100) + 20), flip(at(101) + 8))},
      {"two lengths", both(flip(at(100) - 2), flip(at(101) - 2))},
      {"two that are not neighbours", both(flip(at(100) + 20), flip(at(105) + 20))},
      {"the last two", both(flip(at(299) + 20), flip(at(300) + 20))},
      {"zeros over a border", fill(at(101) - 8, 16, '\0')},
      {"ones over a border", fill(at(101) - 8, 16, '\xff')},
      {"a page of zeros", fill(4096, 4096, '\0')},
      {"a page of ones", fill(4096, 4096, '\xff')},
      {"all before the last but one", fill(0, at(299) - 4, '\0')},
      {"all before the last", fill(0, at(300) - 4, '\0')},
      {"random bytes",
       [&](std::string& bytes) { bytes.replace(at(100), 4'000, random_bytes(4'000, random)); }},
      {"records twice",
       [&](std::string& bytes) { bytes.replace(at(100), 200, bytes.substr(at(90), 200)); }},
  };
  for (const auto& [name, damage] : cases) {
    SCOPED_TRACE(name);
    std::string damaged = whole;
    damage(damaged);
    ASSERT_EQ(damaged.size(), whole.size());
    write_file(file, damaged);
    expect_refused("cannot be read");
  }
  write_file(file, whole);
  open();
  EXPECT_EQ(read_, numbers(1, 300));
}

TEST_F(JournalDamageTest, RefusesDamageThatOnlyALaterSegmentShows) {
  append(*open(), 1, 9, kThirdOfASegment);
  const fs::path file = files().at(0);
  std::string bytes = read_file(file);
  const std::size_t begin = bytes.find(journal_record_start(2)) - JournalSegment::kFrameBytes;
  bytes.replace(begin, bytes.size() - begin, bytes.size() - begin, '\0');
  write_file(file, bytes);
  expect_refused("missing");
}

// At the end of all there is one record at most that nobody was promised.
TEST_F(JournalDamageTest, CutsOffAnUnfinishedLastRecordWhateverIsThereOfIt) {
  append(*open(), 1, 20, 1'500);
  const fs::path file = files().at(0);
  const std::string whole = read_file(file);
  const std::size_t begin = whole.find(journal_record_start(20)) - JournalSegment::kFrameBytes;
  const std::string reach = read_file(reach_);
  const std::size_t bytes = JournalSegment::kFrameBytes + make_batch(20, 1'500).record.size();
  constexpr std::size_t kSector = 512;
  std::mt19937_64 random(2);
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    std::string torn = whole;
    // Each sector is there or as it was before, and one at least is not.
    const std::size_t lost = begin + random() % bytes;
    for (std::size_t at = begin; at < begin + bytes;) {
      const std::size_t next = std::min((at / kSector + 1) * kSector, begin + bytes);
      if ((at <= lost && lost < next) || random() % 2 == 0)
        torn.replace(at, next - at, next - at, '\0');
      at = next;
    }
    if (torn == whole) continue;
    write_file(file, torn);
    write_file(reach_, reach);
    const auto journal = open();
    EXPECT_EQ(read_, numbers(1, 19));
    append(*journal, 20, 21, random() % 3'000);
    open();
    EXPECT_EQ(read_, numbers(1, 21));
  }
}

// Damage of one place: what is before it is there, and a start without what is behind it is only
// right where that is the last record.
TEST_F(JournalDamageTest, AtRandomItOpensWithAllThatWasSyncedOrNotAtAll) {
  constexpr std::size_t kEntry = 2'000;
  constexpr std::size_t kFramed = JournalSegment::kFrameBytes + 2'000 + 28;
  append(*open(), 1, 900, kEntry);
  const auto segments = files();
  ASSERT_EQ(segments.size(), 2U);
  std::vector<std::string> whole;
  for (const fs::path& file : segments) whole.push_back(read_file(file));
  const std::string reach = read_file(reach_);
  ASSERT_EQ(make_batch(7, kEntry).record.size() + JournalSegment::kFrameBytes, kFramed);
  const std::uint64_t first_of_second = (whole[0].size() - kSegmentHeaderBytes) / kFramed + 1;
  const std::size_t last_begin = whole[1].find(journal_record_start(900)) - 4;
  std::mt19937_64 random(3);
  for (int round = 0; round < 120; ++round) {
    const std::size_t i = random() % 2;
    const std::size_t used =
        i == 0 ? kSegmentHeaderBytes + (first_of_second - 1) * kFramed : last_begin + kFramed;
    const std::size_t count = std::min<std::size_t>(std::size_t{1} << random() % 17, used);
    const std::size_t begin = random() % (used - count + 1);
    std::string damaged = whole[i];
    switch (random() % 4) {
      case 0:
        damaged.replace(begin, count, count, '\0');
        break;
      case 1:
        damaged.replace(begin, count, count, '\xff');
        break;
      case 2:
        damaged.replace(begin, count, random_bytes(count, random));
        break;
      default:
        for (std::size_t at = begin; at < begin + count; at += 1 + random() % 4'000) {
          damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
        }
    }
    SCOPED_TRACE("round " + std::to_string(round) + ": " + std::to_string(count) + " at " +
                 std::to_string(begin) + " of " + std::to_string(i));
    write_file(segments[i], damaged);
    const auto opened = try_open();
    const bool is_last_alone = i == 1 && begin >= last_begin;
    if (damaged == whole[i]) {
      EXPECT_EQ(read_, numbers(1, 900));
    } else if (is_last_alone) {
      EXPECT_EQ(read_, numbers(1, 899));
      EXPECT_TRUE(opened);
    } else if (i == 0 || begin + count <= last_begin) {
      EXPECT_FALSE(opened);
    } else if (opened) {
      // The last record is damaged with others before it.
      EXPECT_GE(begin, last_begin - kFramed) << "read " << read_.size();
    }
    write_file(segments[i], whole[i]);
    write_file(segments[1 - i], whole[1 - i]);
    write_file(reach_, reach);
  }
}

TEST_F(JournalDamageTest, RefusesASegmentThatIsNotAsLongAsItWasMade) {
  append(*open(), 1, 9, kThirdOfASegment);
  const auto segments = files();
  ASSERT_GE(segments.size(), 2U);
  for (const fs::path& file : segments) {
    const std::string whole = read_file(file);
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{4'096},
                                    whole.size() / 2 + 1, whole.size() - 1, whole.size() + 1}) {
      SCOPED_TRACE(file.string() + ": " + std::to_string(bytes));
      fs::resize_file(file, bytes);
      expect_refused("not as long as it was made");
      write_file(file, whole);
    }
  }
  open();
  EXPECT_EQ(read_, numbers(1, 9));
}

TEST_F(JournalDamageTest, TakesASegmentThatWasMadeForOneLargeRecord) {
  {
    const auto journal = open();
    append(*journal, 1, 1, std::size_t{3} << 20);
    append(*journal, 2, 2, std::size_t{20} << 20);
    append(*journal, 3, 3, 10);
  }
  open();
  EXPECT_EQ(read_, numbers(1, 3));
}

TEST_F(JournalDamageTest, RefusesAJournalThatIsGone) {
  append(*open(), 1, 5);
  fs::remove(files().at(0));
  expect_refused("it has no record 1");
  expect_refused("it has no record 5", 5);
  fs::remove_all(directory_);
  expect_refused("it has no record 1");
  remove_reach();
  expect_refused("it has no record 5", 5);
}

TEST_F(JournalDamageTest, RefusesAJournalWithoutItsNewestSegment) {
  append(*open(), 1, 9, kThirdOfASegment);
  const auto segments = files();
  const fs::path& newest = segments.back();
  const std::string whole = read_file(newest);
  fs::remove(newest);
  expect_refused("it has lost its end");
  write_file(newest, std::string(whole.size(), '\0'));
  expect_refused("has no header");
  write_file(newest, read_file(segments.front()) + std::string(whole.size() / 2, '\0'));
  expect_refused("not as long as it was made");
  write_file(newest, whole);
  open();
  EXPECT_EQ(read_, numbers(1, 9));
}

TEST_F(JournalDamageTest, RefusesSegmentsThatHaveChangedPlaces) {
  append(*open(), 1, 20, kThirdOfASegment);
  const auto segments = files();
  ASSERT_GE(segments.size(), 3U);
  for (std::size_t i = 0; i + 1 < segments.size(); ++i) {
    SCOPED_TRACE(i);
    const std::string one = read_file(segments[i]);
    const std::string next = read_file(segments[i + 1]);
    write_file(segments[i], next);
    write_file(segments[i + 1], one);
    EXPECT_FALSE(try_open());
    write_file(segments[i], one);
    write_file(segments[i + 1], next);
  }
}

// The newest segment is begun, and a crash comes before its first record.
TEST_F(JournalDamageTest, TheRecordOfTheCheckpointStaysThoughTheNextSegmentIsBegun) {
  {
    FailingJournalDisk failing;
    auto journal = Journal::open(directory_, failing, {}, keep_nothing);
    ASSERT_TRUE(journal);
    append(**journal, 1, 3, kThirdOfASegment);
    ASSERT_TRUE((*journal)->make_reserve());
    failing.tear_next_write(100);
    EXPECT_FALSE((*journal)->append(make_batch(4, kThirdOfASegment)));
    (*journal)->drop(3);
  }
  EXPECT_EQ(open(3)->last_number(), 3U);
}

TEST_F(JournalDamageTest, ADamagedReachIsNone) {
  append(*open(), 1, 5);
  write_file(reach_, "?");
  open();
  EXPECT_EQ(read_, numbers(1, 5));
  EXPECT_EQ(reached(), 5U);
}

TEST_F(JournalDamageTest, AFullDiskPutsTheReachOff) {
  disk_.set_full(true);
  const auto journal = open();
  EXPECT_EQ(reached(), std::nullopt);
  disk_.set_full(false);
  append(*journal, 1, 2);
  EXPECT_EQ(reached(), 1U);
}

// Zeros cost next to nothing, and random bytes little.
TEST_F(JournalDamageTest, LooksThroughALargeSegmentAtOnce) {
  constexpr std::size_t kBytes = std::size_t{64} << 20;
  std::mt19937_64 random(4);
  std::string segment(kBytes, '\0');
  for (const char* content : {"zeros", "random bytes"}) {
    if (segment.back() == '\0' && std::string_view(content) != "zeros") {
      for (std::size_t at = 0; at < kBytes; at += sizeof(std::uint64_t)) {
        const std::uint64_t bits = random();
        std::memcpy(segment.data() + at, &bits, sizeof bits);
      }
      segment.replace(0, 4, "\xff\xff\xff\xff");
    }
    const auto begun_at = std::chrono::steady_clock::now();
    const JournalScan::Keep keep = keep_nothing;
    JournalScan scan({}, {}, keep);
    const auto found = scan.follow(segment, "segment");
    const auto took = std::chrono::steady_clock::now() - begun_at;
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->last_number, 0U);
    const auto took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    RecordProperty(std::string(content).substr(0, 5) + "_ms", static_cast<int>(took_ms));
    EXPECT_LT(took_ms, 5'000) << content;
  }
}

}  // namespace farthing::store::embedded::journal_damage_test
