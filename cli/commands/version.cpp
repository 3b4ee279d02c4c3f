// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <farthing/version.hpp>

#include "cli/commands/commands.hpp"
#include "cli/frame/client_command.hpp"

namespace farthing::cli {

void add_version(CommandSet& commands) {
  CLI::App* command = commands.app().add_subcommand("version", "Show the program's version");
  commands.on(*command, [](const Surroundings& surroundings) {
    return run_local_command(
        {}, [] { return Report{.text = fmt::format("farthing {}\n", sdk::kVersion)}; },
        surroundings);
  });
}

}  // namespace farthing::cli
