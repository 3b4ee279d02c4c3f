// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/commands/store_options.hpp"
#include "server/app/commands.hpp"

namespace farthing::cli {

void add_migrate(CommandSet& commands) {
  CLI::App* command =
      commands.app().add_subcommand("migrate", "Make or update the tables of a database");
  const auto arguments = std::make_shared<app::MigrateArguments>();
  add_database_options(*command, arguments->store);
  command
      ->add_option("--admin-key-file", arguments->admin_key_file,
                   "Where to write the first admin key, mode 0600, if the store has no keys yet")
      ->type_name("FILE");
  command->footer(
      R"(Run it before the first start, and after an upgrade before the new servers start. It may be run any
number of times, from any number of machines at once.

Example:
  farthing migrate --store postgres://farthing@db/farthing --admin-key-file admin.key
)");
  commands.on(*command, [arguments](const Surroundings&) {
    return static_cast<ExitCode>(app::migrate(*arguments));
  });
}

}  // namespace farthing::cli
