// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/commands.hpp"
#include "cli/commands/key_options.hpp"
#include "cli/commands/keys_verbs.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/receipt.hpp"
#include "cli/options/paging.hpp"

namespace farthing::cli {
namespace {

struct KeysListOptions {
  CommonOptions common{};
  PagingOptions paging{};
  std::optional<std::string> user{};
};

Result<Report> list_keys(const KeysListOptions& options, const ClientSession& session) {
  const auto keys = fetch_pages<sdk::ApiKey>(options.paging, [&](const sdk::PageRequest& page) {
    return session.client.list_api_keys({.user = options.user, .page = page}, session.call_options);
  });
  if (!keys) return keys.error();
  Table table{.columns = {{"id"},
                          {"user"},
                          {"name"},
                          {"hint"},
                          {"scopes"},
                          {"created_at"},
                          {"expires_at"},
                          {"revoked_at"},
                          {"last_used_at"}}};
  for (const auto& key : keys->items) {
    table.rows.push_back({key.id, key.user, to_cell(key.name), key.hint, joined(key.scopes),
                          key.created_at, to_cell(key.expires_at), to_cell(key.revoked_at),
                          to_cell(key.last_used_at)});
  }
  return list_answer(std::move(table), "api_keys", to_json_texts(keys->items), keys->next);
}

struct KeysShowOptions {
  CommonOptions common{};
  std::string key{};
};

Result<Report> show_key(const KeysShowOptions& options, const ClientSession& session) {
  const auto key = session.client.get_api_key(options.key, session.call_options);
  if (!key) return to_problem(key.error());
  return Report{.document = document_of(*key)};
}

struct RevokeOptions {
  CommonOptions common{};
  std::string key{};
  std::optional<std::string> idempotency_key{};
};

Result<Report> revoke_key(const RevokeOptions& options, const ClientSession& session) {
  const auto key =
      session.client.revoke_api_key(options.key, call_options(session, options.idempotency_key));
  if (!key) return to_problem(key.error());
  return receipt_answer(*key, document_of(*key));
}

void add_keys_list(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<KeysListOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "list", "List the API keys", options, list_keys);
  command.add_option("--user", options->user, "Only those of this user")->type_name("USER");
  add_paging_options(command, options->paging);
  command.footer(
      R"(Plain output: id, user, name, hint, scopes (joined by commas), created_at, expires_at,
revoked_at and last_used_at, a line for each key.

Example:
  farthing keys list --user USER
)");
}

void add_keys_show(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<KeysShowOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "show", "Show one API key", options, show_key);
  add_key_argument(command, options->key);
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing keys show key-01h455vb4pex5vsknk084sn02q
)");
}

void add_revoke(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<RevokeOptions>();
  CLI::App& command = add_operator_command(commands, noun, "revoke",
                                           "Make an API key stop working, at once and for good",
                                           options, revoke_key);
  add_key_argument(command, options->key);
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing keys revoke key-01h455vb4pex5vsknk084sn02q
)");
}

}  // namespace

void add_keys(CommandSet& commands) {
  CLI::App& noun =
      add_noun(commands, "keys", "Make, show, update, rotate, revoke and verify API keys");
  add_keys_create(commands, noun);
  add_keys_list(commands, noun);
  add_keys_show(commands, noun);
  add_keys_update(commands, noun);
  add_keys_rotate(commands, noun);
  add_revoke(commands, noun);
  add_keys_revoke_leaked(commands, noun);
  add_keys_verify(commands, noun);
}

}  // namespace farthing::cli
