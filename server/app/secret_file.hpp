// SPDX-License-Identifier: Apache-2.0
// Files that hold a secret: one line, readable by their owner alone (mode 0600). Errors are
// sentences for the operator and never hold the secret.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace farthing::app {

// Makes the file, which must not be there, and syncs it and its name.
BasicResult<Done, std::string> write_secret_file(const std::filesystem::path& file,
                                                 const Secret& secret);

// The first line of the file; nothing when there is no file.
BasicResult<std::optional<Secret>, std::string> read_secret_file(const std::filesystem::path& file);

// Gives the file at `from` the name `to`, synced, and takes the other one away. Refused when `to`
// is another file. After a death in the middle it can be called again.
BasicResult<Done, std::string> publish_file(const std::filesystem::path& from,
                                            const std::filesystem::path& to);

}  // namespace farthing::app
