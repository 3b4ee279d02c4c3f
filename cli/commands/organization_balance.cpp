// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/organization_balance.hpp"

#include <memory>
#include <string>

#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"

namespace farthing::cli {
namespace {

struct OrganizationBalanceOptions {
  CommonOptions common{};
  sdk::GetOrganizationBalance request{};
};

Document balance_document(const sdk::OrganizationBalance& balance) {
  Table grants{.row_name = "grant",
               .columns = {{"grant"},
                           {"remaining", Alignment::right},
                           {"held", Alignment::right},
                           {"category"},
                           {"priority", Alignment::right},
                           {"expires_at"}}};
  for (const auto& grant : balance.grants) {
    grants.rows.push_back({grant.grant, grant.remaining.to_string(), grant.held.to_string(),
                           grant.category, std::to_string(grant.priority),
                           to_cell(grant.expires_at)});
  }
  Document document = document_of(balance);
  document.tables.push_back(std::move(grants));
  return document;
}

Result<Report> show_balance(const OrganizationBalanceOptions& options,
                            const ClientSession& session) {
  const auto balance =
      session.client.get_organization_balance(options.request, session.call_options);
  if (!balance) return to_problem(balance.error());
  return Report{.document = balance_document(*balance)};
}

}  // namespace

void add_organization_balance(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<OrganizationBalanceOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "balance", "What an organization has left, grant by grant, and how long",
      options, show_balance);
  command.add_option("ORG", options->request.organization, "The organization's id")->required();
  command
      .add_option("--at", options->request.at,
                  "What it had at this instant, as in 2027-01-01T00:00:00Z; now if not said")
      ->type_name("INSTANT");
  command.footer(
      R"(The grants stand in the order in which they will be spent. "expiring" is what can be spent of
grants that end within 30 days; "runway_s" how many seconds it lasts at "burn_per_day", empty when
nothing was spent.
Plain output: each field as NAME<TAB>VALUE, then for every grant "grant", its id, remaining, held,
category, priority and expires_at.

Example:
  farthing organizations balance ORG
  farthing organizations balance ORG --at 2027-01-01T00:00:00Z
)");
}

}  // namespace farthing::cli
