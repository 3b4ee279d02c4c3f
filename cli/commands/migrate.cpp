// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "cli/commands/commands.hpp"
#include "cli/commands/store_options.hpp"
#include "cli/frame/client_command.hpp"
#include "server/app/secret_file.hpp"
#include "server/app/store_tasks.hpp"

namespace farthing::cli {
namespace {

struct MigrateArguments {
  app::StoreArguments store{};
  std::optional<std::string> admin_key_file{};  // where the first admin key is to go
  bool uses_citus = false;
};

Result<Report> migrate(const MigrateArguments& arguments, const Surroundings& surroundings) {
  app::keep_new_files_private();
  const auto location = find_database(arguments.store);
  if (!location) return location.error();
  const auto applied = app::migrate_database(
      *location, arguments.uses_citus ? app::Spread::by_citus : app::Spread::as_it_is);
  if (!applied) return Problem{.message = applied.error()};
  // This is reported at once, because it stays true even if what follows fails.
  surroundings.tell(fmt::format("farthing: {} migrations applied\n", *applied));
  Report report{.is_written = true};
  if (!arguments.admin_key_file) return report;

  const auto first_key = app::make_first_key(*location, *arguments.admin_key_file);
  if (!first_key) return Problem{.message = first_key.error()};
  report.remarks.push_back(
      *first_key == app::FirstKey::written
          ? fmt::format("the first admin key is in {}", *arguments.admin_key_file)
          : "there are keys already, so none was made");
  return report;
}

}  // namespace

void add_migrate(CommandSet& commands) {
  CLI::App* command =
      commands.app().add_subcommand("migrate", "Make or update the tables of a database");
  const auto arguments = std::make_shared<MigrateArguments>();
  add_database_options(*command, arguments->store);
  command
      ->add_option("--admin-key-file", arguments->admin_key_file,
                   "Where to write the first admin key, mode 0600, if the store has no keys yet")
      ->type_name("FILE");
  command->add_flag("--citus", arguments->uses_citus,
                    "Distribute the ledger's tables over the workers of Citus");
  command->footer(
      R"(Run it before the first start, and after an upgrade before the new servers start. It may be run any
number of times, from any number of machines at once. Tables that Citus has distributed stay so, and
new ones are distributed like them, with --citus or without.

Example:
  farthing migrate --store postgres://farthing@db/farthing --admin-key-file admin.key
)");
  commands.on(*command, [arguments](const Surroundings& surroundings) {
    return run_local_command(
        {}, [&] { return migrate(*arguments, surroundings); }, surroundings);
  });
}

}  // namespace farthing::cli
