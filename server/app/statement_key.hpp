// SPDX-License-Identifier: Apache-2.0
// The key that a server signs statements with: a file (mode 0600), made at the first start; with
// the embedded store statement.key in the data directory. Whoever has it can sign in the server's
// name; without it statements of before can still be checked, with the public key that was kept.
#pragma once

#include <filesystem>
#include <string>

#include "base/ed25519.hpp"
#include "base/result.hpp"
#include "base/secret_file_access.hpp"

namespace farthing::app {

// Reads the key, or makes it when there is no file. The folder of `file` must exist, and no other
// process may make the file at the same time. The error is a sentence for the operator; it is an
// error when others have access to the file.
BasicResult<SigningKey, std::string> ensure_statement_key(const std::filesystem::path& file,
                                                          SharedSecrets shared);

}  // namespace farthing::app
