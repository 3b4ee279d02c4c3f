// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/commands/commands.hpp"
#include "cli/frame/client_command.hpp"
#include "server/app/run_server.hpp"
#include "server/app/secret_file.hpp"
#include "server/app/server_options.hpp"
#include "server/app/settings.hpp"

namespace farthing::cli {

namespace {

std::string help_of_serve(const app::Setting& setting) {
  std::string help(setting.summary);
  if (setting.type.form == app::SettingForm::texts) help += " May be repeated.";
  const std::string value =
      setting.when_unset.empty() ? setting.type.show({}) : std::string(setting.when_unset);
  return value.empty() ? help : fmt::format("{} Default: {}.", help, value);
}

void add_setting(CLI::App& command, const app::Setting& setting, app::ServeArguments& arguments) {
  const std::string key(setting.key);
  const std::string name(setting.option);
  CLI::Option* option = nullptr;
  if (setting.type.form == app::SettingForm::texts) {
    option = command.add_option_function<std::vector<std::string>>(
        name,
        [&arguments, key](const std::vector<std::string>& words) {
          arguments.settings[key] = words;
        },
        help_of_serve(setting));
    option->allow_extra_args(false);
  } else {
    option = command.add_option_function<std::string>(
        name, [&arguments, key](const std::string& word) { arguments.settings[key] = {word}; },
        help_of_serve(setting));
  }
  option->type_name(std::string(setting.placeholder));
}

Result<Report> serve(const app::ServeArguments& arguments) {
  app::keep_new_files_private();
  const auto options = app::resolve_options(arguments);
  if (!options) {
    return usage_problem(fmt::format("{}.", options.error()), "See: farthing serve --help");
  }
  const auto ending = app::run_server(*options);
  if (!ending) return Problem{.message = ending.error()};
  // The log says what has failed.
  return Report{.is_written = true,
                .exit_code = *ending == app::Ending::orderly ? ExitCode::ok : ExitCode::internal};
}

}  // namespace

void add_serve(CommandSet& commands) {
  CLI::App* command = commands.app().add_subcommand("serve", "Run the server");
  const auto arguments = std::make_shared<app::ServeArguments>();
  command
      ->add_option("--config", arguments->config,
                   "A TOML file of settings; options on the command line override it.")
      ->type_name("FILE");
  for (const app::Setting& setting : app::all_settings()) {
    if (!setting.option.empty()) add_setting(*command, setting, *arguments);
  }
  command->footer(
      R"(The data are in a directory of this machine, or in a PostgreSQL database that any number of nodes
share; `farthing store migrate` makes its tables. In an empty directory it makes the first admin key and
writes it to DIR/admin.key, mode 0600. The URL of a database comes without a password, or from a file,
or from FARTHING_STORE.
SIGTERM and Ctrl-C stop it: what is in flight is finished first. With TLS, SIGHUP has it read certificate
and key again; connections stay.

Example:
  farthing serve --data ./data --listen 127.0.0.1:8080
  farthing serve --store-file /etc/farthing/store.url
)");
  commands.on(*command, [arguments](const Surroundings& surroundings) {
    return run_local_command(
        {}, [&] { return serve(*arguments); }, surroundings);
  });
}

}  // namespace farthing::cli
