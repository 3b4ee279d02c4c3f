// SPDX-License-Identifier: Apache-2.0
// Writes an answer to a file of the caller's, so that nobody ever sees half of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include <farthing/failure.hpp>

namespace farthing::sdk {

// Returns why `file` could not be written, as far as that is known before there is anything to
// write: empty, in no folder, or something other than a regular file. The failure is of kind
// `usage`.
std::optional<Failure> check_data_file(const std::filesystem::path& file);

// Writes `text` and one newline to a fresh file in the same folder and renames it to `file`. Keeps
// the permissions of a file that is replaced. On a failure, of kind `file`, the old file is as it
// was and nothing is left behind. The data is not synced.
std::optional<Failure> write_data_file(const std::filesystem::path& file, std::string_view text);

}  // namespace farthing::sdk
