// SPDX-License-Identifier: Apache-2.0
// Files read whole: key files, profiles, lists of charges.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/frame/problem.hpp"

namespace farthing::cli {

// Everything up to the end of the input, as long as it is at most `max_size` bytes; `what` names
// the input in messages ("the key file /x").
Result<std::string> read_all(int descriptor, std::size_t max_size, std::string_view what);

// The same of a file that is opened for it. What cannot be opened is a problem of usage.
Result<std::string> read_file(const std::string& path, std::size_t max_size, std::string_view what);
// The same of a file with a secret, which is refused when other users have access to it.
Result<std::string> read_private_file(const std::string& path, std::size_t max_size,
                                      std::string_view what);

}  // namespace farthing::cli
