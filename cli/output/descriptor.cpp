// SPDX-License-Identifier: Apache-2.0
#include "cli/output/descriptor.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstddef>

namespace farthing::cli {

int Descriptor::close() {
  if (!is_open()) return 0;
  return ::close(std::exchange(number_, -1)) == 0 ? 0 : errno;
}

void Descriptor::reset() noexcept {
  if (is_open()) ::close(std::exchange(number_, -1));
}

int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace farthing::cli
