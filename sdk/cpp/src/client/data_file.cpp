// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/client/data_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

#include "sdk/cpp/src/session/idempotency_key.hpp"
#include "sdk/cpp/src/session/settings.hpp"

namespace farthing::sdk {
namespace {

namespace fs = std::filesystem;

// A file that removes itself unless it was renamed.
class TemporaryFile {
 public:
  // Opens a file beside `target` under a name nobody else has; check `is_open`.
  explicit TemporaryFile(const fs::path& target) : path_(target) {
    path_ += ".tmp-" + make_idempotency_key(std::chrono::system_clock::now());
    do {
      descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (descriptor_ < 0 && errno == EINTR);
    exists_ = is_open();
  }

  ~TemporaryFile() {
    if (is_open()) ::close(descriptor_);
    if (exists_) ::unlink(path_.c_str());
  }

  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool is_open() const { return descriptor_ >= 0; }

  bool copy_permissions_of(const fs::path& target) const {
    struct stat info {};
    if (::stat(target.c_str(), &info) != 0) return true;  // there is none
    return ::fchmod(descriptor_, info.st_mode & 07777) == 0;
  }

  bool write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(descriptor_, text.data(), text.size());
      if (written < 0) {
        if (errno == EINTR) continue;
        return false;
      }
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  bool close() { return ::close(std::exchange(descriptor_, -1)) == 0; }

  bool rename_to(const fs::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) return false;
    exists_ = false;
    return true;
  }

 private:
  fs::path path_;
  int descriptor_ = -1;
  bool exists_ = false;
};

// Takes the reason from `errno`.
Failure file_failure(const fs::path& file) {
  const std::string reason = std::generic_category().message(errno);
  return {.kind = FailureKind::file,
          .message = "the answer is good, but the data file `" + file.string() +
                     "` could not be written: " + reason,
          .field = "data_file"};
}

}  // namespace

std::optional<Failure> check_data_file(const fs::path& file) {
  if (file.empty() || file.native().find('\0') != fs::path::string_type::npos) {
    return usage_failure("data_file", "the data file's name is empty or holds a null character");
  }
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    return usage_failure("data_file",
                         "the data file `" + file.string() + "` is something other than a file");
  }
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  if (!file.has_filename() || !fs::is_directory(folder, error)) {
    return usage_failure("data_file",
                         "there is no folder for the data file `" + file.string() + "`");
  }
  return {};
}

std::optional<Failure> write_data_file(const fs::path& file, std::string_view text) {
  TemporaryFile temporary(file);
  if (!temporary.is_open() || !temporary.copy_permissions_of(file) || !temporary.write(text) ||
      !temporary.write("\n") || !temporary.close() || !temporary.rename_to(file)) {
    return file_failure(file);
  }
  return {};
}

}  // namespace farthing::sdk
