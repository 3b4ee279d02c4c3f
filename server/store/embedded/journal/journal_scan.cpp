// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/journal_scan.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <fstream>
#include <iterator>
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

Error journal_is_damaged(const std::string& what) {
  return make_error(ErrorCode::server_error, "The store's journal is damaged: " + what +
                                                 ". Restore the data directory from a backup.");
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

// Returns the number of a whole record that begins anywhere behind `offset` and comes after
// `number`. Searches for the first byte of a record, which skips zeros at once, and compares
// numbers before checksums, which rules out what the segment held before.
std::optional<std::uint64_t> find_later_record(std::string_view segment, std::size_t offset,
                                               std::uint64_t number) {
  const char first = journal_record_start(number).front();
  for (std::size_t at = segment.find(first, offset + JournalSegment::kFrameBytes);
       at != std::string_view::npos; at = segment.find(first, at + 1)) {
    const auto found = ByteReader(segment.substr(at + 1)).fixed<std::uint64_t>();
    if (found <= number || found - number > kMostBetween) continue;
    if (find_record(segment, at - JournalSegment::kFrameBytes)) return found;
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

// Returns whether a segment has a length that segments are made with.
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

// A crash leaves at most one record unfinished, the last one, because each is synced before the
// next is written. A segment that is used again may still hold whole old records, whose numbers are
// lower than those of all its new ones.
Result<JournalScan::Found> JournalScan::follow(std::string_view segment, const fs::path& path) {
  ++segments_;
  if (!is_whole(segment)) {
    return journal_is_damaged("the file " + path.string() + " is not as long as it was made");
  }
  Found found;
  std::size_t offset = 0;
  while (const auto record = find_record(segment, offset)) {
    auto batch = read_journal_record(std::string(*record));
    if (!batch) return std::move(batch).error();
    const std::uint64_t number = batch->number;
    if (number > last_.value_or(after_) + 1) {
      return journal_is_damaged("record " + std::to_string(last_.value_or(after_) + 1) +
                                " is missing before " + path.string());
    }
    if (last_ && number <= *last_) break;
    offset += JournalSegment::kFrameBytes + record->size();
    last_ = number;
    found = {.last_number = number, .end = offset};
    if (number <= after_) continue;
    if (auto kept = keep_(*std::move(batch)); !kept) return std::move(kept).error();
  }
  const std::uint64_t last = last_.value_or(after_);
  const auto later = is_followed_by(segment, offset, last + 2)
                         ? last + 2
                         : find_later_record(segment, offset, last);
  if (later) {
    return journal_is_damaged("in " + path.string() + " the bytes from " + std::to_string(offset) +
                              " on cannot be read, but record " + std::to_string(*later) +
                              " follows them");
  }
  return found;
}

Result<Done> JournalScan::check_reach(std::optional<std::uint64_t> reach) const {
  // Everything that is derived was in the journal, whose last record always stays. An older version
  // did not always leave it, but it always left a segment.
  if (!reach && (after_ == 0 || segments_ > 0)) return Done{};
  const std::uint64_t known = std::max(reach.value_or(0), after_);
  if (last_.value_or(0) >= known) return Done{};
  return journal_is_damaged("it has lost its end; it has no record " + std::to_string(known) +
                            ", which it held before");
}

Result<Done> read_journal(const fs::path& directory, std::uint64_t after,
                          const JournalScan::Keep& keep) {
  const auto reach = JournalReach::read(directory);
  JournalScan scan(after, keep);
  for (const std::uint64_t index : list_segments(directory)) {
    const fs::path path = indexed_path(directory, index, kSegmentExtension);
    std::ifstream file(path, std::ios::binary);
    const std::string segment{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
      return make_error(ErrorCode::unavailable, "The file " + path.string() + " cannot be read.");
    }
    if (auto found = scan.follow(segment, path); !found) return std::move(found).error();
  }
  return scan.check_reach(reach);
}

}  // namespace farthing::store::embedded
