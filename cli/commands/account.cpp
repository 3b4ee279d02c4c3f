// SPDX-License-Identifier: Apache-2.0
#include <farthing/client.hpp>
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/frame/client_command.hpp"

namespace farthing::cli {
namespace {

Document to_document(const sdk::AccountResponseBody& account) {
  Document document{.fields = {{"id", account.id},
                               {"email", account.email},
                               {"profile_picture", to_cell(account.profile_picture)}},
                    .json = account.to_json()};
  Table table{.row_name = "organization", .columns = {{"id"}, {"name"}, {"role"}, {"is_default"}}};
  for (const auto& membership : account.organizations) {
    table.rows.push_back(
        {membership.id, membership.name, membership.role, to_cell(membership.is_default)});
  }
  document.tables.push_back(std::move(table));
  return document;
}

Result<Report> account(const ClientSession& session) {
  const auto account = session.client.account(session.call_options);
  if (!account) return to_problem(account.error());
  return Report{.document = to_document(*account)};
}

constexpr const char* kAccountFooter =
    R"(Plain output: id, email and profile_picture, each as NAME<TAB>VALUE, then for every organization
"organization", its id, its name, the role, and yes or no for the default one.

Examples:
  farthing account --api-key-file my.key
  FARTHING_API_KEY=... farthing account --json | jq -r .email
)";

}  // namespace

void add_account(CommandSet& commands) {
  CLI::App* command = commands.app().add_subcommand("account", "Who the API key acts for");
  const auto options = std::make_shared<CommonOptions>();
  add_common_options(*command, *options);
  add_api_version_option(*command, options->access);
  refuse_api_key_argument(*command);
  command->footer(kAccountFooter);
  commands.on(*command, [options](const Surroundings& surroundings) {
    return run_client_command(
        {.options = *options, .default_server = DefaultServer::of_sdk, .call = account},
        surroundings);
  });
}

}  // namespace farthing::cli
