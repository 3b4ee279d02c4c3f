// SPDX-License-Identifier: Apache-2.0
#include "cli/output/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <random>
#include <utility>

namespace farthing::cli {
namespace {

// Returns a name beside the path, so that the rename stays within one file system.
std::string temporary_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t name_at = slash == std::string::npos ? 0 : slash + 1;
  std::random_device random;
  return fmt::format("{}.{}.{:08x}.tmp", path.substr(0, name_at), path.substr(name_at), random());
}

Problem write_problem(const std::string& path, int error_number) {
  return system_problem(fmt::format("Cannot write the file {}", path), error_number);
}

}  // namespace

Result<AtomicFile> AtomicFile::open(const std::string& path, Access access) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode)) {
      return usage_problem(
          fmt::format("The output file {} exists and is not a regular file.", path),
          "Name another file, or leave -o out and redirect standard output.");
    }
  } else if (errno != ENOENT) {
    return write_problem(path, errno);
  }
  const mode_t mode = access == Access::owner_only ? 0600 : 0666;
  constexpr int kTries = 8;  // against a name that is taken by chance
  for (int i = 0; i < kTries; ++i) {
    std::string temporary_path = temporary_name(path);
    Descriptor descriptor(
        ::open(temporary_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (descriptor.is_open()) {
      return AtomicFile(path, std::move(temporary_path), std::move(descriptor));
    }
    if (errno != EEXIST) return write_problem(path, errno);
  }
  return write_problem(path, EEXIST);
}

AtomicFile::AtomicFile(std::string path, std::string temporary_path, Descriptor descriptor)
    : path_(std::move(path)),
      temporary_path_(std::move(temporary_path)),
      descriptor_(std::move(descriptor)) {}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_path_(std::exchange(other.temporary_path_, {})),
      descriptor_(std::move(other.descriptor_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
}

Result<Done> AtomicFile::write(std::string_view text) {
  if (const int error = write_all(descriptor_.number(), text)) return write_problem(path_, error);
  return Done{};
}

Result<Done> AtomicFile::commit(std::string_view text) {
  if (auto written = write(text); !written) return written;
  if (::fsync(descriptor_.number()) != 0) return write_problem(path_, errno);
  if (const int error = descriptor_.close()) return write_problem(path_, error);
  if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) {
    return write_problem(path_, errno);
  }
  temporary_path_.clear();
  return Done{};
}

}  // namespace farthing::cli
