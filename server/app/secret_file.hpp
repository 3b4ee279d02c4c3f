// SPDX-License-Identifier: Apache-2.0
// Files that hold a secret: one line, readable by their owner alone (mode 0600). Errors are
// sentences for the operator and never hold the secret.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/secret_file_access.hpp"

namespace farthing::app {

// Makes the file, which must not be there, and syncs it and its name.
BasicResult<Done, std::string> write_secret_file(const std::filesystem::path& file,
                                                 const Secret& secret);

// Returns the first line of a file that this program has made; nothing when there is no file. A
// link is not followed.
BasicResult<std::optional<Secret>, std::string> read_secret_file(const std::filesystem::path& file);

// Returns the first line of a file that the operator has named, which may be a pipe, or a link as
// containers have them; nothing when there is no file. It is refused when others have access to the
// file, unless that is allowed.
BasicResult<std::optional<Secret>, std::string> read_named_secret(const std::filesystem::path& file,
                                                                  SharedSecrets shared);

// Makes that refusal alone, for a file that somebody else reads. A file that is not there is
// accepted.
BasicResult<Done, std::string> check_secret_file(const std::filesystem::path& file,
                                                 SharedSecrets shared);

// Makes all files and directories that this process makes from now on its owner's alone. Must be
// called before there are other threads.
void keep_new_files_private();

// Gives the file at `from` the name `to`, synced, and takes the other one away. It is refused when
// `to` is another file. After a death in the middle it can be called again.
BasicResult<Done, std::string> publish_file(const std::filesystem::path& from,
                                            const std::filesystem::path& to);

}  // namespace farthing::app
