// SPDX-License-Identifier: Apache-2.0
// The options that say what a charge or a hold is for: `--operation`, `--model` and `--metadata`.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>

namespace farthing::cli {

void add_metadata_option(CLI::App& command, std::optional<std::string>& value);

// Adds the options for a request that has members of these names; it must outlive the parse.
template <class Request>
void add_purpose_options(CLI::App& command, Request& request) {
  command.add_option("--operation", request.operation, "What was done, as in \"upscale\"")
      ->type_name("NAME");
  command.add_option("--model", request.model, "What did it")->type_name("NAME");
  add_metadata_option(command, request.metadata);
}

}  // namespace farthing::cli
