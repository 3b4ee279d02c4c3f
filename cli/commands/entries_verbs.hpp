// SPDX-License-Identifier: Apache-2.0
// The verbs of `farthing entries` that have files of their own, one function for each.
#pragma once

#include <CLI/App.hpp>

#include "cli/frame/command_set.hpp"

namespace farthing::cli {

void add_entries_outcome(CommandSet& commands, CLI::App& noun);
void add_entries_verify(CommandSet& commands, CLI::App& noun);
void add_entries_statement(CommandSet& commands, CLI::App& noun);
void add_entries_statement_key(CommandSet& commands, CLI::App& noun);
void add_entries_check_statement(CommandSet& commands, CLI::App& noun);

}  // namespace farthing::cli
