// SPDX-License-Identifier: Apache-2.0
// The options that say what a movement is for: `--operation` and `--model` of charges and holds,
// `--tag`, `--reason` and `--metadata` of all.
#pragma once

#include <CLI/App.hpp>
#include <farthing/requests.hpp>

namespace farthing::cli {

// Adds the options that fill `remarks`, which must outlive the parse.
void add_remarks_options(CLI::App& command, sdk::Remarks& remarks);

// Adds the options for a request that has members of these names; it must outlive the parse.
template <class Request>
void add_purpose_options(CLI::App& command, Request& request) {
  command.add_option("--operation", request.operation, "What was done, as in \"upscale\"")
      ->type_name("NAME");
  command.add_option("--model", request.model, "What did it")->type_name("NAME");
  add_remarks_options(command, request.remarks);
}

}  // namespace farthing::cli
