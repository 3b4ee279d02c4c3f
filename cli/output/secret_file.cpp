// SPDX-License-Identifier: Apache-2.0
#include "cli/output/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace farthing::cli {

Result<SecretFile> SecretFile::create(const std::string& path) {
  Descriptor descriptor(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (descriptor.is_open()) return SecretFile(path, std::move(descriptor));
  const int error = errno;
  if (error == EEXIST) {
    return usage_problem(fmt::format("The secret file {} exists already.", path),
                         "Name one that does not: no secret is ever overwritten.");
  }
  return system_problem(fmt::format("Cannot make the secret file {}", path), error);
}

SecretFile::SecretFile(std::string path, Descriptor descriptor)
    : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

SecretFile::SecretFile(SecretFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), descriptor_(std::move(other.descriptor_)) {}

SecretFile::~SecretFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<Done> SecretFile::write(std::string_view secret) {
  const std::string what = fmt::format("Cannot write the secret file {}", path_);
  int error = write_all(descriptor_.number(), secret);
  if (error == 0) error = write_all(descriptor_.number(), "\n");
  if (error != 0) return system_problem(what, error);
  if (::fsync(descriptor_.number()) != 0) return system_problem(what, errno);
  if (const int lost = descriptor_.close()) return system_problem(what, lost);
  path_.clear();
  return Done{};
}

}  // namespace farthing::cli
