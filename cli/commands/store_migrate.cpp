// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include "cli/commands/store_options.hpp"
#include "cli/commands/store_verbs.hpp"
#include "cli/frame/client_command.hpp"
#include "server/app/secret_file.hpp"
#include "server/app/store_tasks.hpp"

namespace farthing::cli {
namespace {

struct MigrateArguments {
  app::StoreArguments store{};
  std::optional<std::string> admin_key_file{};  // where the first admin key is to go
  std::string key_prefix{};                     // of that key
  bool uses_citus = false;
  bool finishes = false;
};

// Returns lines for an operator who has servers of the version before.
std::string describe(const app::Migrated& migrated) {
  std::string text = fmt::format("farthing: {} migrations applied\n", migrated.applied);
  if (migrated.applied > 0 && migrated.before > 0) {
    text +=
        migrated.nodes_from <= migrated.before
            ? fmt::format("farthing: servers of migration {} may go on serving\n", migrated.before)
            : fmt::format(
                  "farthing: servers of before migration {} must be stopped: they refuse "
                  "to serve whenever they connect anew\n",
                  migrated.nodes_from);
  }
  for (const std::int64_t number : migrated.unfinished) {
    text += fmt::format(
        "farthing: a part of migration {0} waits; once no server of before migration {0} runs, run "
        "`farthing store migrate --finish`\n",
        number);
  }
  return text;
}

Result<Report> finish_upgrade(const app::StoreLocation& location) {
  const auto finished = app::finish_migrations(location);
  if (!finished) return Problem{.message = finished.error()};
  Report report{.is_written = true};
  for (const std::int64_t number : *finished) {
    report.remarks.push_back(fmt::format("migration {} is finished", number));
  }
  if (finished->empty()) report.remarks.emplace_back("nothing waits to be finished");
  return report;
}

Result<Report> migrate(const MigrateArguments& arguments, const Surroundings& surroundings) {
  app::keep_new_files_private();
  const auto prefix = parse_key_prefix(arguments.key_prefix);
  if (!prefix) return prefix.error();
  const auto location = find_database(arguments.store);
  if (!location) return location.error();
  if (arguments.finishes) return finish_upgrade(*location);
  const auto migrated = app::migrate_database(
      *location, arguments.uses_citus ? app::Spread::by_citus : app::Spread::as_it_is);
  if (!migrated) return Problem{.message = migrated.error()};
  // This is reported at once, because it stays true even if what follows fails.
  surroundings.tell(describe(*migrated));
  Report report{.is_written = true};
  if (!arguments.admin_key_file) return report;

  const auto first_key = app::make_first_key(*location, *arguments.admin_key_file, *prefix);
  if (!first_key) return Problem{.message = first_key.error()};
  report.remarks.push_back(
      *first_key == app::FirstKey::written
          ? fmt::format("the first admin key is in {}", *arguments.admin_key_file)
          : "there are keys already, so none was made");
  return report;
}

}  // namespace

void add_store_migrate(CommandSet& commands, CLI::App& noun) {
  CLI::App* command = noun.add_subcommand("migrate", "Make or update the tables of a database");
  const auto arguments = std::make_shared<MigrateArguments>();
  add_database_options(*command, arguments->store);
  CLI::Option* key_file =
      command
          ->add_option(
              "--admin-key-file", arguments->admin_key_file,
              "Where to write the first admin key, mode 0600, if the store has no keys yet")
          ->type_name("FILE");
  add_key_prefix_option(*command, arguments->key_prefix)->needs(key_file);
  CLI::Option* citus = command->add_flag(
      "--citus", arguments->uses_citus, "Distribute the ledger's tables over the workers of Citus");
  command
      ->add_flag("--finish", arguments->finishes,
                 "Apply what waits until no server of the version before runs any more")
      ->excludes(key_file)
      ->excludes(citus);
  command->footer(
      R"(Run it before the first start, and after an upgrade before the new servers start. It may be run any
number of times, from any number of machines at once. Tables that Citus has distributed stay so, and
new ones are distributed like them, with --citus or without.

It says whether servers of the version before may go on serving beside the new tables. A part of a
migration that they could not bear waits: once the last of them is stopped, run --finish.

Example:
  farthing store migrate --store postgres://farthing@db/farthing --admin-key-file admin.key
)");
  commands.on(*command, [arguments](const Surroundings& surroundings) {
    return run_local_command(
        {}, [&] { return migrate(*arguments, surroundings); }, surroundings);
  });
}

}  // namespace farthing::cli
