// SPDX-License-Identifier: Apache-2.0
// Small files read whole: key files and profiles.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/problem.hpp"

namespace farthing::cli {

// Everything up to the end of the input, as long as it is at most `max_size` bytes; `what` names
// the input in messages ("the key file /x").
Result<std::string> read_all(int descriptor, std::size_t max_size, std::string_view what);

}  // namespace farthing::cli
