// SPDX-License-Identifier: Apache-2.0
// Reads whole files: key files, profiles, lists of charges.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "cli/frame/problem.hpp"

namespace farthing::cli {

// Reads everything up to the end of the input; more than `max_size` bytes are a problem. `what`
// names the input in messages ("the key file /x").
Result<std::string> read_all(int descriptor, std::size_t max_size, std::string_view what);

// Opens a file and reads it all. A file that cannot be opened is a problem of usage.
Result<std::string> read_file(const std::string& path, std::size_t max_size, std::string_view what);
// Reads a file with a secret; refuses one that other users have access to.
Result<std::string> read_private_file(const std::string& path, std::size_t max_size,
                                      std::string_view what);

}  // namespace farthing::cli
