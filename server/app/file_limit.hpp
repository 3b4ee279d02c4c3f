// SPDX-License-Identifier: Apache-2.0
// Every connection is an open file, and by tradition a process starts with a limit of 1 024 that it
// may raise itself.
#pragma once

#include <cstddef>

namespace farthing::app {

// Raises the limit of open files so that `connections` fit beside what else is open, as far as the
// process may. The number of connections that fit then, at most that; 0 when not even the store's
// own files would be safe.
std::size_t make_room_for(std::size_t connections);

}  // namespace farthing::app
