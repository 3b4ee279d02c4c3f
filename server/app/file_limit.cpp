// SPDX-License-Identifier: Apache-2.0
#include "server/app/file_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace farthing::app {
namespace {

// The store's files, connections to a database, event loops.
constexpr std::size_t kOtherFiles = 1024;
// Less than this may be used up in the middle of a write, which would end the server.
constexpr std::size_t kFewestFiles = 128;

}  // namespace

std::size_t make_room_for(std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
  const rlim_t wanted = std::min<rlim_t>(connections + kOtherFiles, limit.rlim_max);
  if (wanted > limit.rlim_cur) {
    const rlimit raised{.rlim_cur = wanted, .rlim_max = limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  const std::size_t files = limit.rlim_cur;
  if (files < kFewestFiles) return 0;
  // A small store has some fifty files open, and a few connections come on top.
  return std::min(connections, files >= 2 * kOtherFiles ? files - kOtherFiles : files / 4);
}

}  // namespace farthing::app
