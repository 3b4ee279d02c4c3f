// SPDX-License-Identifier: Apache-2.0
// The directory that an embedded store lives in: made when missing, locked against a second
// process, and marked with the format of what it holds, which is checked before anything else is
// touched; and with another mark as long as a copy into it is not finished.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "server/store/transfer.hpp"

namespace farthing::store {

class DataDirectory {
 public:
  // Made with mode 0700. Fails when it cannot be made or read, when another server uses it, or when
  // its format is not one that this version knows.
  static Result<std::unique_ptr<DataDirectory>> open(const std::filesystem::path& path,
                                                     Unfinished unfinished = Unfinished::refused);
  // The same for a look at what is there: nothing is made. Fails also when there is no store.
  static Result<std::unique_ptr<DataDirectory>> open_existing(
      const std::filesystem::path& path, Unfinished unfinished = Unfinished::refused);
  // Gives up the lock.
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  std::filesystem::path database_path() const { return path_ / "rocksdb"; }
  std::filesystem::path journal_path() const { return path_ / "journal"; }
  std::filesystem::path key_filter_path() const { return path_ / "key-filter"; }
  // The mark of an unfinished copy, which is known by `text`; nothing when there is none.
  std::optional<std::string> read_copy_mark() const;
  // Synced when they return.
  Result<Done> set_copy_mark(std::string_view text) const;
  Result<Done> clear_copy_mark() const;
  // Free bytes on its disk for this process; all there are when that cannot be told.
  std::uint64_t free_bytes() const;

 private:
  DataDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::filesystem::path path_;
  int lock_;  // an open file that carries the lock
};

}  // namespace farthing::store
