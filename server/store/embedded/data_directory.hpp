// SPDX-License-Identifier: Apache-2.0
// The directory that an embedded store lives in. It is made when missing, locked against a second
// process, and marked with the format of its content, which is checked before anything else is
// touched. A second mark stays in it as long as a copy into it is not finished. Only its owner may
// read what is in it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "server/store/transfer.hpp"

namespace farthing::store::embedded {

// Files that the server keeps beside the store. Stored: never to be renamed.
inline constexpr const char* kAdminKeyFile = "admin.key";
inline constexpr const char* kStatementKeyFile = "statement.key";
// The suffix of a file that is not whole yet.
inline constexpr const char* kPendingSuffix = ".pending";

class DataDirectory {
 public:
  // Opens the directory, or makes it with mode 0700. One that is there must hold a store, or
  // nothing but what a disk or an operator puts into an empty one (`lost+found`, statement.key).
  // Its mode and those of the store's files become 0700 and 0600 as far as they belong to this
  // user; `report_warnings` says what does not. Fails when it cannot be made or read, holds
  // something else, is in use by another server, or has a format that this version does not know;
  // then nothing in it has changed.
  //
  // Unless `keep` is called, the destructor removes a store that this has made, and the directories
  // that were made for it: a start that fails leaves nothing behind.
  static Result<std::unique_ptr<DataDirectory>> open(const std::filesystem::path& path,
                                                     Unfinished unfinished = Unfinished::refused);
  // Opens a directory only to look at it: makes and changes nothing. Fails as `open` does, and also
  // when there is no store.
  static Result<std::unique_ptr<DataDirectory>> open_existing(
      const std::filesystem::path& path, Unfinished unfinished = Unfinished::refused);
  // Does the same for accept_journal_loss, which may find that it was interrupted.
  static Result<std::unique_ptr<DataDirectory>> open_for_journal_loss(
      const std::filesystem::path& path);
  // Returns whether there is a store, of any format.
  static bool holds_store(const std::filesystem::path& path);
  // Gives up the lock.
  ~DataDirectory();
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;

  // Makes a store that was made stay.
  void keep() { new_.reset(); }
  // Whether an older version has left the store, and this one has not written into it yet.
  bool is_of_older_format() const { return is_of_older_format_; }
  // Marks the store with the present format; returns when that is synced. Must be called before
  // anything is written that an older version cannot read. The journal must have its reach by then.
  Result<Done> bring_up_format();
  // Tells the operator, in sentences, what others may read or replace, and what a damaged journal
  // has left; `tell` may be empty.
  void report_warnings(const std::function<void(const std::string&)>& tell) const;

  std::filesystem::path database_path() const { return path_ / "rocksdb"; }
  std::filesystem::path journal_path() const { return path_ / "journal"; }
  std::filesystem::path key_filter_path() const { return path_ / "key-filter"; }
  // The file is there while the clock has leapt and is in doubt, so that a restart does not believe
  // it.
  std::filesystem::path clock_doubt_path() const { return path_ / "clock-doubt"; }
  // A damaged journal is kept here once its loss was accepted (journal_loss.hpp), and what goes on
  // in its place is made under the second name.
  std::filesystem::path lost_journal_path(std::string_view word) const;
  std::filesystem::path next_journal_path() const { return path_ / "journal-next"; }
  // Returns the word of a loss whose acceptance was begun and is not finished.
  std::optional<std::string> read_loss_mark() const;
  // What these two change is synced when they return.
  Result<Done> set_loss_mark(std::string_view word) const;
  Result<Done> clear_loss_mark() const;
  // Returns the text that an unfinished copy is known by; nothing when there is none.
  std::optional<std::string> read_copy_mark() const;
  // What these two change is synced when they return.
  Result<Done> set_copy_mark(std::string_view text) const;
  Result<Done> clear_copy_mark() const;
  // Returns the bytes on its disk that are free for this process; the largest number when that
  // cannot be told.
  std::uint64_t free_bytes() const;

 private:
  // What was there before a store was made.
  struct Before {
    std::vector<std::filesystem::path> made_directories;  // the outermost first
    bool had_statement_key = false;
    std::optional<std::filesystem::perms> mode;  // of a directory that was there
  };

  DataDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  static Result<std::unique_ptr<DataDirectory>> open_locked(const std::filesystem::path& path);
  Result<Done> check_format();
  Result<Done> check_marks(Unfinished unfinished) const;
  Result<Done> prepare(Unfinished unfinished);
  Result<Done> make_store() const;
  void discard() const;

  std::filesystem::path path_;
  int lock_;  // an open file that carries the lock
  bool is_of_older_format_ = false;
  std::optional<Before> new_;  // as long as a store that was made may be taken away again
  std::vector<std::string> warnings_;
};

}  // namespace farthing::store::embedded
