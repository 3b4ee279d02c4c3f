// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>

namespace farthing::store {
namespace {

namespace fs = std::filesystem;

// Stored: the whole content of the file `format`.
constexpr std::string_view kFormat = "farthing store format 2\n";
// Stored: the name of the file that marks an unfinished copy.
constexpr const char* kCopyMark = "unfinished-copy";

Error directory_error(const fs::path& path, const std::string& what) {
  return make_error(ErrorCode::server_error, "The data directory " + path.string() + " " + what);
}

Error system_error(const fs::path& path, const std::string& doing) {
  return directory_error(path, "cannot be used: " + doing + ": " + std::strerror(errno) + ".");
}

Result<Done> make_directory(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return Done{};
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_error(path, "mkdir");
  return Done{};
}

// `flags` are those to open the file with.
Result<int> take_lock(const fs::path& path, int flags) {
  const fs::path file = path / "lock";
  const int lock = ::open(file.c_str(), flags | O_CLOEXEC, 0600);
  if (lock < 0) return system_error(path, "opening the file lock");
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return lock;
  const bool is_taken = errno == EWOULDBLOCK;
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
  const fs::path temporary = directory / (name.string() + ".new");
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

// The content of a file; nothing when there is none.
std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::optional<std::string> read_format(const fs::path& path) { return read_file(path / "format"); }

Result<Done> check_format(const fs::path& path) {
  const auto format = read_format(path);
  if (!format) {
    std::error_code error;
    if (fs::exists(path / "rocksdb", error)) {
      return directory_error(path,
                             "holds a store but not the file format that says which. It is "
                             "left as it is; restore it from a backup.");
    }
    return write_file(path, "format", kFormat);
  }
  if (*format == kFormat) return Done{};
  return directory_error(path,
                         "holds a store of a format that this version does not know. It is "
                         "left as it is; use the version of farthing that wrote it, or a "
                         "newer one.");
}

Result<Done> check_copy_mark(const DataDirectory& directory, const fs::path& path,
                             Unfinished unfinished) {
  if (unfinished == Unfinished::accepted || !directory.read_copy_mark()) return Done{};
  return directory_error(path,
                         "holds a copy that is not finished. Run the same `farthing copy` again to "
                         "finish it, or remove the directory to do without it.");
}

}  // namespace

Result<std::unique_ptr<DataDirectory>> DataDirectory::open(const fs::path& path,
                                                           Unfinished unfinished) {
  if (const auto made = make_directory(path); !made) return made.error();
  const auto lock = take_lock(path, O_RDWR | O_CREAT);
  if (!lock) return lock.error();
  std::unique_ptr<DataDirectory> directory(new DataDirectory(path, *lock));
  if (const auto checked = check_format(path); !checked) return checked.error();
  if (const auto checked = check_copy_mark(*directory, path, unfinished); !checked) {
    return checked.error();
  }
  return directory;
}

Result<std::unique_ptr<DataDirectory>> DataDirectory::open_existing(const fs::path& path,
                                                                    Unfinished unfinished) {
  if (!read_format(path)) return directory_error(path, "holds no store.");
  const auto lock = take_lock(path, O_RDONLY);
  if (!lock) return lock.error();
  std::unique_ptr<DataDirectory> directory(new DataDirectory(path, *lock));
  if (const auto checked = check_format(path); !checked) return checked.error();
  if (const auto checked = check_copy_mark(*directory, path, unfinished); !checked) {
    return checked.error();
  }
  return directory;
}

DataDirectory::~DataDirectory() { ::close(lock_); }

std::optional<std::string> DataDirectory::read_copy_mark() const {
  return read_file(path_ / kCopyMark);
}

Result<Done> DataDirectory::set_copy_mark(std::string_view text) const {
  return write_file(path_, kCopyMark, text);
}

Result<Done> DataDirectory::clear_copy_mark() const {
  std::error_code error;
  fs::remove(path_ / kCopyMark, error);
  if (error) return directory_error(path_, "cannot be used: " + error.message() + ".");
  return sync_directory(path_);
}

std::uint64_t DataDirectory::free_bytes() const {
  struct statvfs disk {};
  if (::statvfs(path_.c_str(), &disk) != 0) return std::numeric_limits<std::uint64_t>::max();
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

}  // namespace farthing::store
