// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/private_entries.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace farthing::store::embedded {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOfOthers = S_IRWXG | S_IRWXO;
constexpr mode_t kAllModes = 07777;

// Counts what could not be changed, for one sentence about all.
struct Failures {
  int count = 0;
  int error_number = 0;
};

void make_private_entry(const fs::path& path, Failures& failures) {
  struct stat status {};
  // An entry that is gone meanwhile needs nothing.
  if (::lstat(path.c_str(), &status) != 0 || S_ISLNK(status.st_mode)) return;
  if (status.st_uid != ::geteuid() || (status.st_mode & kOfOthers) == 0) return;
  const mode_t mode = status.st_mode & kAllModes & ~kOfOthers;
  if (::fchmodat(AT_FDCWD, path.c_str(), mode, AT_SYMLINK_NOFOLLOW) == 0) return;
  ++failures.count;
  failures.error_number = errno;
}

void make_private_tree(const fs::path& path, Failures& failures) {
  make_private_entry(path, failures);
  std::error_code error;
  if (!fs::is_directory(fs::symlink_status(path, error))) return;
  // Does not follow links to directories.
  for (fs::recursive_directory_iterator at(path, error), end; !error && at != end;
       at.increment(error)) {
    make_private_entry(at->path(), failures);
  }
}

}  // namespace

std::vector<std::string> make_private(const fs::path& directory,
                                      const std::vector<std::string>& names) {
  std::vector<std::string> warnings;
  const std::string name = "the data directory " + directory.string();
  Failures failures;
  struct stat status {};
  // The directory itself may be reached by a link, because the operator has named it.
  if (::stat(directory.c_str(), &status) == 0) {
    if (status.st_uid != ::geteuid()) {
      warnings.push_back(name + " belongs to another user (uid " + std::to_string(status.st_uid) +
                         "), who can replace what is in it; its mode is left as it is");
    } else if ((status.st_mode & kOfOthers) != 0 &&
               ::chmod(directory.c_str(), status.st_mode & kAllModes & ~kOfOthers) != 0) {
      failures = {.count = 1, .error_number = errno};
    }
  }
  for (const std::string& entry : names) make_private_tree(directory / entry, failures);
  if (failures.count > 0) {
    warnings.push_back(name + " stays open to others: the modes of " +
                       std::to_string(failures.count) +
                       " entries cannot be changed: " + std::strerror(failures.error_number));
  }
  return warnings;
}

}  // namespace farthing::store::embedded
