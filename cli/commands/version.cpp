// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <farthing/version.hpp>

#include "cli/commands/commands.hpp"

namespace farthing::cli {

void add_version(CommandSet& commands) {
  CLI::App* command = commands.app().add_subcommand("version", "Show the program's version");
  commands.on(*command, [](const Surroundings& surroundings) {
    const auto printed = surroundings.print(fmt::format("farthing {}\n", sdk::kVersion));
    if (printed) return ExitCode::ok;
    surroundings.tell(to_text(printed.error()));
    return printed.error().code;
  });
}

}  // namespace farthing::cli
