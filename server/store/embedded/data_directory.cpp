// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <ranges>
#include <sstream>
#include <string>
#include <vector>

#include "server/store/embedded/journal/journal_reach.hpp"
#include "server/store/embedded/journal/journal_segment.hpp"
#include "server/store/embedded/private_entries.hpp"

namespace farthing::store::embedded {
namespace {

namespace fs = std::filesystem;

// Stored: the first line of the file `format`, in front of a number. The second line, from format 3
// on, says which version can read the store.
constexpr std::string_view kFormatLine = "farthing store format ";
constexpr std::string_view kNeedsLine = "needs >= ";
constexpr unsigned kOldestFormat = 2;
constexpr unsigned kPresentFormat = 3;
// The version that everything this one writes into a data directory came with. It rises whenever an
// older version could not read what a store may hold.
constexpr std::string_view kNeededVersion = "0.1";
constexpr std::string_view kOwnVersion = FARTHING_VERSION;
// Stored: the names of the files that mark an unfinished copy, and an accepted loss that is not
// finished.
constexpr const char* kCopyMark = "unfinished-copy";
constexpr const char* kLossMark = "journal-loss-accepted";
// Stored: the beginning of the name of a damaged journal whose loss was accepted.
constexpr std::string_view kLostJournal = "journal-lost-";
// The suffix of a file that is not whole yet.
constexpr const char* kNewSuffix = ".new";

// Returns all that this server puts into a data directory, in the order of removal. The format goes
// late, so that what an interruption leaves is still known for a store.
std::vector<std::string> own_entries() {
  const std::string admin_key = kAdminKeyFile;
  const std::string statement_key = kStatementKeyFile;
  const std::string copy_mark = kCopyMark;
  const std::string loss_mark = kLossMark;
  return {admin_key,       admin_key + kPendingSuffix,
          statement_key,   statement_key + kPendingSuffix,
          "rocksdb",       "journal",
          "journal-next",  "journal-next-reach",
          "key-filter",    "clock-doubt",
          copy_mark,       copy_mark + kNewSuffix,
          loss_mark,       loss_mark + kNewSuffix,
          "format",        std::string("format") + kNewSuffix,
          "journal-reach", "lock"};
}

// What an empty directory may hold: a new disk's folder, what a start that died has left, and a key
// that an operator has brought along.
constexpr std::array<std::string_view, 5> kOfNoStore = {"lost+found", "lock", "journal-reach",
                                                        "format.new", kStatementKeyFile};

Error directory_error(const fs::path& path, const std::string& what) {
  return make_error(ErrorCode::server_error, "The data directory " + path.string() + " " + what);
}

Error system_error(const fs::path& path, const std::string& doing) {
  return directory_error(path, "cannot be used: " + doing + ": " + std::strerror(errno) + ".");
}

// Makes the directory and those above it that are missing. Returns those that it has made, the
// outermost first.
Result<std::vector<fs::path>> make_directory(const fs::path& path) {
  std::vector<fs::path> missing;
  std::error_code error;
  for (fs::path at = path; !at.empty() && !fs::exists(fs::symlink_status(at, error));
       at = at.parent_path()) {
    // "data/" names the same as "data".
    if (at.has_filename()) missing.push_back(at);
  }
  std::reverse(missing.begin(), missing.end());
  std::vector<fs::path> made;
  for (const fs::path& directory : missing) {
    if (::mkdir(directory.c_str(), 0700) == 0) {
      made.push_back(directory);
    } else if (errno != EEXIST) {
      const Error failure = system_error(path, "mkdir");
      for (; !made.empty(); made.pop_back()) ::rmdir(made.back().c_str());
      return failure;
    }
  }
  return made;
}

bool is_open_as(int descriptor, const fs::path& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

// Takes the lock. `flags` are those to open the file with.
Result<int> take_lock(const fs::path& path, int flags) {
  const fs::path file = path / "lock";
  const int lock = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
  if (lock < 0) return system_error(path, "opening the file lock");
  // A file that somebody has removed meanwhile locks nothing any more.
  const bool is_locked = ::flock(lock, LOCK_EX | LOCK_NB) == 0;
  if (is_locked && is_open_as(lock, file)) return lock;
  const bool is_taken = is_locked || errno == EWOULDBLOCK;
  const Error error =
      is_taken ? directory_error(path,
                                 "is in use by another farthing server. Stop that one first, or "
                                 "use another directory.")
               : system_error(path, "locking");
  ::close(lock);
  return error;
}

Result<Done> sync_directory(const fs::path& directory) {
  const int parent = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool is_synced = parent >= 0 && ::fsync(parent) == 0;
  if (parent >= 0) ::close(parent);
  if (!is_synced) return system_error(directory, "syncing");
  return Done{};
}

// Writes a file so that after a crash it is there in full or not at all.
Result<Done> write_file(const fs::path& directory, const fs::path& name, std::string_view text) {
  const fs::path temporary = directory / (name.string() + kNewSuffix);
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return system_error(directory, "writing the file " + name.string());
  const bool is_written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(file) == 0;
  ::close(file);
  if (!is_written || ::rename(temporary.c_str(), (directory / name).c_str()) != 0) {
    return system_error(directory, "writing the file " + name.string());
  }
  return sync_directory(directory);
}

Result<Done> remove_file(const fs::path& directory, const fs::path& name) {
  std::error_code error;
  fs::remove(directory / name, error);
  if (error) return directory_error(directory, "cannot be used: " + error.message() + ".");
  return sync_directory(directory);
}

// Returns the content of a file; nothing when there is none.
std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::optional<std::string> read_format(const fs::path& path) { return read_file(path / "format"); }

// A number of a version, such as 0.1 or 1.12.3: parts are compared one by one.
std::optional<std::vector<unsigned>> parse_version(std::string_view text) {
  std::vector<unsigned> parts;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    unsigned part = 0;
    const auto parsed = std::from_chars(at, end, part);
    if (parsed.ec != std::errc()) return {};
    parts.push_back(part);
    at = parsed.ptr;
    if (at == end) return parts;
    if (*at++ != '.') return {};
  }
}

struct Format {
  unsigned number;
  std::string needs;  // the version that can read it; empty: it does not say
};

// Reads the whole content of the file `format`; nothing when it is not that.
std::optional<Format> parse_format(std::string_view text) {
  if (!text.starts_with(kFormatLine)) return {};
  text.remove_prefix(kFormatLine.size());
  Format format{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), format.number);
  if (parsed.ec != std::errc()) return {};
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (text == "\n") return format;
  if (!text.starts_with('\n') || !text.ends_with('\n')) return {};
  text = text.substr(1, text.size() - 2);
  if (!text.starts_with(kNeedsLine)) return {};
  format.needs = text.substr(kNeedsLine.size());
  if (!parse_version(format.needs)) return {};
  return format;
}

bool is_of_a_newer_version(const Format& format) {
  return !format.needs.empty() && parse_version(format.needs) > parse_version(kOwnVersion);
}

std::string present_format() {
  return std::string(kFormatLine) + std::to_string(kPresentFormat) + "\n" +
         std::string(kNeedsLine) + std::string(kNeededVersion) + "\n";
}

// Fails when the directory holds something that a new store would replace.
Result<Done> check_empty(const fs::path& path) {
  std::error_code error;
  if (fs::exists(path / "rocksdb", error)) {
    return directory_error(path,
                           "holds a store but not the file format that says which. It is "
                           "left as it is; restore it from a backup.");
  }
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (std::ranges::find(kOfNoStore, name) != kOfNoStore.end()) continue;
    return directory_error(path, "holds no store and is not empty: there is " + name +
                                     ". It is left as it is; name an empty or a new directory.");
  }
  if (error) return directory_error(path, "cannot be read: " + error.message() + ".");
  return Done{};
}

}  // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const fs::path& path,
                                                           Unfinished unfinished) {
  auto made = make_directory(path);
  if (!made) return made.error();
  const auto give_up = [&](const Error& error) {
    for (; !made->empty(); made->pop_back()) ::rmdir(made->back().c_str());
    return error;
  };
  // This check comes before the lock, whose file must not appear in somebody else's directory.
  if (!holds_store(path)) {
    if (const auto checked = check_empty(path); !checked) return give_up(checked.error());
  }
  const auto lock = take_lock(path, O_RDWR | O_CREAT);
  if (!lock) return give_up(lock.error());
  std::unique_ptr<DataDirectory> directory(new DataDirectory(path, *lock));
  // The check is repeated under the lock: what a failed start removes must not have been there
  // before.
  if (!holds_store(path)) {
    if (const auto checked = check_empty(path); !checked) return checked.error();
    std::error_code error;
    directory->new_ = Before{.made_directories = *std::move(made),
                             .had_statement_key = fs::exists(path / kStatementKeyFile, error)};
    if (directory->new_->made_directories.empty()) {
      directory->new_->mode = fs::status(path, error).permissions();
    }
  }
  if (auto prepared = directory->prepare(unfinished); !prepared) return prepared.error();
  return directory;
}

// Changes nothing before it is sure that the directory holds a store of this format, or none.
Result<Done> DataDirectory::prepare(Unfinished unfinished) {
  if (!new_) {
    if (auto checked = check_format(); !checked) return checked;
    if (auto checked = check_marks(unfinished); !checked) return checked;
  }
  warnings_ = make_private(path_, own_entries());
  std::error_code error;
  for (fs::directory_iterator at(path_, error), end; !error && at != end; at.increment(error)) {
    if (!at->path().filename().string().starts_with(kLostJournal)) continue;
    warnings_.push_back("the data directory has " + at->path().string() +
                        ", a damaged journal whose loss was accepted; remove it when nobody needs "
                        "it any more");
  }
  return new_ ? make_store() : Done{};
}

// The format comes last: a store that has one must have its reach.
Result<Done> DataDirectory::make_store() const {
  JournalDisk disk;
  JournalReach reach(journal_path(), disk);
  if (auto written = reach.write({}); !written) return written;
  return write_file(path_, "format", present_format());
}

Result<Done> DataDirectory::check_format() {
  const auto text = read_format(path_);
  if (!text) return directory_error(path_, "holds no store.");
  const auto format = parse_format(*text);
  if (format && is_of_a_newer_version(*format)) {
    return directory_error(path_, "holds a store whose format needs farthing " + format->needs +
                                      " or newer. This is " + std::string(kOwnVersion) +
                                      ". The store is left as it is.");
  }
  if (!format || format->number < kOldestFormat || format->number > kPresentFormat) {
    return directory_error(path_,
                           "holds a store of a format that this version does not know. It is "
                           "left as it is; use the version of farthing that wrote it, or a "
                           "newer one.");
  }
  is_of_older_format_ = format->number < kPresentFormat;
  return Done{};
}

Result<Done> DataDirectory::check_marks(Unfinished unfinished) const {
  if (read_loss_mark()) {
    return directory_error(path_,
                           "holds a journal whose loss was accepted, which was interrupted. Run "
                           "`farthing store accept-loss --data " +
                               path_.string() + "` again to finish it.");
  }
  if (unfinished == Unfinished::accepted || !read_copy_mark()) return Done{};
  return directory_error(
      path_,
      "holds a copy that is not finished. Run the same `farthing store copy` again to "
      "finish it, or remove the directory to do without it.");
}

Result<Done> DataDirectory::bring_up_format() {
  if (!is_of_older_format_) return Done{};
  if (!JournalReach::read(journal_path()) && !JournalReach::read(next_journal_path())) {
    return make_error(ErrorCode::unavailable,
                      "There was no room on the disk to note how far the journal of " +
                          path_.string() + " goes. Make room, and start again.");
  }
  if (auto written = write_file(path_, "format", present_format()); !written) return written;
  is_of_older_format_ = false;
  return Done{};
}

Result<std::unique_ptr<DataDirectory>> DataDirectory::open_locked(const fs::path& path) {
  if (!holds_store(path)) return directory_error(path, "holds no store.");
  const auto lock = take_lock(path, O_RDONLY);
  if (!lock) return lock.error();
  std::unique_ptr<DataDirectory> directory(new DataDirectory(path, *lock));
  if (const auto checked = directory->check_format(); !checked) return checked.error();
  return directory;
}

Result<std::unique_ptr<DataDirectory>> DataDirectory::open_existing(const fs::path& path,
                                                                    Unfinished unfinished) {
  auto directory = open_locked(path);
  if (!directory) return directory;
  if (const auto checked = (*directory)->check_marks(unfinished); !checked) return checked.error();
  return directory;
}

Result<std::unique_ptr<DataDirectory>> DataDirectory::open_for_journal_loss(const fs::path& path) {
  return open_locked(path);
}

bool DataDirectory::holds_store(const fs::path& path) { return read_format(path).has_value(); }

DataDirectory::~DataDirectory() {
  if (new_) discard();
  ::close(lock_);
}

void DataDirectory::discard() const {
  std::error_code error;
  for (const std::string& name : own_entries()) {
    if (name == kStatementKeyFile && new_->had_statement_key) continue;
    fs::remove_all(path_ / name, error);
  }
  if (new_->mode) fs::permissions(path_, *new_->mode, error);
  // A directory that somebody else has put something into meanwhile stays.
  for (const fs::path& made : std::views::reverse(new_->made_directories)) ::rmdir(made.c_str());
}

void DataDirectory::report_warnings(const std::function<void(const std::string&)>& tell) const {
  if (!tell) return;
  for (const std::string& warning : warnings_) tell(warning);
}

std::optional<std::string> DataDirectory::read_copy_mark() const {
  return read_file(path_ / kCopyMark);
}

Result<Done> DataDirectory::set_copy_mark(std::string_view text) const {
  return write_file(path_, kCopyMark, text);
}

Result<Done> DataDirectory::clear_copy_mark() const { return remove_file(path_, kCopyMark); }

fs::path DataDirectory::lost_journal_path(std::string_view word) const {
  return path_ / std::string(kLostJournal).append(word);
}

std::optional<std::string> DataDirectory::read_loss_mark() const {
  return read_file(path_ / kLossMark);
}

Result<Done> DataDirectory::set_loss_mark(std::string_view word) const {
  return write_file(path_, kLossMark, word);
}

Result<Done> DataDirectory::clear_loss_mark() const { return remove_file(path_, kLossMark); }

std::uint64_t DataDirectory::free_bytes() const {
  struct statvfs disk {};
  if (::statvfs(path_.c_str(), &disk) != 0) return std::numeric_limits<std::uint64_t>::max();
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

}  // namespace farthing::store::embedded
