// SPDX-License-Identifier: Apache-2.0
#include "cli/input_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace farthing::cli {

Result<std::string> read_all(int descriptor, std::size_t max_size, std::string_view what) {
  std::string text(max_size + 1, '\0');
  std::size_t size = 0;
  while (size <= max_size) {
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

}  // namespace farthing::cli
