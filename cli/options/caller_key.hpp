// SPDX-License-Identifier: Apache-2.0
// The API key of a caller, which a service presents with a charge or a hold. Like any key it comes
// from a file, from standard input or from the environment, never from an argument.
#pragma once

#include <CLI/App.hpp>
#include <farthing/secret.hpp>
#include <optional>
#include <string>

#include "cli/frame/problem.hpp"
#include "cli/frame/surroundings.hpp"

namespace farthing::cli {

struct CallerKeyOptions {
  std::optional<std::string> file{};
  bool is_in_standard_input = false;
  bool is_in_environment = false;  // in FARTHING_CALLER_KEY
};

// Adds the options; `command` must have the connection's options already.
void add_caller_key_options(CLI::App& command, CallerKeyOptions& values);

// Returns nothing when no key was asked for; a problem when it is not where the options say.
Result<std::optional<sdk::Secret>> read_caller_key(const CallerKeyOptions& options,
                                                   const Surroundings& surroundings);

}  // namespace farthing::cli
