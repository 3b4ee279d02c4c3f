// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/commands/keys_verbs.hpp"
#include "cli/commands/model_document.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/frame/exit_code.hpp"
#include "cli/options/amount_option.hpp"
#include "cli/options/caller_key.hpp"

namespace farthing::cli {
namespace {

struct KeysVerifyOptions {
  CommonOptions common{};
  CallerKeyOptions caller_key{};
  sdk::VerifyApiKey request{};
};

// Adds what is left under each cap that the key has.
void add_caps(const sdk::SpendCapStatuses& caps, Document& document) {
  const auto add = [&document](const char* name, const std::optional<sdk::SpendCapStatus>& cap) {
    if (cap) document.fields.push_back({name, cap->left.to_string()});
  };
  add("left_today", caps.day);
  add("left_this_month", caps.month);
  add("left_in_all", caps.total);
}

Document to_document(const sdk::VerifiedKey& key) {
  Document document{.fields = {{"valid", "true"},
                               {"api_key", key.id},
                               {"name", to_cell(key.name)},
                               {"scopes", joined(key.scopes)},
                               {"expires_at", to_cell(key.expires_at)},
                               {"user", key.user},
                               {"email", key.email},
                               {"organization", key.organization},
                               {"organization_name", key.organization_name},
                               {"role", key.role},
                               {"available", key.balance.available.to_string()},
                               {"held", key.balance.held.to_string()}}};
  if (key.spend_caps) add_caps(*key.spend_caps, document);
  return document;
}

Document to_document(const sdk::KeyRefusal& refusal) {
  Document document{.fields = {{"valid", "false"},
                               {"status", std::to_string(refusal.status)},
                               {"error", refusal.error.name},
                               {"message", refusal.error.message}}};
  for (const auto& field : refusal.error.extra) {
    document.fields.push_back({field.name, refusal.error.detail(field.name).value_or("")});
  }
  return document;
}

// Returns the exit code that the caller's own request would have had.
ExitCode exit_code_of_refusal(const sdk::KeyRefusal& refusal) {
  sdk::Failure failure;
  failure.kind = sdk::FailureKind::http_status;
  failure.status = static_cast<int>(refusal.status);
  failure.error = refusal.error;
  return exit_code_of(failure);
}

Result<Report> verify_key(const KeysVerifyOptions& options, const ClientSession& session) {
  auto caller_key = read_caller_key(options.caller_key, session.surroundings);
  if (!caller_key) return std::move(caller_key.error());
  if (!*caller_key) {
    return usage_problem(
        "Say where the key is that is to be verified: --caller-key-file FILE, --caller-key-stdin "
        "or --caller-key-env.");
  }
  sdk::VerifyApiKey request = options.request;
  request.api_key = **std::move(caller_key);
  const auto verdict = session.client.verify_api_key(request, session.call_options);
  if (!verdict) return to_problem(verdict.error());
  Report report;
  if (verdict->verified) {
    report.document = to_document(*verdict->verified);
  } else {
    report.document = to_document(*verdict->refusal);
    report.exit_code = exit_code_of_refusal(*verdict->refusal);
  }
  report.document.json = verdict->to_json();
  return report;
}

}  // namespace

void add_keys_verify(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<KeysVerifyOptions>();
  CLI::App& command = add_operator_command(commands, noun, "verify",
                                           "Ask whether a caller's API key is good for something",
                                           options, verify_key);
  add_caller_key_options(command, options->caller_key);
  command
      .add_option("--organization", options->request.organization,
                  "For which organization; the default one of the key's user unless said")
      ->type_name("ORGANIZATION");
  command.add_option("--scope", options->request.scope, "The scope that it must have")
      ->check(CLI::IsMember({"user", "service", "admin"}))
      ->type_name("SCOPE");
  command
      .add_option("--address", options->request.address,
                  "Where the caller came from; needed for a key that is bound to networks")
      ->type_name("ADDRESS");
  add_could_spend_option(command, options->request.could_spend,
                         "What the caller is about to be charged");
  command.footer(
      R"(It books nothing, and is a use of the key. The exit code is that of the caller's own request: 0 for
a key that is good, 4 for one that is wrong or may not do this, 5 for too few credits, 7 for one
that was used too often.
Plain output: each field as NAME<TAB>VALUE, "valid" first.

Example:
  farthing keys verify --caller-key-file caller.key --could-spend 2.5
)");
}

}  // namespace farthing::cli
