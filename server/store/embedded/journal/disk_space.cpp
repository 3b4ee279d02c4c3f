// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/journal/disk_space.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "server/store/embedded/journal/journal_segment.hpp"

namespace farthing::store::embedded {
namespace {

// Enough for the database's own files at a start, one of which sets 4 MiB aside, for a first
// segment of the journal, and for as much again.
constexpr std::size_t kBytesToStart = std::size_t{16} << 20;
constexpr const char* kProbe = "room.probe";

std::string mib(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

// Returns the free bytes at which refused work is taken again: somewhat more than the mark, so that
// the refusal does not come and go.
std::uint64_t mark_to_return(std::uint64_t mark) { return mark + mark / 32; }

}  // namespace

DiskSpace::DiskSpace(std::function<std::uint64_t()> measure, DiskMarks marks,
                     Limitations& limitations)
    : measure_(std::move(measure)), marks_(marks), limitations_(limitations) {
  look();
}

void DiskSpace::look() {
  const std::uint64_t free = measure_();
  const std::lock_guard lock(mutex_);
  free_bytes_ = free;
  WorkSet below;
  const auto judge = [&](std::uint64_t mark, WorkSet work, Work last) {
    const bool was_below = below_marks_.has(last);
    if (free < (was_below ? mark_to_return(mark) : mark)) below = below | work;
  };
  judge(marks_.acts_bytes, Work::acts, Work::acts);
  judge(marks_.movements_bytes, Work::acts | Work::movements, Work::movements);
  judge(marks_.everything_bytes, WorkSet::writes(), Work::protection);
  below_marks_ = below;
  note_change();
}

void DiskSpace::set_without_room(WorkSet without_room) {
  if (without_room_.load(std::memory_order_relaxed) == without_room) return;
  const std::lock_guard lock(mutex_);
  without_room_.store(without_room, std::memory_order_relaxed);
  note_change();
}

void DiskSpace::note_change() {
  const WorkSet without_room = without_room_.load(std::memory_order_relaxed);
  const WorkSet refused = below_marks_ | without_room;
  refused_.store(refused, std::memory_order_relaxed);
  if (refused.is_empty()) return limitations_.end("disk_space");
  std::string message = "the disk of the data directory has " + mib(free_bytes_) +
                        " free; acts stop at " + mib(marks_.acts_bytes) + ", movements at " +
                        mib(marks_.movements_bytes) + ", everything at " +
                        mib(marks_.everything_bytes);
  if (!without_room.is_empty()) {
    message += "; the store finds no room for its files (look at quotas and limits of file sizes)";
  }
  message += ": make room, and all goes on by itself";
  limitations_.set("disk_space", Cause::node, refused, std::move(message));
}

Error disk_is_full() {
  return make_error(ErrorCode::unavailable,
                    "The server's disk is full. Nothing is booked until there is room.");
}

bool is_for_want_of_room(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

Result<Done> check_room_to_start(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / kProbe;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  int failure = file < 0 ? errno : 0;
  if (failure == 0) {
    failure = JournalDisk().write(file, std::string(kBytesToStart, '\0'), 0);
    // Some file systems look for room only at a sync.
    if (failure == 0 && ::fsync(file) != 0) failure = errno;
    ::close(file);
    ::unlink(path.c_str());
  }
  if (failure == 0) return Done{};
  if (!is_for_want_of_room(failure)) {
    return make_error(
        ErrorCode::unavailable,
        "The data directory " + directory.string() +
            " cannot be written: " + std::strerror(failure) +
            ". Nothing was changed. Look at the disk and its file system (the system's "
            "log names their faults), then start again.");
  }
  return make_error(ErrorCode::unavailable,
                    "The data directory " + directory.string() +
                        " has no room to start in: " + std::strerror(failure) +
                        ". Nothing was changed. Make at least " + mib(kBytesToStart) +
                        " free (look at quotas and limits of file sizes too), then start again.");
}

}  // namespace farthing::store::embedded
