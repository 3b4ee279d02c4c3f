// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/commands.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/receipt.hpp"
#include "cli/options/paging.hpp"

namespace farthing::cli {
namespace {

struct UsersCreateOptions {
  CommonOptions common{};
  sdk::CreateUser request{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> create_user(const UsersCreateOptions& options, const ClientSession& session) {
  const auto user =
      session.client.create_user(options.request, call_options(session, options.idempotency_key));
  if (!user) return to_problem(user.error());
  return receipt_answer(*user, document_of(*user));
}

struct UsersListOptions {
  CommonOptions common{};
  PagingOptions paging{};
};

Result<Report> list_users(const UsersListOptions& options, const ClientSession& session) {
  const auto users = fetch_pages<sdk::User>(options.paging, [&](const sdk::PageRequest& page) {
    return session.client.list_users(page, session.call_options);
  });
  if (!users) return users.error();
  Table table{.columns = {{"id"}, {"email"}, {"name"}, {"default_organization"}, {"created_at"}}};
  for (const auto& user : users->items) {
    table.rows.push_back({user.id, to_cell(user.email), to_cell(user.name),
                          to_cell(user.default_organization), user.created_at});
  }
  return list_answer(std::move(table), "users", to_json_texts(users->items), users->next);
}

struct UsersShowOptions {
  CommonOptions common{};
  std::string user{};
};

Result<Report> show_user(const UsersShowOptions& options, const ClientSession& session) {
  const auto user = session.client.get_user(options.user, session.call_options);
  if (!user) return to_problem(user.error());
  return Report{.document = document_of(*user)};
}

struct UsersStandingOptions {
  CommonOptions common{};
  std::string user{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> disable_user(const UsersStandingOptions& options, const ClientSession& session) {
  return receipt_or_problem(
      session.client.disable_user(options.user, call_options(session, options.idempotency_key)),
      document_of<sdk::User>);
}

Result<Report> enable_user(const UsersStandingOptions& options, const ClientSession& session) {
  return receipt_or_problem(
      session.client.enable_user(options.user, call_options(session, options.idempotency_key)),
      document_of<sdk::User>);
}

struct UsersEraseOptions {
  CommonOptions common{};
  std::string user{};
  bool is_agreed = false;  // otherwise it is only shown who would be erased
  std::optional<std::string> idempotency_key{};
};

Result<Report> erase_user(const UsersEraseOptions& options, const ClientSession& session) {
  if (options.is_agreed) {
    return receipt_or_problem(
        session.client.erase_user(options.user, call_options(session, options.idempotency_key)),
        document_of<sdk::User>);
  }
  const auto user = session.client.get_user(options.user, session.call_options);
  if (!user) return to_problem(user.error());
  std::string remark = "Nothing was done; --yes erases this user, which cannot be taken back.";
  if (user->erased_at) remark = "This user has been erased already.";
  return Report{.document = document_of(*user), .remarks = {std::move(remark)}};
}

void add_users_create(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<UsersCreateOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "create", "Make a user", options, create_user);
  command.add_option("--email", options->request.email, "The user's address")
      ->required()
      ->type_name("EMAIL");
  command.add_option("--name", options->request.name, "What the user is called")->type_name("NAME");
  command.add_option("--profile-picture", options->request.profile_picture, "A URL of a picture")
      ->type_name("URL");
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing users create --email ada@example.com --name Ada
)");
}

void add_users_list(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<UsersListOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "list", "List the users", options, list_users);
  add_paging_options(command, options->paging);
  command.footer(
      R"(Plain output: id, email, name, default_organization and created_at, a line for each user.

Examples:
  farthing users list
  farthing users list --all | cut -f2
)");
}

void add_users_show(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<UsersShowOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "show", "Show one user", options, show_user);
  command.add_option("USER", options->user, "The user's id")->required();
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing users show user-01h455vb4pex5vsknk084sn02q
)");
}

void add_users_disable(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<UsersStandingOptions>();
  CLI::App& command = add_operator_command(commands, noun, "disable", "Refuse every key of a user",
                                           options, disable_user);
  command.add_option("USER", options->user, "The user's id")->required();
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(
      R"(It holds for the next request, on every node. Nothing is lost: "enable" takes it back.
Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing users disable user-01h455vb4pex5vsknk084sn02q
)");
}

void add_users_enable(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<UsersStandingOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "enable", "Let the keys of a user work again", options, enable_user);
  command.add_option("USER", options->user, "The user's id")->required();
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing users enable user-01h455vb4pex5vsknk084sn02q
)");
}

void add_users_erase(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<UsersEraseOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "erase", "Erase what is known of a person, for good", options, erase_user);
  command.add_option("USER", options->user, "The user's id")->required();
  command.add_flag("--yes", options->is_agreed, "Do it; otherwise the user is only shown");
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(
      R"(Email, name and picture go, also from the audit log; what was hashed of them stays as digests
that nobody can guess from. The user is disabled for good and every key is revoked. Credits and
ledgers stay. It cannot be taken back.
Plain output: each field as NAME<TAB>VALUE.

Examples:
  farthing users erase user-01h455vb4pex5vsknk084sn02q
  farthing users erase user-01h455vb4pex5vsknk084sn02q --yes
)");
}

}  // namespace

void add_users(CommandSet& commands) {
  CLI::App& noun =
      add_noun(commands, "users", "Make, show, disable, enable and erase users (operator)");
  add_users_create(commands, noun);
  add_users_list(commands, noun);
  add_users_show(commands, noun);
  add_users_disable(commands, noun);
  add_users_enable(commands, noun);
  add_users_erase(commands, noun);
}

}  // namespace farthing::cli
