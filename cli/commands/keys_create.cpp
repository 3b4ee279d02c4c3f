// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "cli/commands/key_options.hpp"
#include "cli/commands/keys_verbs.hpp"
#include "cli/commands/minted_secret.hpp"
#include "cli/commands/operator_command.hpp"

namespace farthing::cli {
namespace {

struct KeysCreateOptions {
  CommonOptions common{};
  sdk::CreateApiKey request{};
  std::optional<std::string> idempotency_key{};
  std::optional<std::string> secret_file{};
  sdk::SpendCapsChange caps{};
};

// Returns the cap of a new key; a removed cap means none.
std::optional<Credits> cap_of(const sdk::Clearable<Credits>& cap) {
  const auto* amount = std::get_if<Credits>(&cap);
  return amount == nullptr ? std::nullopt : std::optional(*amount);
}

Result<Report> create_key(const KeysCreateOptions& options, const ClientSession& session) {
  sdk::CreateApiKey request = options.request;
  const sdk::SpendCaps caps{.day = cap_of(options.caps.day),
                            .month = cap_of(options.caps.month),
                            .total = cap_of(options.caps.total)};
  if (caps.day || caps.month || caps.total) request.spend_caps = caps;
  return keep_minted_secret(options.secret_file, "create", [&] {
    return session.client.create_api_key(request, call_options(session, options.idempotency_key));
  });
}

}  // namespace

void add_keys_create(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<KeysCreateOptions>();
  sdk::CreateApiKey& request = options->request;
  CLI::App& command = add_operator_command(commands, noun, "create", "Make an API key", options,
                                           create_key, AtomicFile::Access::owner_only);
  command
      .add_option("--user", request.user,
                  "The id of the user it acts for; your own without, unless you are an admin")
      ->type_name("USER");
  command.add_option("--name", request.name, "What it is for")->type_name("NAME");
  add_scope_option(command, request.scopes,
                   "user (default), service or admin; may be given several times");
  command
      .add_option("--expires-at", request.expires_at,
                  "When it stops working, as in 2027-01-31T00:00:00Z; never without")
      ->type_name("INSTANT");
  command
      .add_option("--network", request.allowed_networks,
                  "An address or a network that it may be used from, as in 192.0.2.0/24; may be "
                  "given several times")
      ->allow_extra_args(false)
      ->type_name("NETWORK");
  command
      .add_option_function<std::string>(
          "--rate-limit",
          [&request](const std::string& text) { request.rate_limit = rate_limit_of(text); },
          "How often it may be used, as in 150/10s (admin)")
      ->type_name("RATE");
  add_spend_cap_option(command, options->caps,
                       "How many credits of each organization it may spend on a day, in a month or "
                       "in all, as in month=100; may be given several times");
  add_secret_file_option(command, options->secret_file);
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(The secret is told once, here; the server keeps only its hash.
Plain output: each field as NAME<TAB>VALUE, the last one "secret" unless it went to a file.

Examples:
  farthing keys create --user USER --name laptop --secret-file laptop.key
  farthing keys create --user USER --scope service --json | jq -r .secret
  farthing keys create --name laptop --network 192.0.2.0/24 --secret-file laptop.key
)");
}

}  // namespace farthing::cli
