// SPDX-License-Identifier: Apache-2.0
#include "server/app/core_dumps.hpp"

#include <sys/prctl.h>

#include <cerrno>
#include <cstring>

namespace farthing::app {

std::optional<std::string> forbid_core_dumps() {
  // A limit of the size would not do: it does not count where the kernel pipes dumps to a program.
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0) return {};
  return std::string("cannot forbid core dumps: ") + std::strerror(errno);
}

}  // namespace farthing::app
