// SPDX-License-Identifier: Apache-2.0
// The options that many commands share, declared once. Each function adds options to a command of
// the parser and fills `values`, which must outlive the parse. Wrong values end the parse with an
// exception of CLI11, which the program turns into exit code 2.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>

#include "cli/access/server_access.hpp"
#include "cli/output/render.hpp"

namespace farthing::cli {

struct OutputOptions {
  std::optional<Format> format{};     // empty: by what standard output is
  std::optional<std::string> file{};  // in place of standard output
};

// The options of every command that talks to a server.
struct CommonOptions {
  AccessOptions access{};
  OutputOptions output{};
};

// Adds the options of a command that talks to no server.
void add_output_options(CLI::App& command, OutputOptions& values);
void add_common_options(CLI::App& command, CommonOptions& values);
// Adds the options of a command that talks to a server without an API key.
void add_keyless_options(CLI::App& command, CommonOptions& values);
// Adds `--csv`, for data that the server can write in that form.
void add_csv_option(CLI::App& command, OutputOptions& values);
// Adds `--raw`, which needs `--csv`.
void add_raw_option(CLI::App& command, bool& value);
// Adds the option for `account` and `balance`, which exist in three versions.
void add_api_version_option(CLI::App& command, AccessOptions& values);
void add_idempotency_key_option(CLI::App& command, std::optional<std::string>& value);
void add_organization_option(CLI::App& command, std::optional<std::string>& value);
// Accepts an option whose value would be a key (`--api-key`) only to refuse it, say why, and name
// the right way, `instead`. Not shown in the help.
void refuse_key_argument(CLI::App& command, const std::string& name, const std::string& instead);
// Refuses `--api-key` in that way.
void refuse_api_key_argument(CLI::App& command);

}  // namespace farthing::cli
