// SPDX-License-Identifier: Apache-2.0
// The options that say which store a command works on.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "base/key_form.hpp"
#include "cli/frame/problem.hpp"
#include "server/app/store_location.hpp"

namespace farthing::cli {

// Adds the options. `arguments` must live as long as the parser; `about_data` explains --data.
void add_store_options(CLI::App& command, app::StoreArguments& arguments,
                       const std::string& about_data);
// Adds the options of a command that works on databases only.
void add_database_options(CLI::App& command, app::StoreArguments& arguments);

// Adds --key-prefix for a command that makes a key. `prefix` must live as long as the parser.
CLI::Option* add_key_prefix_option(CLI::App& command, std::string& prefix);
// Returns what was given as --key-prefix, by default the usual prefix.
Result<KeyPrefix> parse_key_prefix(const std::string& prefix);

// Returns the store that these options or the environment name.
Result<app::StoreLocation> find_location(const app::StoreArguments& arguments);
// Returns the database that these options or the environment name; for a command that works on
// databases only.
Result<app::StoreLocation> find_database(const app::StoreArguments& arguments);

}  // namespace farthing::cli
