// SPDX-License-Identifier: Apache-2.0
// Every connection is an open file, and by tradition a process starts with a limit of 1 024 that it
// may raise itself.
#pragma once

#include <cstddef>

namespace farthing::app {

// With fewer files, one could be missing in the middle of a write, which would end the server.
inline constexpr std::size_t kFewestFiles = 512;

// Raises the limit of open files so that `connections` of callers fit beside the reserves for
// operators and probes and what else is open, as far as the process may. Returns how many fit then,
// at most that; 0 when there are fewer than kFewestFiles.
std::size_t make_room_for(std::size_t connections);

}  // namespace farthing::app
