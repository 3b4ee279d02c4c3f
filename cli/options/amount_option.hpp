// SPDX-License-Identifier: Apache-2.0
// Options that are amounts of credits, exact to 9 places. `summary` is the line of the help.
#pragma once

#include <CLI/App.hpp>
#include <farthing/credits.hpp>
#include <farthing/ledger_models.hpp>
#include <optional>
#include <string>

namespace farthing::cli {

// Adds `--amount`, required: how many credits are moved, more than zero.
void add_amount_option(CLI::App& command, Credits& value, const std::string& summary);

// Adds `--price-paid` and `--currency`, which need each other.
void add_price_options(CLI::App& command, std::optional<sdk::Price>& price);

// Adds `--could-spend`, not required: how many credits something would cost, more than zero.
void add_could_spend_option(CLI::App& command, std::optional<Credits>& value,
                            const std::string& summary);

// Adds `--amount`, not required.
void add_optional_amount_option(CLI::App& command, std::optional<Credits>& value,
                                const std::string& summary);

// Adds `--overdraft-limit`, zero or more.
void add_limit_option(CLI::App& command, std::optional<Credits>& value, const std::string& summary);

}  // namespace farthing::cli
