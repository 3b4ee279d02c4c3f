// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>

#include "cli/commands/commands.hpp"
#include "cli/frame/bash_completion.hpp"
#include "cli/frame/client_command.hpp"

namespace farthing::cli {

void add_completion(CommandSet& commands) {
  CLI::App* command =
      commands.app().add_subcommand("completion", "Print a completion script for a shell");
  command->add_option("SHELL", "bash")->required()->check(CLI::IsMember({"bash"}));
  command->footer(R"(Example:
  source <(farthing completion bash)
)");
  commands.on(*command, [&app = commands.app()](const Surroundings& surroundings) {
    return run_local_command(
        {}, [&app] { return Report{.text = bash_completion(app)}; }, surroundings);
  });
}

}  // namespace farthing::cli
