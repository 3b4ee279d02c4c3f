// SPDX-License-Identifier: Apache-2.0
// Tells how much work the disk of a data directory still takes. At three marks of free bytes one
// kind of work after the other is refused; so is what the store itself finds no room for, which a
// quota or a limit of file sizes may cause while there are free bytes. Sets the limitation
// `disk_space` whenever anything is refused. Safe to use from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>

#include "base/error.hpp"
#include "server/store/limitation.hpp"

namespace farthing::store::embedded {

// Work is refused when fewer bytes are free than its mark. Each mark is at least the next.
struct DiskMarks {
  std::uint64_t acts_bytes = std::uint64_t{320} << 20;
  std::uint64_t movements_bytes = std::uint64_t{256} << 20;
  // Releases and acts that protect need little room, and a journal segment is prepared for them: by
  // default they go on until that is used up.
  std::uint64_t everything_bytes = 0;
};

class DiskSpace {
 public:
  // `measure` returns the free bytes; `limitations` must outlive this. Looks for the first time.
  DiskSpace(std::function<std::uint64_t()> measure, DiskMarks marks, Limitations& limitations);

  // Measures the free bytes. Must be called several times a second.
  void look();
  // Takes in the work that the store finds no room for, whatever is free.
  void set_without_room(WorkSet without_room);
  bool has_room() const { return without_room_.load(std::memory_order_relaxed).is_empty(); }

  // Returns the work that is refused.
  WorkSet refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  // Called under the mutex, after each change.
  void note_change();

  const std::function<std::uint64_t()> measure_;
  const DiskMarks marks_;
  Limitations& limitations_;
  std::mutex mutex_;  // guards what follows, and all changes
  std::uint64_t free_bytes_ = 0;
  WorkSet below_marks_;
  std::atomic<WorkSet> without_room_{WorkSet()};
  std::atomic<WorkSet> refused_{WorkSet()};
};

// Returns what a caller is told of work that is refused for want of room.
Error disk_is_full();

// Returns whether an errno means that there is no room: a full disk, a quota, a limit of file
// sizes.
bool is_for_want_of_room(int error_number);

// Writes a little into the directory and removes it again. Fails when there is not even that much
// room, without which the database could not start; the message says what to do.
Result<Done> check_room_to_start(const std::filesystem::path& directory);

}  // namespace farthing::store::embedded
