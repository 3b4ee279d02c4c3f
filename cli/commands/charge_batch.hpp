// SPDX-License-Identifier: Apache-2.0
// `farthing charges batch`.
#pragma once

#include <CLI/App.hpp>

#include "cli/frame/command_set.hpp"

namespace farthing::cli {

void add_charge_batch(CommandSet& commands, CLI::App& noun);

}  // namespace farthing::cli
