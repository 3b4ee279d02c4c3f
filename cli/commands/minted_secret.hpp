// SPDX-License-Identifier: Apache-2.0
// Keeps a secret that the server has just made: it goes into a new file, or is shown once. No other
// answer has it, so its place is made before the secret.
#pragma once

#include <CLI/App.hpp>
#include <farthing/client.hpp>
#include <functional>
#include <optional>
#include <string>

#include "cli/frame/client_command.hpp"

namespace farthing::cli {

using MintedKey = sdk::Result<sdk::Receipt<sdk::ApiKey>>;

// Adds `--secret-file`.
void add_secret_file_option(CLI::App& command, std::optional<std::string>& file);

// Calls `mint` once there is a place for the secret, and puts it there. `verb` is the command's
// ("create"), for the note about a secret that is lost all the same.
Result<Report> keep_minted_secret(const std::optional<std::string>& secret_file,
                                  const std::string& verb, const std::function<MintedKey()>& mint);

}  // namespace farthing::cli
