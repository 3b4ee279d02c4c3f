// SPDX-License-Identifier: Apache-2.0
// A number beside the journal, outside its directory: that of a record which the journal has held,
// the first of its newest segment or the last one of a start. It shows when a journal has lost its
// end together with a file. Stored: docs/reference/formats.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "server/store/embedded/journal/journal_segment.hpp"

namespace farthing::store::embedded {

class JournalReach {
 public:
  // `directory` is the journal's; `disk` must outlive this.
  JournalReach(const std::filesystem::path& directory, JournalDisk& disk)
      : path_(path_beside(directory)), disk_(disk) {}
  ~JournalReach();
  JournalReach(const JournalReach&) = delete;
  JournalReach& operator=(const JournalReach&) = delete;

  // Reads the number; nothing when there is none, as beside the journal of an older version, or no
  // whole one.
  static std::optional<std::uint64_t> read(const std::filesystem::path& directory);
  // Writes the number and returns when it is synced. `unavailable` means that there is no room on
  // the disk.
  Result<Done> write(std::uint64_t number);

 private:
  static std::filesystem::path path_beside(std::filesystem::path directory) {
    return directory += "-reach";
  }
  Error write_error(int number) const;

  const std::filesystem::path path_;
  JournalDisk& disk_;
  int file_ = -1;  // from the first write on
};

}  // namespace farthing::store::embedded
