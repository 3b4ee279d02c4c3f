// SPDX-License-Identifier: Apache-2.0
// The options that say what an API key is to be, for the commands that make and change keys.
#pragma once

#include <CLI/App.hpp>
#include <farthing/models.hpp>
#include <farthing/requests.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace farthing::cli {

// Reads a rate: "150/10s" is 150 requests in 10 seconds; 1 to 1000000 in 1 to 86400 are allowed.
std::optional<sdk::RateLimit> parse_rate_limit(std::string_view text);

// Reads a rate from an option's value; ends the parse of the command line when it is none.
sdk::RateLimit rate_limit_of(const std::string& text);

// Adds `--spend-cap PERIOD=CREDITS`, once for each of day, month and total; "none" removes a cap.
void add_spend_cap_option(CLI::App& command, sdk::SpendCapsChange& caps,
                          const std::string& summary);

void add_scope_option(CLI::App& command, std::vector<std::string>& scopes,
                      const std::string& summary);
// Adds the argument KEY, the key's id.
void add_key_argument(CLI::App& command, std::string& key);

}  // namespace farthing::cli
