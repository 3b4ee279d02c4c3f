// SPDX-License-Identifier: Apache-2.0
// The verbs of `farthing keys` that have files of their own, one function for each.
#pragma once

#include <CLI/App.hpp>

#include "cli/frame/command_set.hpp"

namespace farthing::cli {

void add_keys_create(CommandSet& commands, CLI::App& noun);
void add_keys_update(CommandSet& commands, CLI::App& noun);
void add_keys_rotate(CommandSet& commands, CLI::App& noun);
void add_keys_revoke_leaked(CommandSet& commands, CLI::App& noun);
void add_keys_verify(CommandSet& commands, CLI::App& noun);

}  // namespace farthing::cli
