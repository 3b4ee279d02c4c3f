// SPDX-License-Identifier: Apache-2.0
// The journal: one record for each batch, numbered without gaps, written and synced before anything
// that it holds is acknowledged. It lives in segments, files whose bytes are on disk before the
// first record comes: a sync of bytes in place costs half as much as one that has to grow a file.
// Segments that the derived part covers are used again. Stored: docs/reference/formats.md.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "base/error.hpp"
#include "server/store/embedded/journal/journal_reach.hpp"
#include "server/store/embedded/journal/journal_record.hpp"
#include "server/store/embedded/journal/journal_scan.hpp"
#include "server/store/embedded/journal/journal_segment.hpp"

namespace farthing::store::embedded {

class Journal {
 public:
  using Keep = std::function<Result<Done>(JournalBatch)>;

  // Reads what is there and hands `keep` every record behind the covered ones, in order. The
  // journal then goes on behind the last record, which is synced anew, because before a crash it
  // may have been written only. A record that a crash left unfinished was never acknowledged and is
  // written over. Fails when the journal is damaged or is not the one that is known (JournalScan),
  // or when `keep` fails. `directory` is made when it is missing; `disk` must outlive the journal.
  static Result<std::unique_ptr<Journal>> open(std::filesystem::path directory, JournalDisk& disk,
                                               const JournalKnown& known, const Keep& keep);

  // Makes a journal, in a directory that must not be there, that goes on behind the covered record.
  static Result<std::unique_ptr<Journal>> make_behind(std::filesystem::path directory,
                                                      JournalDisk& disk, const JournalKnown& known);

  std::uint64_t last_number() const { return last_number_; }

  // Returns whether the next record, unless it is enormous, will find room: a segment is in
  // reserve, or can be made, or will not be needed soon. False mostly means that the disk has no
  // room. Called by the thread that appends, before anything is decided.
  bool has_room();
  // Returns whether there is room for some small records in what was prepared.
  bool has_last_room();
  // Returns true once whenever a segment should be made for later, so that appending need not wait
  // for it.
  bool wants_reserve() { return is_reserve_wanted_.exchange(false); }
  // Makes a segment if none is in reserve; returns false when that fails. From any thread.
  bool make_reserve();
  // Writes the record, which must have the number after the last one, and returns when it is
  // synced. `unavailable` means that there is no room on the disk: the same record, and no other,
  // may be appended later. After any other failure nothing may be appended any more. By one thread
  // at a time.
  Result<Done> append(const JournalBatch& batch);

  // Gives up the records up to and including `number`. From any thread.
  void drop(std::uint64_t number);

  // Has the next record begin a segment, and from now on removes segments that are given up instead
  // of keeping them for later; those that were kept are removed at once. So nothing of what was
  // written before is left on the disk once the next record is dropped up to. `unavailable` means
  // that there is no room for another segment, and that nothing was changed. From any thread.
  Result<Done> begin_anew();
  // Removes what was given up meanwhile and not removed, and keeps segments again. From any thread.
  void keep_given_up();

 private:
  Journal(std::filesystem::path directory, JournalDisk& disk)
      : directory_(std::move(directory)), disk_(disk), reach_(directory_, disk) {}

  static Result<Done> make_directory(const std::filesystem::path& directory);
  Result<Done> open_segments();
  Result<Done> replay(const JournalKnown& known, const Keep& keep);
  Result<Done> write_reach();
  Result<Done> begin_segment(const JournalBatch& batch);
  Result<Done> go_on_behind(std::size_t used, std::size_t end);
  bool has_reserve();
  void remove_used_reserve();
  std::shared_ptr<JournalSegment> find_current();
  Result<std::shared_ptr<JournalSegment>> make_segment(std::size_t record_bytes);

  const std::filesystem::path directory_;
  JournalDisk& disk_;

  std::uint64_t last_number_ = 0;      // the appending thread's own, as the next three
  std::optional<Digest> last_digest_;  // of that record; nothing: it is not known
  JournalReach reach_;
  bool is_reach_due_ = false;
  std::atomic<bool> is_reserve_wanted_{true};
  std::atomic<bool> is_segment_wanted_{false};  // for the next record

  std::mutex making_;             // held while files are made and named; taken before `mutex_`
  std::uint64_t next_index_ = 1;  // in the names of segments; guarded by `making_`

  std::mutex mutex_;                                      // guards all below
  std::deque<std::shared_ptr<JournalSegment>> segments_;  // in order; the last one is written to
  std::deque<std::shared_ptr<JournalSegment>> reserve_;
  bool keeps_given_up_ = true;
};

}  // namespace farthing::store::embedded
