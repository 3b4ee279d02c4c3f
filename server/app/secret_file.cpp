// SPDX-License-Identifier: Apache-2.0
#include "server/app/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

namespace farthing::app {
namespace {

using Checked = BasicResult<Done, std::string>;
using std::filesystem::path;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

std::string failed(std::string_view what, const path& file) {
  const int error = errno;
  return std::string("cannot ")
      .append(what)
      .append(" ")
      .append(file.string())
      .append(": ")
      .append(std::strerror(error));
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A file's name is only safe once its directory is synced.
Checked sync_directory_of(const path& file) {
  const path directory = file.has_parent_path() ? file.parent_path() : path(".");
  const Descriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open() || ::fsync(descriptor.get()) != 0) return failed("sync", directory);
  return Done{};
}

using Found = BasicResult<std::optional<Secret>, std::string>;

Found nothing_or_failure(const path& file) {
  if (errno == ENOENT) return std::optional<Secret>();
  return failed("read", file);
}

Found read_first_line(int fd, const path& file) {
  std::array<char, 4'096> buffer{};
  std::size_t size = 0;
  std::size_t end = std::string_view::npos;
  std::string problem;
  // A pipe gives the line in pieces.
  while (end == std::string_view::npos) {
    const ssize_t count = ::read(fd, buffer.data() + size, buffer.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) problem = failed("read", file);
    if (count <= 0) break;
    size += static_cast<std::size_t>(count);
    end = std::string_view(buffer.data(), size).find('\n');
    if (end == std::string_view::npos && size == buffer.size()) {
      problem = file.string() + " has a first line that is too long";
      break;
    }
  }
  std::optional<Secret> secret;
  if (problem.empty()) {
    secret.emplace(std::string(std::string_view(buffer.data(), size).substr(0, end)));
  }
  ::explicit_bzero(buffer.data(), buffer.size());
  if (!problem.empty()) return problem;
  return secret;
}

Checked check_access(const struct stat& status, const path& file, SharedSecrets shared) {
  if (shared == SharedSecrets::allowed) return Done{};
  const auto access = find_access_of_others(status);
  if (!access) return Done{};
  return file.string() + " holds a secret and " + *access +
         ". Make it its owner's alone: chmod 600. Where it is mounted so, allow it with "
         "shared_secret_files = true in the configuration, or " +
         kSharedSecretsVariable + "=true";
}

bool is_same_file(const path& a, const path& b) {
  struct stat of_a {};
  struct stat of_b {};
  return ::stat(a.c_str(), &of_a) == 0 && ::stat(b.c_str(), &of_b) == 0 &&
         of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

}  // namespace

Checked write_secret_file(const path& file, const Secret& secret) {
  constexpr mode_t kOwnerOnly = 0600;
  const Descriptor descriptor(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  if (!descriptor.is_open()) return failed("make", file);
  if (!write_all(descriptor.get(), secret.reveal()) || !write_all(descriptor.get(), "\n") ||
      ::fsync(descriptor.get()) != 0) {
    return failed("write", file);
  }
  return sync_directory_of(file);
}

BasicResult<std::optional<Secret>, std::string> read_secret_file(const path& file) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!descriptor.is_open()) return nothing_or_failure(file);
  return read_first_line(descriptor.get(), file);
}

BasicResult<std::optional<Secret>, std::string> read_named_secret(const path& file,
                                                                  SharedSecrets shared) {
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.is_open()) return nothing_or_failure(file);
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) return failed("read", file);
  if (auto done = check_access(status, file, shared); !done) return done.error();
  return read_first_line(descriptor.get(), file);
}

Checked check_secret_file(const path& file, SharedSecrets shared) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return Done{};
  return check_access(status, file, shared);
}

void keep_new_files_private() { ::umask(S_IRWXG | S_IRWXO); }

Checked publish_file(const path& from, const path& to) {
  // A link does not replace what is there, as a rename would.
  if (::link(from.c_str(), to.c_str()) != 0 && !(errno == EEXIST && is_same_file(from, to))) {
    return failed("make", to);
  }
  if (auto done = sync_directory_of(to); !done) return done;
  // This needs no sync: whoever finds both names again finds one file, and comes here once more.
  if (::unlink(from.c_str()) != 0) return failed("remove", from);
  return Done{};
}

}  // namespace farthing::app
