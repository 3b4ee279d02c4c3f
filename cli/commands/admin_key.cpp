// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/commands/commands.hpp"
#include "server/app/commands.hpp"

namespace farthing::cli {

void add_admin_key(CommandSet& commands) {
  CLI::App* command = commands.app().add_subcommand(
      "admin-key", "Make another admin key while the server is stopped");
  const auto arguments = std::make_shared<app::AdminKeyArguments>();
  command->add_option("--data", arguments->data, "The server's data directory")
      ->required()
      ->type_name("DIR");
  command->footer(R"(The secret is told once, on standard output; the store keeps only its hash.

Example:
  (umask 077 && farthing admin-key --data ./data > admin.key)
)");
  commands.on(*command, [arguments](const Surroundings&) {
    return static_cast<ExitCode>(app::admin_key(*arguments));
  });
}

}  // namespace farthing::cli
