// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <compare>
#include <farthing/client.hpp>
#include <farthing/credits.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/commands.hpp"
#include "cli/frame/client_command.hpp"
#include "cli/options/decimal.hpp"

namespace farthing::cli {
namespace {

struct BalanceOptions {
  CommonOptions common{};
  std::optional<std::string> organization{};
  std::optional<Credits> minimum{};
};

Result<Report> balance(const BalanceOptions& options, const ClientSession& session) {
  const auto organization = options.organization ? options.organization : session.organization;
  const auto balance = session.client.balance(organization, session.call_options);
  if (!balance) return to_problem(balance.error());
  const std::string& credits = balance->credits_text;
  Report report{.document = {.fields = {{"credits", credits}},
                             .json = balance->to_json(),
                             .plain_value = credits}};
  if (!options.minimum) return report;
  const auto order = compare_decimals(credits, options.minimum->to_string());
  if (!order) {
    return Problem{.code = ExitCode::server_failed,
                   .message = fmt::format("The balance {} cannot be compared.", credits)};
  }
  if (std::is_lt(*order)) {
    report.exit_code = ExitCode::below_minimum;
    report.remarks.push_back(fmt::format("The balance {} is below the minimum {}.", credits,
                                         options.minimum->to_string()));
  }
  return report;
}

void add_minimum_option(CLI::App& command, std::optional<Credits>& value) {
  command
      .add_option_function<std::string>(
          "--min",
          [&value](const std::string& decimal) {
            value = Credits::parse(decimal);
            if (!value) {
              throw CLI::ValidationError(
                  "--min", "has to be a decimal number with at most 9 places, as in 12.5");
            }
          },
          "Exit with 8 when the balance is below this; compared exactly")
      ->type_name("CREDITS");
}

constexpr const char* kBalanceFooter =
    R"(Plain output: the number of credits, every digit as the server sent it.

Examples:
  farthing balance
  farthing balance --organization org-123456 --json
  farthing balance --min 10 >/dev/null || echo "time to top up"
)";

}  // namespace

void add_balance(CommandSet& commands) {
  CLI::App* command =
      commands.app().add_subcommand("balance", "How many credits an organization has left");
  const auto options = std::make_shared<BalanceOptions>();
  command
      ->add_option("--organization", options->organization,
                   "The organization's id; else that of the profile, else the user's default one")
      ->type_name("ORG");
  add_minimum_option(*command, options->minimum);
  add_common_options(*command, options->common);
  add_api_version_option(*command, options->common.access);
  refuse_api_key_argument(*command);
  command->footer(kBalanceFooter);
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_client_command(
        {.options = options->common,
         .default_server = DefaultServer::of_sdk,
         .call = [&options](const ClientSession& s) { return balance(*options, s); }},
        surroundings);
  });
}

}  // namespace farthing::cli
