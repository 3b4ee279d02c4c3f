// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/journal.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "server/store/embedded/journal/journal_scan.hpp"

namespace farthing::store::embedded {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxReserve = 4;
constexpr std::size_t kLastRoomBytes = std::size_t{64} << 10;

constexpr std::string_view kReserveExtension = ".reserve";

fs::path segment_path(const fs::path& directory, std::uint64_t index) {
  return indexed_path(directory, index, kSegmentExtension);
}
// Returns the path of a segment that has no place among the others yet.
fs::path reserve_path(const fs::path& directory, std::uint64_t index) {
  return indexed_path(directory, index, kReserveExtension);
}

}  // namespace

Result<Done> Journal::make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directory(directory, error);
  if (!error) return Done{};
  return make_error(ErrorCode::server_error, "The journal's directory " + directory.string() +
                                                 " cannot be made: " + error.message() + ".");
}

Result<std::unique_ptr<Journal>> Journal::make_behind(fs::path directory, JournalDisk& disk,
                                                      const JournalKnown& known) {
  if (auto made = make_directory(directory); !made) return std::move(made).error();
  std::unique_ptr<Journal> journal(new Journal(std::move(directory), disk));
  journal->last_number_ = known.covered;
  journal->last_digest_ = known.covered_digest;
  return journal;
}

Result<std::unique_ptr<Journal>> Journal::open(fs::path directory, JournalDisk& disk,
                                               const JournalKnown& known, const Keep& keep) {
  if (auto made = make_directory(directory); !made) return std::move(made).error();
  std::unique_ptr<Journal> journal(new Journal(std::move(directory), disk));
  if (auto opened = journal->open_segments(); !opened) return std::move(opened).error();
  if (auto replayed = journal->replay(known, keep); !replayed) return std::move(replayed).error();
  return journal;
}

Result<Done> Journal::open_segments() {
  std::error_code error;
  for (const auto& file : fs::directory_iterator(directory_, error)) {
    if (file.path().extension() == kReserveExtension) fs::remove(file.path(), error);
  }
  for (const std::uint64_t index : list_segments(directory_)) {
    auto segment = JournalSegment::open(segment_path(directory_, index), disk_);
    if (!segment) return std::move(segment).error();
    segments_.push_back(*std::move(segment));
    next_index_ = index + 1;
  }
  return Done{};
}

Result<Done> Journal::replay(const JournalKnown& known, const Keep& keep) {
  JournalScan scan(known, JournalReach::read(directory_), keep);
  std::size_t used = 0;  // segments that hold records in their place
  std::size_t end = 0;   // of the records in the last of them
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const auto content = segments_[i]->read();
    if (!content) return content.error();
    const auto found = scan.follow(*content, segments_[i]->path());
    if (!found) return found.error();
    if (found->last_number == 0) continue;
    segments_[i]->last_number = found->last_number;
    used = i + 1;
    end = found->end;
  }
  if (auto checked = scan.check_end(); !checked) return checked;
  last_number_ = scan.last_number();
  last_digest_ = scan.last_digest();
  if (auto begun = go_on_behind(used, end); !begun) return begun;
  is_reach_due_ = true;
  return write_reach();
}

// Succeeds also when there is no room for the reach: it is tried again with the next record.
Result<Done> Journal::write_reach() {
  if (!is_reach_due_) return Done{};
  ReachedRecord record{.number = last_number_, .digest = last_digest_};
  // A start looks for the record, so there must be one.
  if (!find_current()) record = {};
  auto written = reach_.write(record);
  if (!written && written.error().code == ErrorCode::unavailable) return Done{};
  if (written) is_reach_due_ = false;
  return written;
}

// Makes the next record go behind `end` in the last of the first `used` segments, or to a new
// segment if no record in them is needed any more.
Result<Done> Journal::go_on_behind(std::size_t used, std::size_t end) {
  if (used > 0 && segments_[used - 1]->last_number < last_number_) used = 0;
  for (; segments_.size() > used; segments_.pop_back()) segments_.back()->remove();
  if (segments_.empty()) return Done{};
  segments_.back()->seek(end);
  for (const auto& segment : segments_) {
    if (auto synced = segment->sync(); !synced) return synced;
  }
  return Done{};
}

bool Journal::has_room() {
  if (has_reserve()) return true;
  const auto current = find_current();
  return (current && current->has_room_for(current->bytes() / 2)) || make_reserve();
}

bool Journal::has_last_room() {
  const auto current = find_current();
  return has_reserve() || (current && current->has_room_for(kLastRoomBytes));
}

bool Journal::has_reserve() {
  const std::lock_guard lock(mutex_);
  return !reserve_.empty();
}

bool Journal::make_reserve() {
  const std::lock_guard making(making_);
  if (has_reserve()) return true;
  auto made = make_segment(0);
  if (!made) return false;
  const std::lock_guard lock(mutex_);
  reserve_.push_back(*std::move(made));
  return true;
}

// Makes the first segments small, so that a store that is hardly used stays small and starts at
// once.
Result<std::shared_ptr<JournalSegment>> Journal::make_segment(std::size_t record_bytes) {
  const auto current = find_current();
  std::size_t bytes = JournalSegment::kLeastBytes;
  if (current) bytes = std::min(2 * current->bytes(), JournalSegment::kMostBytes);
  bytes = std::max(bytes, kSegmentHeaderBytes + JournalSegment::kFrameBytes + record_bytes);
  auto made = JournalSegment::make(reserve_path(directory_, next_index_++), bytes, disk_);
  if (!made) return std::move(made).error();
  return std::shared_ptr<JournalSegment>(*std::move(made));
}

Result<Done> Journal::append(const JournalBatch& batch) {
  CHECK(batch.number == last_number_ + 1);
  auto current = find_current();
  if (!current || !current->has_room_for(batch.record.size()) || is_segment_wanted_) {
    if (auto begun = begin_segment(batch); !begun) return begun;
    is_segment_wanted_ = false;
    // The reach is written only after its record: a start that reads it looks for that record.
    is_reach_due_ = true;
  } else {
    if (auto appended = current->append(batch.record); !appended) return appended;
    current->last_number = batch.number;
  }
  last_number_ = batch.number;
  last_digest_ = batch.digest;
  return write_reach();
}

std::shared_ptr<JournalSegment> Journal::find_current() {
  const std::lock_guard lock(mutex_);
  return segments_.empty() ? nullptr : segments_.back();
}

// Makes the record the first of the next segment.
Result<Done> Journal::begin_segment(const JournalBatch& batch) {
  const std::size_t record_bytes = batch.record.size();
  const std::lock_guard making(making_);
  std::shared_ptr<JournalSegment> segment;
  {
    const std::lock_guard lock(mutex_);
    if (!reserve_.empty() && reserve_.front()->has_room_for(record_bytes)) {
      segment = std::move(reserve_.front());
      reserve_.pop_front();
    }
  }
  if (!segment) {
    auto made = make_segment(record_bytes);
    if (!made) return std::move(made).error();
    segment = *std::move(made);
  }
  const std::uint64_t index = next_index_++;
  const SegmentHeader header{
      .index = index, .first_number = batch.number, .before = last_digest_.value_or(kNoDigest)};
  auto begun = segment->begin(segment_path(directory_, index), header, batch.record);
  if (!begun) {
    // Without room the segment stays in reserve until there is.
    const std::lock_guard lock(mutex_);
    reserve_.push_front(std::move(segment));
    return begun;
  }
  const std::lock_guard lock(mutex_);
  segments_.push_back(std::move(segment));
  is_reserve_wanted_ = reserve_.empty();
  return Done{};
}

void Journal::drop(std::uint64_t number) {
  const std::lock_guard making(making_);
  std::vector<std::shared_ptr<JournalSegment>> covered;
  std::size_t wanted = 0;
  {
    const std::lock_guard lock(mutex_);
    // The record `number` stays until the next segment has a record, which names it: a start looks
    // for one of the two.
    while (segments_.size() > 1 && segments_.front()->last_number <= number) {
      covered.push_back(std::move(segments_.front()));
      segments_.pop_front();
    }
    if (keeps_given_up_) wanted = kMaxReserve - std::min(kMaxReserve, reserve_.size());
  }
  for (const auto& segment : covered) {
    if (wanted == 0 || segment->bytes() != JournalSegment::kMostBytes ||
        !segment->give_up_as(reserve_path(directory_, next_index_++))) {
      segment->remove();
      continue;
    }
    --wanted;
    const std::lock_guard lock(mutex_);
    reserve_.push_back(segment);
  }
}

Result<Done> Journal::begin_anew() {
  {
    const std::lock_guard lock(mutex_);
    keeps_given_up_ = false;
  }
  remove_used_reserve();
  if (!make_reserve()) {
    keep_given_up();
    return make_error(ErrorCode::unavailable, "The disk has no room for a segment.");
  }
  is_segment_wanted_ = true;
  return Done{};
}

void Journal::keep_given_up() {
  remove_used_reserve();
  const std::lock_guard lock(mutex_);
  keeps_given_up_ = true;
}

// A segment that is being given up gets its place in the reserve under `making_`.
void Journal::remove_used_reserve() {
  const std::lock_guard making(making_);
  const std::lock_guard lock(mutex_);
  const auto used =
      std::ranges::partition(reserve_, [](const auto& segment) { return segment->is_unused(); });
  for (const auto& segment : used) segment->remove();
  reserve_.erase(used.begin(), used.end());
}

}  // namespace farthing::store::embedded
