// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/access/credentials.hpp"
#include "cli/commands/keys_verbs.hpp"
#include "cli/commands/operator_command.hpp"

namespace farthing::cli {
namespace {

struct LeakedOptions {
  CommonOptions common{};
  std::optional<std::string> file{};
  bool is_in_standard_input = false;
};

Result<sdk::Secret> read_secret(const LeakedOptions& options, const Surroundings& surroundings) {
  // A file that others can read is allowed, because a leaked secret is to be revoked.
  if (options.file) return read_key_file(*options.file, SharedSecrets::allowed);
  if (options.is_in_standard_input) return read_key_input(surroundings);
  return usage_problem("Say where the secret is: --secret-file FILE or --secret-stdin.");
}

Result<Report> revoke_leaked(const LeakedOptions& options, const ClientSession& session) {
  const auto secret = read_secret(options, session.surroundings);
  if (!secret) return secret.error();
  const auto told = session.client.revoke_leaked_api_key(*secret, session.call_options);
  if (!told) return to_problem(told.error());
  Report report{.document = {.fields = {{"revoked", told->is_revoked ? "true" : "false"}},
                             .json = told->to_json()}};
  if (!told->is_revoked) {
    report.remarks.emplace_back("It is no secret of this server's, or works no longer.");
  }
  if (told->message) report.remarks.push_back(*told->message);
  return report;
}

}  // namespace

void add_keys_revoke_leaked(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<LeakedOptions>();
  CLI::App& command =
      *noun.add_subcommand("revoke-leaked", "End a secret that has come into wrong hands");
  add_keyless_options(command, options->common);
  refuse_api_key_argument(command);
  CLI::Option* file = command.add_option("--secret-file", options->file, "The secret is in FILE")
                          ->type_name("FILE");
  command
      .add_flag("--secret-stdin", options->is_in_standard_input, "The secret is in standard input")
      ->excludes(file);
  refuse_key_argument(command, "--secret", "--secret-file FILE or --secret-stdin");
  commands.on(command, [options](const Surroundings& surroundings) {
    return run_client_command(
        {.options = options->common,
         .call = [&](const ClientSession& session) { return revoke_leaked(*options, session); }},
        surroundings);
  });
  command.footer(R"(Holding the secret is all it needs: no API key is sent. The key ends at once.
Plain output: revoked<TAB>true, or false for what is no secret or works no longer; the exit code is
0 for both.

Example:
  farthing keys revoke-leaked --secret-file found.txt
)");
}

}  // namespace farthing::cli
