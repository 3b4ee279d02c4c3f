// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/entries_tables.hpp"
#include "cli/commands/entries_verbs.hpp"
#include "cli/commands/operator_command.hpp"

namespace farthing::cli {
namespace {

struct OutcomeOptions {
  CommonOptions common{};
  std::optional<std::string> organization{};
  std::string idempotency_key{};
};

Result<Report> show_outcome(const OutcomeOptions& options, const ClientSession& session) {
  const auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  const auto outcome =
      session.client.get_outcome(*organization, options.idempotency_key, session.call_options);
  if (!outcome) return to_problem(outcome.error());
  return Report{.document = {.fields = {{"idempotency_key", outcome->idempotency_key}},
                             .tables = {entries_table(outcome->entries)},
                             .json = outcome->to_json()}};
}

}  // namespace

void add_entries_outcome(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<OutcomeOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "outcome", "What became of a movement of credits, by its idempotency key",
      options, show_outcome);
  command.add_option("IDEMPOTENCY-KEY", options->idempotency_key, "The one that it was sent with")
      ->required();
  add_organization_option(command, options->organization);
  command.footer(
      R"(Exit code 5 with not_found says that nothing was booked under it: the request did not arrive
or was refused, and may be sent again.
Plain output: idempotency_key as NAME<TAB>VALUE, then for every entry that it led to "entry" and what
entries list shows of it.

Example:
  farthing entries outcome --organization ORG order-4711
)");
}

}  // namespace farthing::cli
