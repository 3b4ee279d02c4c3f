// SPDX-License-Identifier: Apache-2.0
// `--amount`: how many credits are moved, exact to 9 places and more than zero.
#pragma once

#include <CLI/App.hpp>
#include <farthing/credits.hpp>
#include <string>

namespace farthing::cli {

// Required. `summary` is the line of the help.
void add_amount_option(CLI::App& command, Credits& value, const std::string& summary);

}  // namespace farthing::cli
