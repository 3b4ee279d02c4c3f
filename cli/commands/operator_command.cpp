// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/operator_command.hpp"

namespace farthing::cli {

CLI::App& add_noun(CommandSet& commands, const std::string& noun, const std::string& summary) {
  CLI::App* command = commands.app().add_subcommand(noun, summary);
  command->require_subcommand(1);
  refuse_api_key_argument(*command);
  return *command;
}

sdk::CallOptions call_options(const ClientSession& session,
                              const std::optional<std::string>& idempotency_key) {
  sdk::CallOptions options = session.call_options;
  options.idempotency_key = idempotency_key;
  return options;
}

}  // namespace farthing::cli
