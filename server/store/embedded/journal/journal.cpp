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

Result<std::unique_ptr<Journal>> Journal::open(fs::path directory, JournalDisk& disk,
                                               std::uint64_t after, const Keep& keep) {
  std::error_code error;
  fs::create_directory(directory, error);
  if (error) {
    return make_error(ErrorCode::server_error, "The journal's directory " + directory.string() +
                                                   " cannot be made: " + error.message() + ".");
  }
  std::unique_ptr<Journal> journal(new Journal(std::move(directory), disk));
  if (auto opened = journal->open_segments(); !opened) return std::move(opened).error();
  if (auto replayed = journal->replay(after, keep); !replayed) return std::move(replayed).error();
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

Result<Done> Journal::replay(std::uint64_t after, const Keep& keep) {
  const auto reach = JournalReach::read(directory_);
  JournalScan scan(after, keep);
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
  if (auto checked = scan.check_reach(reach); !checked) return checked;
  if (auto begun = go_on_after(scan.last_number(), used, end); !begun) return begun;
  // A journal that an older version has left may end before the derived part; it gets no reach
  // then.
  is_reach_due_ = !segments_.empty() && segments_.back()->last_number != 0;
  return write_reach();
}

// Succeeds also when there is no room for the reach: it is tried again with the next record.
Result<Done> Journal::write_reach() {
  if (!is_reach_due_) return Done{};
  auto written = reach_.write(last_number_);
  if (!written && written.error().code == ErrorCode::unavailable) return Done{};
  if (written) is_reach_due_ = false;
  return written;
}

// Makes the next record go behind `end` in the last of the first `used` segments, or to the start
// of a segment if no record in them is needed any more.
Result<Done> Journal::go_on_after(std::uint64_t number, std::size_t used, std::size_t end) {
  last_number_ = number;
  for (; segments_.size() > std::max<std::size_t>(used, 1); segments_.pop_back()) {
    segments_.back()->remove();
  }
  if (segments_.empty()) return Done{};
  if (segments_.back()->last_number < number) {
    segments_.back()->last_number = 0;
    end = 0;
  }
  segments_.back()->seek(end);
  for (; segments_.size() > 1 && end == 0; segments_.pop_front()) segments_.front()->remove();
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
  bytes = std::max(bytes, record_bytes + JournalSegment::kFrameBytes);
  auto made = JournalSegment::make(reserve_path(directory_, next_index_++), bytes, disk_);
  if (!made) return std::move(made).error();
  return std::shared_ptr<JournalSegment>(*std::move(made));
}

Result<Done> Journal::append(const JournalBatch& batch) {
  CHECK(batch.number == last_number_ + 1);
  auto current = find_current();
  if (!current || !current->has_room_for(batch.record.size())) {
    if (auto begun = begin_segment(batch.record.size()); !begun) return begun;
    current = find_current();
  }
  if (auto appended = current->append(batch.record); !appended) return appended;
  // The reach is written only after its record: a start that reads it looks for that record.
  if (current->last_number == 0) is_reach_due_ = true;
  current->last_number = batch.number;
  last_number_ = batch.number;
  return write_reach();
}

std::shared_ptr<JournalSegment> Journal::find_current() {
  const std::lock_guard lock(mutex_);
  return segments_.empty() ? nullptr : segments_.back();
}

Result<Done> Journal::begin_segment(std::size_t record_bytes) {
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
  if (auto named = segment->reuse_as(segment_path(directory_, next_index_++)); !named) {
    // Without room for another name the segment keeps its own until there is.
    const std::lock_guard lock(mutex_);
    reserve_.push_front(std::move(segment));
    return named;
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
    // The record `number` stays until the next segment has a record: a start looks for it.
    while (segments_.size() > 1 && segments_[1]->last_number != 0 &&
           segments_.front()->last_number <= number) {
      covered.push_back(std::move(segments_.front()));
      segments_.pop_front();
    }
    wanted = kMaxReserve - std::min(kMaxReserve, reserve_.size());
  }
  for (const auto& segment : covered) {
    if (wanted == 0 || segment->bytes() != JournalSegment::kMostBytes ||
        !segment->reuse_as(reserve_path(directory_, next_index_++))) {
      segment->remove();
      continue;
    }
    --wanted;
    const std::lock_guard lock(mutex_);
    reserve_.push_back(segment);
  }
}

}  // namespace farthing::store::embedded
