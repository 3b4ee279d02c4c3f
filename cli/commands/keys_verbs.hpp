// SPDX-License-Identifier: Apache-2.0
// `farthing keys verify`: what a service asks about its caller's key.
#pragma once

#include <CLI/App.hpp>

#include "cli/command_set.hpp"

namespace farthing::cli {

void add_keys_verify(CommandSet& commands, CLI::App& noun);

}  // namespace farthing::cli
