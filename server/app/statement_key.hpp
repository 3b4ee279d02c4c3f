// SPDX-License-Identifier: Apache-2.0
// The key that a server signs statements with: the file statement.key (mode 0600) in its data
// directory, made at the first start. Whoever has it can sign in the server's name; without it
// statements of before can still be checked, with the public key that was kept.
#pragma once

#include <filesystem>
#include <string>

#include "base/ed25519.hpp"
#include "base/result.hpp"

namespace farthing::app {

inline constexpr const char* kStatementKeyFile = "statement.key";

// `directory` exists and is this process's alone. The error is a sentence for the operator.
BasicResult<SigningKey, std::string> ensure_statement_key(const std::filesystem::path& directory);

}  // namespace farthing::app
