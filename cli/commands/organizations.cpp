// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/commands.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/commands/organization_balance.hpp"
#include "cli/files/receipt.hpp"
#include "cli/options/amount_option.hpp"
#include "cli/options/paging.hpp"

namespace farthing::cli {
namespace {

struct OrganizationsCreateOptions {
  CommonOptions common{};
  sdk::CreateOrganization request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> create_organization(const OrganizationsCreateOptions& options,
                                   const ClientSession& session) {
  return receipt_or_problem(session.client.create_organization(
                                options.request, call_options(session, options.idempotency_key)),
                            document_of<sdk::Organization>);
}

struct OrganizationsUpdateOptions {
  CommonOptions common{};
  sdk::ChangeOrganization request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> update_organization(const OrganizationsUpdateOptions& options,
                                   const ClientSession& session) {
  if (!options.request.name && !options.request.overdraft_limit) {
    return usage_problem("There is nothing to change: give --overdraft-limit, --name or both.");
  }
  return receipt_or_problem(session.client.change_organization(
                                options.request, call_options(session, options.idempotency_key)),
                            document_of<sdk::Organization>);
}

struct OrganizationsListOptions {
  CommonOptions common{};
  PagingOptions paging{};
};

Result<Report> list_organizations(const OrganizationsListOptions& options,
                                  const ClientSession& session) {
  const auto organizations =
      fetch_pages<sdk::Organization>(options.paging, [&](const sdk::PageRequest& page) {
        return session.client.list_organizations(page, session.call_options);
      });
  if (!organizations) return organizations.error();
  Table table{.columns = {{"id"}, {"name"}, {"created_at"}}};
  for (const auto& organization : organizations->items) {
    table.rows.push_back({organization.id, organization.name, organization.created_at});
  }
  return list_answer(std::move(table), "organizations", to_json_texts(organizations->items),
                     organizations->next);
}

struct OrganizationsShowOptions {
  CommonOptions common{};
  std::string organization{};
};

Result<Report> show_organization(const OrganizationsShowOptions& options,
                                 const ClientSession& session) {
  const auto organization =
      session.client.get_organization(options.organization, session.call_options);
  if (!organization) return to_problem(organization.error());
  return Report{.document = document_of(*organization)};
}

struct OrganizationsStandingOptions {
  CommonOptions common{};
  std::string organization{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> disable_organization(const OrganizationsStandingOptions& options,
                                    const ClientSession& session) {
  return receipt_or_problem(
      session.client.disable_organization(options.organization,
                                          call_options(session, options.idempotency_key)),
      document_of<sdk::Organization>);
}

Result<Report> enable_organization(const OrganizationsStandingOptions& options,
                                   const ClientSession& session) {
  return receipt_or_problem(
      session.client.enable_organization(options.organization,
                                         call_options(session, options.idempotency_key)),
      document_of<sdk::Organization>);
}

struct SetDefaultOptions {
  CommonOptions common{};
  std::string organization{};
  std::optional<std::string> user{};  // nothing: whose key it is
  std::optional<std::string> idempotency_key{};
};

Result<Report> set_default(const SetDefaultOptions& options, const ClientSession& session) {
  const auto call = call_options(session, options.idempotency_key);
  const auto user = options.user
                        ? session.client.set_default_organization(
                              {.user = *options.user, .organization = options.organization}, call)
                        : session.client.choose_default_organization(options.organization, call);
  if (!user) return to_problem(user.error());
  return receipt_answer(*user,
                        {.fields = {{"user", user->id},
                                    {"default_organization", to_cell(user->default_organization)}},
                         .json = user->to_json()});
}

void add_organizations_create(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<OrganizationsCreateOptions>();
  CLI::App& command = add_operator_command(commands, noun, "create", "Make an organization",
                                           options, create_organization);
  command.add_option("--name", options->request.name, "What it is called")
      ->required()
      ->type_name("NAME");
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing organizations create --name "Analytical Engines"
)");
}

void add_organizations_update(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<OrganizationsUpdateOptions>();
  CLI::App& command = add_operator_command(commands, noun, "update", "Change an organization",
                                           options, update_organization);
  command.add_option("ORG", options->request.organization, "The organization's id")->required();
  add_limit_option(command, options->request.overdraft_limit,
                   "How far below zero charges may go from now on, 0 to forbid it");
  command.add_option("--name", options->request.name, "What it is called from now on")
      ->type_name("NAME");
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(What is owed already stays, whatever the limit.
Plain output: each field as NAME<TAB>VALUE.

Examples:
  farthing organizations update ORG --overdraft-limit 25
  farthing organizations update ORG --name "Difference Engines"
)");
}

void add_organizations_list(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<OrganizationsListOptions>();
  CLI::App& command = add_operator_command(commands, noun, "list", "List the organizations",
                                           options, list_organizations);
  add_paging_options(command, options->paging);
  command.footer(R"(Plain output: id, name and created_at, a line for each organization.

Example:
  farthing organizations list --all --json
)");
}

void add_organizations_show(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<OrganizationsShowOptions>();
  CLI::App& command = add_operator_command(commands, noun, "show", "Show one organization", options,
                                           show_organization);
  command.add_option("ORG", options->organization, "The organization's id")->required();
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing organizations show org-01h455vb4pex5vsknk084sn02q
)");
}

void add_organizations_disable(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<OrganizationsStandingOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "disable", "Let an organization spend nothing anew",
                           options, disable_organization);
  command.add_option("ORG", options->organization, "The organization's id")->required();
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(
      R"(Open holds may still be captured and released, and charges refunded. It holds for the next
request, on every node. Nothing is lost: "enable" takes it back.
Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing organizations disable ORG
)");
}

void add_organizations_enable(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<OrganizationsStandingOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "enable", "Let an organization spend again", options, enable_organization);
  command.add_option("ORG", options->organization, "The organization's id")->required();
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing organizations enable ORG
)");
}

void add_set_default(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<SetDefaultOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "set-default", "Make an organization the one that a user's balance is about",
      options, set_default);
  command.add_option("ORG", options->organization, "The organization's id")->required();
  command
      .add_option("--user", options->user, "The id of a member; the key's own user if not given")
      ->type_name("USER");
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: user and default_organization, each as NAME<TAB>VALUE.

Examples:
  farthing organizations set-default ORG
  farthing organizations set-default ORG --user USER
)");
}

}  // namespace

void add_organizations(CommandSet& commands) {
  CLI::App& noun = add_noun(commands, "organizations", "Make, show and change organizations");
  add_organizations_create(commands, noun);
  add_organizations_update(commands, noun);
  add_organizations_list(commands, noun);
  add_organizations_show(commands, noun);
  add_organization_balance(commands, noun);
  add_set_default(commands, noun);
  add_organizations_disable(commands, noun);
  add_organizations_enable(commands, noun);
}

}  // namespace farthing::cli
