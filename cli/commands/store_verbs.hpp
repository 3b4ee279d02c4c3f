// SPDX-License-Identifier: Apache-2.0
// The verbs of `farthing store`, one function for each. All work on a store itself, without a
// server.
#pragma once

#include <CLI/App.hpp>

#include "cli/frame/command_set.hpp"

namespace farthing::cli {

void add_store_verify(CommandSet& commands, CLI::App& noun);
void add_store_copy(CommandSet& commands, CLI::App& noun);
void add_store_migrate(CommandSet& commands, CLI::App& noun);
void add_store_admin_key(CommandSet& commands, CLI::App& noun);
void add_store_accept_loss(CommandSet& commands, CLI::App& noun);

}  // namespace farthing::cli
