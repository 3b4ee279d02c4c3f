// SPDX-License-Identifier: Apache-2.0
// A record beside the journal, outside its directory, that the journal has held: the first of its
// newest segment or the last one of a start. It shows when a journal has lost its end together with
// a file, or is another one. Stored: docs/reference/formats.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "server/store/embedded/journal/journal_segment.hpp"

namespace farthing::store::embedded {

struct ReachedRecord {
  std::uint64_t number = 0;  // 0: the journal had none yet
  // JournalBatch::digest; nothing: an older version did not note it.
  std::optional<Digest> digest = {};
};

class JournalReach {
 public:
  // Belongs to the journal in `directory`. `disk` must outlive this.
  JournalReach(const std::filesystem::path& directory, JournalDisk& disk)
      : path_(path_beside(directory)), disk_(disk) {}
  ~JournalReach();
  JournalReach(const JournalReach&) = delete;
  JournalReach& operator=(const JournalReach&) = delete;

  static std::filesystem::path path_beside(std::filesystem::path directory) {
    return directory += "-reach";
  }
  // Reads the record; nothing when there is none, as beside the journal of an older version, or no
  // whole one.
  static std::optional<ReachedRecord> read(const std::filesystem::path& directory);
  // Writes the record and returns when it is synced. `unavailable` means that there is no room on
  // the disk. A crash leaves this one or the one before.
  Result<Done> write(const ReachedRecord& record);

 private:
  Result<Done> open();
  Error file_error(int number) const;

  const std::filesystem::path path_;
  JournalDisk& disk_;
  int file_ = -1;  // from the first write on
  bool is_new_ = false;
  std::size_t next_place_ = 0;  // where the next record goes; the other place has the last one
};

}  // namespace farthing::store::embedded
