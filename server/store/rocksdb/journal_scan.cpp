// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/journal_scan.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

#include "base/bytes.hpp"
#include "server/store/rocksdb/journal_segment.hpp"

namespace farthing::store {
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

Error damaged(const std::string& what) {
  return make_error(ErrorCode::server_error, "The store's journal is damaged: " + what +
                                                 ". Restore the data directory from a backup.");
}

// The whole record at `offset`, if there is one.
std::optional<std::string_view> find_record(std::string_view segment, std::size_t offset) {
  ByteReader reader(segment.substr(std::min(offset, segment.size())));
  const std::string_view record = reader.raw(reader.fixed<std::uint32_t>());
  if (!reader.is_ok() || !is_sealed_journal_record(record)) return {};
  return record;
}

// Whether a whole record of that number begins anywhere behind `offset`.
bool has_record_behind(std::string_view segment, std::size_t offset, std::uint64_t number) {
  const std::string start = journal_record_start(number);
  for (std::size_t at = segment.find(start, offset); at != std::string_view::npos;
       at = segment.find(start, at + 1)) {
    if (at >= JournalSegment::kFrameBytes &&
        find_record(segment, at - JournalSegment::kFrameBytes)) {
      return true;
    }
  }
  return false;
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

// A crash leaves at most one record unfinished, the last one. A segment that is used again may
// still hold whole records of old, whose numbers are lower than the next.
Result<JournalScan::Found> JournalScan::follow(std::string_view segment) {
  Found found;
  std::size_t offset = 0;
  while (const auto record = find_record(segment, offset)) {
    auto batch = read_journal_record(std::string(*record));
    if (!batch) return std::move(batch).error();
    const std::uint64_t number = batch->number;
    if (number > last_.value_or(after_) + 1) return damaged("a record is missing");
    if (last_ && number <= *last_) break;
    offset += JournalSegment::kFrameBytes + record->size();
    last_ = number;
    found = {.last_number = number, .end = offset};
    if (number <= after_) continue;
    if (auto kept = keep_(*std::move(batch)); !kept) return std::move(kept).error();
  }
  if (has_record_behind(segment, offset, last_.value_or(after_) + 2)) {
    return damaged("a record in the middle cannot be read");
  }
  return found;
}

Result<Done> read_journal(const fs::path& directory, std::uint64_t after,
                          const JournalScan::Keep& keep) {
  JournalScan scan(after, keep);
  for (const std::uint64_t index : list_segments(directory)) {
    const fs::path path = indexed_path(directory, index, kSegmentExtension);
    std::ifstream file(path, std::ios::binary);
    const std::string segment{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
      return make_error(ErrorCode::unavailable, "The file " + path.string() + " cannot be read.");
    }
    if (auto found = scan.follow(segment); !found) return std::move(found).error();
  }
  return Done{};
}

}  // namespace farthing::store
