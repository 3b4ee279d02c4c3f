// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/commands/key_options.hpp"
#include "cli/commands/keys_verbs.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/receipt.hpp"

namespace farthing::cli {
namespace {

// The words that remove a value when given in its place.
constexpr const char* kNever = "never";
constexpr const char* kAnywhere = "any";
constexpr const char* kDefault = "default";

struct UpdateOptions {
  CommonOptions common{};
  sdk::ChangeApiKey request{};
  std::vector<std::string> networks{};
  std::optional<std::string> idempotency_key{};
};

template <class T>
bool is_kept(const sdk::Clearable<T>& value) {
  return std::holds_alternative<sdk::Keep>(value);
}

bool changes_nothing(const sdk::ChangeApiKey& request) {
  return !request.name && request.scopes.empty() && is_kept(request.expires_at) &&
         is_kept(request.allowed_networks) && is_kept(request.rate_limit) &&
         is_kept(request.spend_caps.day) && is_kept(request.spend_caps.month) &&
         is_kept(request.spend_caps.total);
}

Result<Report> update_key(const UpdateOptions& options, const ClientSession& session) {
  sdk::ChangeApiKey request = options.request;
  if (options.networks == std::vector<std::string>{kAnywhere}) {
    request.allowed_networks = sdk::Clear{};
  } else if (std::ranges::find(options.networks, kAnywhere) != options.networks.end()) {
    return usage_problem("--network any stands alone: the key may be used from anywhere then.");
  } else if (!options.networks.empty()) {
    request.allowed_networks = options.networks;
  }
  if (changes_nothing(request)) {
    return usage_problem(
        "There is nothing to change: give --name, --scope, --expires-at, --network, --rate-limit "
        "or "
        "--spend-cap.");
  }
  return receipt_or_problem(
      session.client.change_api_key(request, call_options(session, options.idempotency_key)),
      document_of<sdk::ApiKey>);
}

}  // namespace

void add_keys_update(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<UpdateOptions>();
  sdk::ChangeApiKey& request = options->request;
  CLI::App& command = add_operator_command(
      commands, noun, "update", "Rename an API key, or change what it may do and until when",
      options, update_key);
  add_key_argument(command, request.api_key);
  command.add_option("--name", request.name, "What it is for")->type_name("NAME");
  add_scope_option(command, request.scopes,
                   "user, service or admin, in place of those it has; may be given several times");
  command
      .add_option_function<std::string>(
          "--expires-at",
          [&request](const std::string& text) {
            if (text == kNever) {
              request.expires_at = sdk::Clear{};
            } else {
              request.expires_at = text;
            }
          },
          "When it stops working, as in 2027-01-31T00:00:00Z, or never")
      ->type_name("INSTANT");
  command
      .add_option("--network", options->networks,
                  "An address or a network that it may be used from, in place of those it has; "
                  "may be given several times; any for all")
      ->allow_extra_args(false)
      ->type_name("NETWORK");
  command
      .add_option_function<std::string>(
          "--rate-limit",
          [&request](const std::string& text) {
            if (text == kDefault) {
              request.rate_limit = sdk::Clear{};
            } else {
              request.rate_limit = rate_limit_of(text);
            }
          },
          "How often it may be used, as in 150/10s, or default: as its scopes say (admin)")
      ->type_name("RATE");
  add_spend_cap_option(command, request.spend_caps,
                       "How many credits of each organization it may spend on a day, in a month or "
                       "in all, as in month=100, or none; may be given several times");
  add_idempotency_key_option(command, options->idempotency_key);
  command.footer(R"(What is not named stays as it is. It holds for the next request, on every node.
Plain output: each field as NAME<TAB>VALUE.

Examples:
  farthing keys update KEY --name "build server" --expires-at never
  farthing keys update KEY --network 192.0.2.0/24 --network 2001:db8::/32
  farthing keys update KEY --network any --rate-limit 1000/10s
  farthing keys update KEY --spend-cap day=5 --spend-cap total=none
)");
}

}  // namespace farthing::cli
