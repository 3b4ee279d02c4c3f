// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/commands.hpp"
#include "cli/commands/keys_verify.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/output/secret_file.hpp"
#include "cli/paging.hpp"
#include "cli/receipt.hpp"

namespace farthing::cli {
namespace {

std::string scopes_of(const sdk::ApiKey& key) {
  std::string scopes;
  for (const auto& scope : key.scopes) scopes += (scopes.empty() ? "" : ",") + scope;
  return scopes;
}

// With the secret, if the key has it.
Document to_document(const sdk::ApiKey& key) {
  Document document{.fields = {{"id", key.id},
                               {"user", key.user},
                               {"name", to_cell(key.name)},
                               {"hint", key.hint},
                               {"scopes", scopes_of(key)},
                               {"created_at", key.created_at},
                               {"expires_at", to_cell(key.expires_at)},
                               {"revoked_at", to_cell(key.revoked_at)}},
                    .json = key.to_json()};
  if (key.secret) document.fields.push_back({"secret", key.secret->reveal()});
  return document;
}

struct CreateOptions {
  CommonOptions common{};
  sdk::CreateApiKey request{};
  std::optional<std::string> idempotency_key{};
  std::optional<std::string> secret_file{};
};

// The request is done and the secret nowhere else: what is left is to replace the key.
std::string lost_secret_note(const std::string& id) {
  return fmt::format(
      "The key {0} was made, but its secret is lost. Run: farthing keys revoke {0}, "
      "and make another.",
      id);
}

Result<Answer> create_key(const CreateOptions& options, const ClientSession& session) {
  std::optional<SecretFile> file;
  if (options.secret_file) {
    auto created = SecretFile::create(*options.secret_file);
    if (!created) return created.error();
    file.emplace(*std::move(created));
  }
  auto key = session.client.create_api_key(options.request,
                                           call_options(session, options.idempotency_key));
  if (!key) return to_problem(key.error());
  const bool has_secret = key->secret.has_value();
  if (file && has_secret) {
    if (auto written = file->write(key->secret->reveal()); !written) {
      Problem problem = std::move(written.error());
      problem.notes.push_back(lost_secret_note(key->id));
      return problem;
    }
    key->secret.reset();
  }
  Answer answer = receipt_answer(*key, to_document(*key));
  if (!has_secret) {
    answer.remarks.emplace_back(
        "The server did not send the secret: it shows it once, when a key "
        "is made.");
  } else if (file) {
    answer.remarks.push_back(fmt::format("The secret is in {}.", *options.secret_file));
  } else {
    answer.remarks.emplace_back("The secret is shown this once; keep it safe.");
    answer.when_unwritten = lost_secret_note(key->id);
  }
  return answer;
}

struct ListOptions {
  CommonOptions common{};
  PagingOptions paging{};
  std::optional<std::string> user{};
};

Result<Answer> list_keys(const ListOptions& options, const ClientSession& session) {
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
                          {"revoked_at"}}};
  for (const auto& key : keys->items) {
    table.rows.push_back({key.id, key.user, to_cell(key.name), key.hint, scopes_of(key),
                          key.created_at, to_cell(key.expires_at), to_cell(key.revoked_at)});
  }
  return list_answer(std::move(table), "api_keys", to_json_texts(keys->items), keys->next);
}

struct ShowOptions {
  CommonOptions common{};
  std::string key{};
};

Result<Answer> show_key(const ShowOptions& options, const ClientSession& session) {
  const auto key = session.client.get_api_key(options.key, session.call_options);
  if (!key) return to_problem(key.error());
  return Answer{.document = to_document(*key)};
}

struct RevokeOptions {
  CommonOptions common{};
  std::string key{};
  std::optional<std::string> idempotency_key{};
};

Result<Answer> revoke_key(const RevokeOptions& options, const ClientSession& session) {
  const auto key =
      session.client.revoke_api_key(options.key, call_options(session, options.idempotency_key));
  if (!key) return to_problem(key.error());
  return receipt_answer(*key, to_document(*key));
}

void add_create(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<CreateOptions>();
  CLI::App& command = add_operator_command(commands, noun, "create", "Make an API key for a user",
                                           options, create_key, AtomicFile::Access::owner_only);
  command.add_option("--user", options->request.user, "The id of the user it acts for")
      ->required()
      ->type_name("USER");
  command.add_option("--name", options->request.name, "What it is for")->type_name("NAME");
  command
      .add_option("--scope", options->request.scopes,
                  "user (default), meter or admin; may be given several times")
      ->check(CLI::IsMember({"user", "meter", "admin"}))
      ->allow_extra_args(false)
      ->type_name("SCOPE");
  command
      .add_option("--expires-at", options->request.expires_at,
                  "When it stops working, as in 2027-01-31T00:00:00Z; never without")
      ->type_name("INSTANT");
  command
      .add_option("--secret-file", options->secret_file,
                  "Write the secret to a new file with mode 0600 in place of showing it")
      ->type_name("FILE");
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(The secret is told once, here; the server keeps only its hash.
Plain output: each field as NAME<TAB>VALUE, the last one "secret" unless it went to a file.

Examples:
  farthing keys create --user USER --name laptop --secret-file laptop.key
  farthing keys create --user USER --scope meter --json | jq -r .secret
)");
}

void add_list(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<ListOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "list", "List the API keys", options, list_keys);
  command.add_option("--user", options->user, "Only those of this user")->type_name("USER");
  add_paging_options(command, options->paging);
  command.footer(
      R"(Plain output: id, user, name, hint, scopes (joined by commas), created_at, expires_at and
revoked_at, a line for each key.

Example:
  farthing keys list --user USER
)");
}

void add_show(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<ShowOptions>();
  CLI::App& command =
      add_operator_command(commands, noun, "show", "Show one API key", options, show_key);
  command.add_option("KEY", options->key, "The key's id: key-...; not its secret")->required();
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
  command.add_option("KEY", options->key, "The key's id: key-...; not its secret")->required();
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(Plain output: each field as NAME<TAB>VALUE.

Example:
  farthing keys revoke key-01h455vb4pex5vsknk084sn02q
)");
}

}  // namespace

void add_keys(CommandSet& commands) {
  CLI::App& noun =
      add_noun(commands, "keys", "Make, list, show, revoke and verify API keys (operator)");
  add_create(commands, noun);
  add_list(commands, noun);
  add_show(commands, noun);
  add_revoke(commands, noun);
  add_keys_verify(commands, noun);
}

}  // namespace farthing::cli
