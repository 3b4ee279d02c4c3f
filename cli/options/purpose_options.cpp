// SPDX-License-Identifier: Apache-2.0
#include "cli/options/purpose_options.hpp"

#include <CLI/CLI.hpp>

namespace farthing::cli {

void add_metadata_option(CLI::App& command, std::optional<std::string>& value) {
  command.add_option("--metadata", value, "A JSON object kept with it")->type_name("JSON");
}

}  // namespace farthing::cli
