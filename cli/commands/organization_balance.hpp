// SPDX-License-Identifier: Apache-2.0
// `farthing organizations balance`.
#pragma once

#include <CLI/App.hpp>

#include "cli/frame/command_set.hpp"

namespace farthing::cli {

void add_organization_balance(CommandSet& commands, CLI::App& noun);

}  // namespace farthing::cli
