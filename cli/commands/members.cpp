// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/commands/commands.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/receipt.hpp"
#include "cli/options/paging.hpp"

namespace farthing::cli {
namespace {

struct MembersCreateOptions {
  CommonOptions common{};
  sdk::AddMember request{.role = "MEMBER"};
  std::optional<std::string> idempotency_key{};
};

Result<Report> create_member(const MembersCreateOptions& options, const ClientSession& session) {
  if (options.request.user.has_value() == options.request.email.has_value()) {
    return usage_problem("Name the user by --user or by --email, by one of them.");
  }
  return receipt_or_problem(
      session.client.add_member(options.request, call_options(session, options.idempotency_key)),
      document_of<sdk::Membership>);
}

struct MembersListOptions {
  CommonOptions common{};
  PagingOptions paging{};
  std::string organization{};
};

Result<Report> list_members(const MembersListOptions& options, const ClientSession& session) {
  const auto members = fetch_pages<sdk::Member>(options.paging, [&](const sdk::PageRequest& page) {
    return session.client.list_members({.organization = options.organization, .page = page},
                                       session.call_options);
  });
  if (!members) return members.error();
  Table table{.columns = {{"user"}, {"email"}, {"role"}, {"is_default"}}};
  for (const auto& member : members->items) {
    table.rows.push_back(
        {member.user, to_cell(member.email), member.role, to_cell(member.is_default)});
  }
  return list_answer(std::move(table), "members", to_json_texts(members->items), members->next);
}

struct MembersUpdateOptions {
  CommonOptions common{};
  sdk::PutMember request{};
};

// Takes no idempotency key: the same request again changes nothing.
Result<Report> update_member(const MembersUpdateOptions& options, const ClientSession& session) {
  return receipt_or_problem(session.client.put_member(options.request, session.call_options),
                            document_of<sdk::Membership>);
}

struct MembersRemoveOptions {
  CommonOptions common{};
  sdk::RemoveMember request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> remove_member(const MembersRemoveOptions& options, const ClientSession& session) {
  return receipt_or_problem(
      session.client.remove_member(options.request, call_options(session, options.idempotency_key)),
      document_of<sdk::Membership>);
}

void add_organization_argument(CLI::App& command, std::string& organization) {
  command.add_option("ORG", organization, "The organization's id")->required();
}

CLI::Option* add_role_option(CLI::App& command, auto& role, const char* about) {
  return command.add_option("--role", role, about)
      ->check(CLI::IsMember({"OWNER", "ACCOUNTANT", "MEMBER"}))
      ->type_name("ROLE");
}

void add_members_create(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<MembersCreateOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "create", "Make a user a member of an organization", options, create_member);
  add_organization_argument(command, options->request.organization);
  command.add_option("--user", options->request.user, "The user's id")->type_name("USER");
  command.add_option("--email", options->request.email, "The user's address")->type_name("EMAIL");
  add_role_option(command, options->request.role, "OWNER, ACCOUNTANT or MEMBER (default)");
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(
      R"(A user who is a member already is refused. The first organization that a user joins
becomes the default one.
Plain output: organization, user, role and is_default, each as NAME<TAB>VALUE.

Examples:
  farthing members create ORG --user USER --role OWNER
  farthing members create ORG --email ada@example.com
)");
}

void add_members_list(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<MembersListOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "list", "List the members of an organization", options, list_members);
  add_organization_argument(command, options->organization);
  add_paging_options(command, options->paging);
  command.footer(
      R"(Plain output: user, email, role and is_default (yes or no), a line for each member.

Example:
  farthing members list ORG
)");
}

void add_members_update(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<MembersUpdateOptions>();
  CLI::App& command = add_operator_command(commands, noun, "update", "Change a member's role",
                                           options, update_member);
  add_organization_argument(command, options->request.organization);
  command.add_option("--user", options->request.user, "The member's id")
      ->required()
      ->type_name("USER");
  add_role_option(command, options->request.role, "OWNER, ACCOUNTANT or MEMBER")->required();
  command.footer(
      R"(The last owner who is not disabled stays one. A user who is no member yet becomes one.
Plain output: organization, user, role and is_default, each as NAME<TAB>VALUE.

Example:
  farthing members update ORG --user USER --role ACCOUNTANT
)");
}

void add_members_remove(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<MembersRemoveOptions>();
  CLI::App& command = add_operator_command(commands, noun, "remove", "Remove a member, or leave",
                                           options, remove_member);
  add_organization_argument(command, options->request.organization);
  command.add_option("--user", options->request.user, "The member's id, which may be one's own")
      ->required()
      ->type_name("USER");
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(
      R"(The last owner who is not disabled stays. If it was the user's default organization,
the user has none until one is chosen (organizations set-default).
Plain output: organization, user, role and is_default as they were, each as NAME<TAB>VALUE.

Example:
  farthing members remove ORG --user USER
)");
}

}  // namespace

void add_members(CommandSet& commands) {
  CLI::App& noun = add_noun(commands, "members", "Who belongs to an organization, and as what");
  add_members_create(commands, noun);
  add_members_list(commands, noun);
  add_members_update(commands, noun);
  add_members_remove(commands, noun);
}

}  // namespace farthing::cli
