// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/commands.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/receipt.hpp"
#include "cli/options/amount_option.hpp"
#include "cli/options/paging.hpp"
#include "cli/options/purpose_options.hpp"
#include "cli/options/whole_number.hpp"

namespace farthing::cli {
namespace {

struct GrantsCreateOptions {
  CommonOptions common{};
  std::optional<std::string> organization{};
  sdk::CreateGrant request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> create_grant(const GrantsCreateOptions& options, const ClientSession& session) {
  auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  sdk::CreateGrant request = options.request;
  request.organization = *std::move(organization);
  return receipt_or_problem(
      session.client.create_grant(request, call_options(session, options.idempotency_key)),
      document_of<sdk::Grant>);
}

struct GrantsListOptions {
  CommonOptions common{};
  PagingOptions paging{};
  std::optional<std::string> organization{};
};

Result<Report> list_grants(const GrantsListOptions& options, const ClientSession& session) {
  const auto organization = session.organization_or(options.organization);
  if (!organization) return organization.error();
  const auto grants = fetch_pages<sdk::Grant>(options.paging, [&](const sdk::PageRequest& page) {
    return session.client.list_grants({.organization = *organization, .page = page},
                                      session.call_options);
  });
  if (!grants) return grants.error();
  Table table{.columns = {{"id"},
                          {"amount", Alignment::right},
                          {"remaining", Alignment::right},
                          {"category"},
                          {"priority", Alignment::right},
                          {"effective_at"},
                          {"expires_at"}}};
  for (const auto& grant : grants->items) {
    table.rows.push_back({grant.id, grant.amount.to_string(), grant.remaining.to_string(),
                          grant.category, std::to_string(grant.priority), grant.effective_at,
                          to_cell(grant.expires_at)});
  }
  return list_answer(std::move(table), "grants", to_json_texts(grants->items), grants->next);
}

struct GrantsShowOptions {
  CommonOptions common{};
  std::string grant{};
};

Result<Report> show_grant(const GrantsShowOptions& options, const ClientSession& session) {
  const auto grant = session.client.get_grant(options.grant, session.call_options);
  if (!grant) return to_problem(grant.error());
  return Report{.document = document_of(*grant)};
}

struct VoidOptions {
  CommonOptions common{};
  sdk::VoidGrant request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> void_grant(const VoidOptions& options, const ClientSession& session) {
  return receipt_or_problem(
      session.client.void_grant(options.request, call_options(session, options.idempotency_key)),
      document_of<sdk::VoidedGrant>);
}

void add_grants_create(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<GrantsCreateOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "create", "Give credits to an organization", options, create_grant);
  add_organization_option(command, options->organization);
  add_amount_option(command, options->request.amount, "How many credits, to 9 places");
  command
      .add_option("--category", options->request.category, "paid or promotional; else the server's")
      ->check(CLI::IsMember({"paid", "promotional"}))
      ->type_name("CATEGORY");
  command
      .add_option("--priority", options->request.priority,
                  "Grants with a lower one are spent first; else the server's")
      ->check(whole_number())
      ->type_name("N");
  command
      .add_option("--effective-at", options->request.effective_at,
                  "From when it can be spent, as in 2027-01-01T00:00:00Z; else from now")
      ->type_name("INSTANT");
  command
      .add_option("--expires-at", options->request.expires_at,
                  "Until when it can be spent; for ever without")
      ->type_name("INSTANT");
  add_price_options(command, options->request.price_paid);
  command
      .add_option("--payment-reference", options->request.payment_reference,
                  "What the payment is called where it was made, such as an invoice")
      ->type_name("TEXT");
  add_remarks_options(command, options->request.remarks);
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Examples:
  farthing grants create --organization ORG --amount 1000
  farthing grants create --organization ORG --amount 1000 --price-paid 49.00 --currency EUR \
      --payment-reference in_4711 --idempotency-key in_4711
  farthing grants create --organization ORG --amount 25 --category promotional \
      --expires-at 2027-01-31T00:00:00Z --idempotency-key welcome-ORG
)");
}

void add_grants_list(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<GrantsListOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "list", "List the grants of an organization", options, list_grants);
  add_organization_option(command, options->organization);
  add_paging_options(command, options->paging);
  command.footer(
      R"(Plain output: id, amount, remaining, category, priority, effective_at and expires_at, a line
for each grant.

Example:
  farthing grants list --organization ORG
)");
}

void add_grants_show(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<GrantsShowOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "show", "Show one grant", options, show_grant);
  command.add_option("GRANT", options->grant, "The grant's id")->required();
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing grants show GRANT
)");
}

void add_void(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<VoidOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "void", "Take back what is left of a grant", options, void_grant);
  command.add_option("GRANT", options->request.grant, "The grant's id")->required();
  add_remarks_options(command, options->request.remarks);
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(What is spent stays spent; what is held is taken back when it is released.
Plain output: each field as NAME<TAB>VALUE, available and held after it.

Example:
  farthing grants void GRANT --reason "paid twice"
)");
}

}  // namespace

void add_grants(CommandSet& commands) {
  CLI::App& noun = add_noun(commands, "grants", "Give credits, and see what is left (operator)");
  add_grants_create(commands, noun);
  add_grants_list(commands, noun);
  add_grants_show(commands, noun);
  add_void(commands, noun);
}

}  // namespace farthing::cli
