// SPDX-License-Identifier: Apache-2.0
#include "server/app/file_limit.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "server/http/options.hpp"

namespace farthing::app {
namespace {

// The store's files, connections to a database, event loops.
constexpr std::size_t kOtherFiles = 1024;
// The files that are open beside the callers' connections when all of these are in use.
constexpr std::size_t kFilesBeside = http::kOperatorReserve + http::kProbeReserve + kOtherFiles;

// Returns how many connections fit. With few files they get a quarter: both reserves and the fifty
// files of a small store fit into the rest from kFewestFiles on.
std::size_t connections_within(std::size_t files) {
  return std::max(files / 4, files > kFilesBeside ? files - kFilesBeside : 0);
}

}  // namespace

std::size_t make_room_for(std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
  const rlim_t wanted = std::min<rlim_t>(connections + kFilesBeside, limit.rlim_max);
  if (wanted > limit.rlim_cur) {
    const rlimit raised{.rlim_cur = wanted, .rlim_max = limit.rlim_max};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  const std::size_t files = limit.rlim_cur;
  if (files < kFewestFiles) return 0;
  return std::min(connections, connections_within(files));
}

}  // namespace farthing::app
