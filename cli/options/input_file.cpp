// SPDX-License-Identifier: Apache-2.0
#include "cli/options/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/secret_file_access.hpp"
#include "cli/output/descriptor.hpp"

namespace farthing::cli {
namespace {

constexpr std::size_t kFirstSize = 65'536;

Result<Descriptor> open_file(const std::string& path, std::string_view what) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.is_open()) return file;
  Problem problem = system_problem(fmt::format("Cannot open {}", what), errno);
  problem.code = ExitCode::usage;
  return problem;
}

}  // namespace

Result<std::string> read_all(int descriptor, std::size_t max_size, std::string_view what) {
  // A text as short as a key is read into one place and never copied.
  std::string text(std::min(max_size + 1, kFirstSize), '\0');
  std::size_t size = 0;
  while (size <= max_size) {
    if (size == text.size()) text.resize(std::min(max_size + 1, 2 * size));
    const ssize_t count = ::read(descriptor, text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      Problem problem = system_problem(fmt::format("Cannot read {}", what), errno);
      problem.code = ExitCode::usage;
      return problem;
    }
    if (count == 0) {
      text.resize(size);
      return text;
    }
    size += static_cast<std::size_t>(count);
  }
  return usage_problem(fmt::format("Cannot use {}: it is longer than {} bytes.", what, max_size));
}

Result<std::string> read_file(const std::string& path, std::size_t max_size,
                              std::string_view what) {
  const auto file = open_file(path, what);
  if (!file) return file.error();
  return read_all(file->number(), max_size, what);
}

Result<std::string> read_private_file(const std::string& path, std::size_t max_size,
                                      std::string_view what) {
  const auto file = open_file(path, what);
  if (!file) return file.error();
  struct stat status {};
  if (::fstat(file->number(), &status) != 0) {
    return system_problem(fmt::format("Cannot read {}", what), errno);
  }
  if (const auto access = find_access_of_others(status)) {
    return usage_problem(fmt::format("Cannot use {}: it {}.", what, *access),
                         fmt::format("Make it yours alone: chmod 600. Where files of secrets are "
                                     "mounted so: {}=true.",
                                     kSharedSecretsVariable));
  }
  return read_all(file->number(), max_size, what);
}

}  // namespace farthing::cli
