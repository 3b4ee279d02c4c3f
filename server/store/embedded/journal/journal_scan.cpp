// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/journal_scan.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>

#include "base/bytes.hpp"
#include "server/store/embedded/journal/journal_reach.hpp"
#include "server/store/embedded/journal/journal_segment.hpp"

namespace farthing::store::embedded {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIndexDigits = 20;

std::optional<std::uint64_t> index_of(const fs::path& path) {
  if (path.extension() != kSegmentExtension) return {};
  const std::string name = path.stem().string();
  std::uint64_t index = 0;
  const char* end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data(), end, index);
  if (parsed.ec != std::errc() || parsed.ptr != end) return {};
  return index;
}

std::optional<std::string> read_segment_file(const fs::path& path) {
  std::error_code error;
  std::string bytes(fs::file_size(path, error), '\0');
  std::ifstream file(path, std::ios::binary);
  if (error || !file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return {};
  return bytes;
}

Error journal_is_damaged(const std::string& what) {
  return make_error(ErrorCode::server_error,
                    "The store's journal is damaged: " + what +
                        ". Restore the data directory from a backup. To go on without what the "
                        "journal has lost, see `farthing store accept-loss --help`.");
}

// Returns the whole record at `offset`, if there is one.
std::optional<std::string_view> find_record(std::string_view segment, std::size_t offset) {
  ByteReader reader(segment.substr(std::min(offset, segment.size())));
  const std::string_view record = reader.raw(reader.fixed<std::uint32_t>());
  if (!reader.is_ok() || !is_sealed_journal_record(record)) return {};
  return record;
}

// The most numbers between two records: more than any journal has room for, and few enough that
// random bytes do not pass for one.
constexpr std::uint64_t kMostBetween = std::uint64_t{1} << 32;
// The size of a record without items: version, number, mark, checksum.
constexpr std::size_t kLeastRecordBytes = 25;

// A whole record that was searched for.
struct LaterRecord {
  std::uint64_t number = 0;
  std::size_t at = 0;  // of its frame
  std::string_view record;
};

// Returns the next whole record that begins anywhere behind `offset` and comes after `number`.
// Searches for the first byte of a record, which skips zeros at once, and compares numbers before
// checksums, which rules out what the segment held before.
std::optional<LaterRecord> find_later_record(std::string_view segment, std::size_t offset,
                                             std::uint64_t number) {
  const char first = journal_record_start(number).front();
  for (std::size_t at = segment.find(first, offset + JournalSegment::kFrameBytes);
       at != std::string_view::npos; at = segment.find(first, at + 1)) {
    const auto found = ByteReader(segment.substr(at + 1)).fixed<std::uint64_t>();
    if (found <= number || found - number > kMostBetween) continue;
    const std::size_t begin = at - JournalSegment::kFrameBytes;
    if (const auto record = find_record(segment, begin)) {
      return LaterRecord{.number = found, .at = begin, .record = *record};
    }
  }
  return {};
}

// Returns whether the record of that number begins right behind the one at `offset`, going by the
// length of the latter. Either may be damaged.
bool is_followed_by(std::string_view segment, std::size_t offset, std::uint64_t number) {
  ByteReader reader(segment.substr(std::min(offset, segment.size())));
  const auto bytes = reader.fixed<std::uint32_t>();
  if (bytes < kLeastRecordBytes) return false;
  (void)reader.raw(bytes);
  (void)reader.fixed<std::uint32_t>();
  const std::string start = journal_record_start(number);
  return reader.raw(start.size()) == start;
}

// Returns whether a segment without a header has a length that segments were made with.
bool is_whole(std::string_view segment) {
  if (segment.size() < JournalSegment::kLeastBytes) return false;
  if (segment.size() <= JournalSegment::kMostBytes && std::has_single_bit(segment.size())) {
    return true;
  }
  // A segment of another length was made for its first record, which a crash may have left
  // unfinished.
  const auto first = find_record(segment, 0);
  return !first || JournalSegment::kFrameBytes + first->size() == segment.size();
}

}  // namespace

fs::path indexed_path(const fs::path& directory, std::uint64_t index, std::string_view extension) {
  const std::string digits = std::to_string(index);
  return directory / (std::string(kIndexDigits - digits.size(), '0') + digits).append(extension);
}

std::vector<std::uint64_t> list_segments(const fs::path& directory) {
  std::error_code error;
  std::vector<std::uint64_t> indexes;
  for (const auto& file : fs::directory_iterator(directory, error)) {
    if (const auto index = index_of(file.path())) indexes.push_back(*index);
  }
  std::ranges::sort(indexes);
  return indexes;
}

Error JournalScan::damaged(std::string what) {
  damage_ = std::move(what);
  return journal_is_damaged(*damage_);
}

std::string JournalScan::where_it_ends() const {
  if (!last_) return "no segment has a record before it";
  return "record " + std::to_string(*last_) + " ends at byte " + std::to_string(last_end_) +
         " of " + last_path_.string();
}

Error JournalScan::missing_before(const fs::path& path, std::uint64_t number) {
  const std::uint64_t first = next_number();
  const std::string missing = number == first + 1
                                  ? "record " + std::to_string(first) + " is missing"
                                  : "the records " + std::to_string(first) + " to " +
                                        std::to_string(number - 1) + " are missing";
  return damaged(missing + ": " + where_it_ends() + ", and record " + std::to_string(number) +
                 " is the next, in " + path.string());
}

// A segment gets its name only when header and first record are synced, so no crash leaves one that
// lacks a part of them.
Result<Done> JournalScan::check_header(const SegmentHeader& header, std::size_t bytes,
                                       const fs::path& path) {
  if (header.bytes != bytes) {
    return damaged("the file " + path.string() + " is not as long as it was made: it has " +
                   std::to_string(bytes) + " of " + std::to_string(header.bytes) + " bytes");
  }
  if (index_of(path) != header.index) {
    return damaged("the file " + path.string() + " is not in its place: it was made as " +
                   indexed_path({}, header.index, kSegmentExtension).string());
  }
  if (header.first_number > next_number()) return missing_before(path, header.first_number);
  if (last_ && header.first_number < next_number()) {
    return damaged("the file " + path.string() + " begins with record " +
                   std::to_string(header.first_number) + " again: " + where_it_ends());
  }
  std::optional<Digest> before;
  if (header.first_number == next_number()) before = last_ ? last_digest_ : known_.covered_digest;
  if (header.first_number == 1) before = kNoDigest;
  const bool is_noted = header.before != kNoDigest || header.first_number == 1;
  if (before && is_noted && header.before != *before) {
    return damaged("the file " + path.string() + " was written behind another record " +
                   std::to_string(header.first_number - 1) + " than this store has");
  }
  return Done{};
}

// Returns where the segment's records begin.
Result<std::size_t> JournalScan::begin(std::string_view segment, const fs::path& path) {
  if (!has_segment_header(segment)) {
    if (!is_whole(segment)) {
      return damaged("the file " + path.string() + " is not as long as it was made");
    }
    if (has_header_) {
      return damaged("the file " + path.string() +
                     " has no header, but a segment before it has one");
    }
    return std::size_t{0};
  }
  has_header_ = true;
  const auto header = decode_segment_header(segment);
  if (!header) {
    return damaged("the header of " + path.string() + ", its first " +
                   std::to_string(kSegmentHeaderBytes) + " bytes, cannot be read");
  }
  if (auto checked = check_header(*header, segment.size(), path); !checked) {
    return std::move(checked).error();
  }
  return kSegmentHeaderBytes;
}

Result<Done> JournalScan::check_record(const JournalBatch& batch, const std::string& place) {
  const auto is_another = [&batch](std::uint64_t number, const std::optional<Digest>& digest) {
    return batch.number == number && digest && batch.digest != *digest;
  };
  const std::string what = "record " + std::to_string(batch.number) + ", at " + place;
  if (is_another(known_.covered, known_.covered_digest)) {
    return damaged(what + ", is not the one that the database was made from");
  }
  if (reach_ && is_another(reach_->number, reach_->digest)) {
    return damaged(what + ", is not the one that journal-reach names");
  }
  return Done{};
}

// A crash leaves at most one record unfinished, the last one, because each is synced before the
// next is written. A segment that is used again may still hold whole old records, whose numbers are
// lower than those of all its new ones.
Result<JournalScan::Found> JournalScan::follow(std::string_view segment, const fs::path& path) {
  ++segments_;
  const auto begin_of_records = begin(segment, path);
  if (!begin_of_records) return begin_of_records.error();
  Found found;
  std::size_t offset = *begin_of_records;
  const auto place = [&path, &offset] {
    return "byte " + std::to_string(offset) + " of " + path.string();
  };
  while (const auto record = find_record(segment, offset)) {
    auto batch = read_journal_record(std::string(*record));
    if (!batch) return std::move(batch).error();
    const std::uint64_t number = batch->number;
    if (number > next_number()) return missing_before(path, number);
    if (last_ && number <= *last_) break;
    if (auto checked = check_record(*batch, place()); !checked) return std::move(checked).error();
    offset += JournalSegment::kFrameBytes + record->size();
    last_ = number;
    last_digest_ = batch->digest;
    last_path_ = path;
    last_end_ = offset;
    found = {.last_number = number, .end = offset};
    if (number <= known_.covered) continue;
    if (auto kept = keep_(*std::move(batch)); !kept) return std::move(kept).error();
  }
  const std::uint64_t last = last_.value_or(known_.covered);
  std::optional<std::uint64_t> later;
  if (is_followed_by(segment, offset, last + 2)) {
    later = last + 2;
  } else if (const auto found_later = find_later_record(segment, offset, last)) {
    later = found_later->number;
  }
  if (later) {
    return damaged("in " + path.string() + " the bytes from " + std::to_string(offset) +
                   " on cannot be read, but record " + std::to_string(*later) + " follows them");
  }
  if (has_header_ && found.last_number == 0) {
    return damaged("the first record of " + path.string() + ", at byte " + std::to_string(offset) +
                   ", cannot be read");
  }
  return found;
}

Result<Done> JournalScan::check_end() {
  if (known_.has_reach && !reach_) {
    return damaged(
        "the file journal-reach beside it is missing or cannot be read, so nothing says how far "
        "the journal went; " +
        where_it_ends());
  }
  const std::uint64_t reached = reach_ ? reach_->number : 0;
  const std::uint64_t known = std::max(reached, known_.covered);
  if (last_.value_or(0) >= known) return Done{};
  // An older version did not always leave the last record that is derived, but always a segment.
  if (reached == 0 && !known_.covered_digest && (reach_ || segments_ > 0)) return Done{};
  return damaged("it has lost its end: " + where_it_ends() + "; it has no record " +
                 std::to_string(known) + ", which it held before");
}

Result<JournalReading> read_journal_until_damage(const fs::path& directory,
                                                 const JournalKnown& known,
                                                 const JournalScan::Keep& keep) {
  const auto reach = JournalReach::read(directory);
  JournalScan scan(known, reach, keep);
  const auto read = [&]() -> Result<Done> {
    for (const std::uint64_t index : list_segments(directory)) {
      const fs::path path = indexed_path(directory, index, kSegmentExtension);
      const auto segment = read_segment_file(path);
      if (!segment) {
        return make_error(ErrorCode::unavailable, "The file " + path.string() + " cannot be read.");
      }
      if (auto found = scan.follow(*segment, path); !found) return std::move(found).error();
    }
    return scan.check_end();
  };
  if (auto done = read(); !done && !scan.damage()) return std::move(done).error();
  return JournalReading{.last_number = scan.last_number(),
                        .last_digest = scan.last_digest(),
                        .known_number = std::max(reach ? reach->number : 0, scan.last_number()),
                        .damage = scan.damage()};
}

std::vector<JournalBatch> read_later_records(const fs::path& directory, std::uint64_t number) {
  std::vector<JournalBatch> records;
  for (const std::uint64_t index : list_segments(directory)) {
    const auto segment = read_segment_file(indexed_path(directory, index, kSegmentExtension));
    if (!segment) continue;
    std::size_t offset = 0;
    while (const auto later = find_later_record(*segment, offset, number)) {
      offset = later->at + later->record.size();
      auto batch = read_journal_record(std::string(later->record));
      if (batch) records.push_back(*std::move(batch));
    }
  }
  std::ranges::sort(records, {}, &JournalBatch::number);
  return records;
}

Result<Done> read_journal(const fs::path& directory, const JournalKnown& known,
                          const JournalScan::Keep& keep) {
  const auto reading = read_journal_until_damage(directory, known, keep);
  if (!reading) return reading.error();
  if (reading->damage) return journal_is_damaged(*reading->damage);
  return Done{};
}

}  // namespace farthing::store::embedded
