// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/commands/store_options.hpp"
#include "server/app/commands.hpp"

namespace farthing::cli {

void add_admin_key(CommandSet& commands) {
  CLI::App* command = commands.app().add_subcommand(
      "admin-key", "Make another admin key with the store itself in hand");
  const auto arguments = std::make_shared<app::StoreArguments>();
  add_store_options(*command, *arguments, "The data directory of a server that is stopped");
  command->footer(
      R"(The secret is told once, on standard output; the store keeps only its hash. Servers on a database
may run meanwhile.

Examples:
  (umask 077 && farthing admin-key --data ./data > admin.key)
  (umask 077 && farthing admin-key --store postgres://farthing@db/farthing > admin.key)
)");
  commands.on(*command, [arguments](const Surroundings&) {
    return static_cast<ExitCode>(app::admin_key(*arguments));
  });
}

}  // namespace farthing::cli
