// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <farthing/version.hpp>
#include <string_view>

#include "cli/commands/commands.hpp"
#include "cli/frame/command_options.hpp"
#include "cli/frame/command_set.hpp"
#include "cli/frame/exit_code.hpp"
#include "cli/frame/problem.hpp"

namespace farthing::cli {
namespace {

constexpr const char* kProgramFooter =
    R"(Every command has a --help of its own, with examples.

Where settings come from, the first that has it:
  API key  --api-key-file or --api-key-stdin; the profile named with --profile;
           FARTHING_API_KEY; STABILITY_API_KEY; the profile "default"
  server   --base-url; the profile named with --profile; FARTHING_URL; API_HOST;
           the profile "default"; https://api.stability.ai (account and balance only)
  others   their option; the profile
Profiles are tables [profiles.NAME] of $XDG_CONFIG_HOME/farthing/config.toml (or
~/.config/farthing/config.toml), which must be yours with mode 0600. They may set api_key or
api_key_file, base_url, ca_file, api_version, auth_scheme, organization, timeout and retries.

Data goes to standard output: a table on a terminal, tab-separated lines elsewhere (tabs,
line ends and backslashes in values are written \t, \n and \\), or JSON with --json.
Everything else goes to standard error. NO_COLOR is respected.

Exit codes:
  0 ok                     5 refused (any other 4xx)
  1 internal, or deviates  6 the server failed (5xx, an answer that makes no sense)
  2 usage                  7 rate limited
  3 network                8 balance below --min
  4 not authorised       130 interrupted (128 + signal)
)";

void add_commands(CommandSet& commands) {
  add_account(commands);
  add_balance(commands);
  add_users(commands);
  add_organizations(commands);
  add_members(commands);
  add_keys(commands);
  add_grants(commands);
  add_charges(commands);
  add_holds(commands);
  add_entries(commands);
  add_audit_log(commands);
  add_clock(commands);
  add_serve(commands);
  add_store(commands);
  add_selftest(commands);
  add_version(commands);
  add_completion(commands);
}

// Returns the command that was typed, as far as it was understood: "farthing users create".
const CLI::App& deepest_command(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return *command;
}

std::string path_of(const CLI::App& command) {
  if (command.get_parent() == nullptr) return command.get_name();
  return path_of(*command.get_parent()) + " " + command.get_name();
}

int report_failure(const Problem& problem, const Surroundings& surroundings) {
  surroundings.tell(to_text(problem));
  return static_cast<int>(problem.code);
}

int print_text(const std::string& text, const Surroundings& surroundings) {
  const auto printed = surroundings.print(text);
  if (!printed) return report_failure(printed.error(), surroundings);
  return static_cast<int>(ExitCode::ok);
}

std::string help_of_program(const CLI::App& command) {
  // The parser adds the command's own name to what it is given.
  return command.get_parent() == nullptr ? command.help()
                                         : command.help(path_of(*command.get_parent()));
}

// Returns what is wrong with a command line that ends before a verb, or names one that does not
// exist.
std::string missing_command(const CLI::App& command) {
  const auto unknown = command.remaining();
  if (unknown.empty()) return fmt::format("{} needs a command.", path_of(command));
  return fmt::format("{} has no command {}.", path_of(command), without_keys(unknown.front()));
}

// Turns the parser's words into a problem, without what may be a key typed in a wrong place.
Problem parse_problem(const CLI::ParseError& error, const CLI::App& app) {
  const CLI::App& command = deepest_command(app);
  const bool lacks_command =
      error.get_name() == "RequiredError" && command.get_require_subcommand_min() > 0;
  std::string message = lacks_command ? missing_command(command) : without_keys(error.what());
  std::replace(message.begin(), message.end(), '\n', ' ');
  if (!message.ends_with('.')) message.push_back('.');
  return usage_problem(std::move(message), fmt::format("See: {} --help", path_of(command)));
}

int run_program(const std::vector<std::string>& arguments, const Surroundings& surroundings) {
  CLI::App app("Ask a credits server who you are and what is left, operate it, or run it.",
               "farthing");
  app.require_subcommand(1);
  app.get_formatter()->label("Subcommands", "Commands");
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.get_formatter()->label("REQUIRED", "(required)");
  app.get_formatter()->label("Excludes", "not with");
  app.set_version_flag("--version", fmt::format("farthing {}", sdk::kVersion));
  refuse_api_key_argument(app);
  CommandSet commands(app);
  add_commands(commands);
  // The footer is set last, because a command without one of its own would inherit it.
  app.footer(kProgramFooter);
  if (arguments.empty()) {
    surroundings.tell(app.help());
    return static_cast<int>(ExitCode::usage);
  }
  try {
    // The parser takes the arguments from the end.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    return print_text(help_of_program(deepest_command(app)), surroundings);
  } catch (const CLI::CallForVersion& version) {
    return print_text(std::string(version.what()) + "\n", surroundings);
  } catch (const CLI::ParseError& error) {
    return report_failure(parse_problem(error, app), surroundings);
  }
  return static_cast<int>(commands.chosen()(surroundings));
}

}  // namespace

int run(const std::vector<std::string>& arguments, const Surroundings& surroundings) {
  try {
    return run_program(arguments, surroundings);
  } catch (const std::exception& error) {
    return report_failure(
        {.message = fmt::format("An internal error: {}.", without_keys(error.what()))},
        surroundings);
  }
}

}  // namespace farthing::cli
