// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/commands.hpp"
#include "cli/commands/ledger_verbs.hpp"
#include "cli/commands/operator_command.hpp"

namespace farthing::cli {

void add_ledger(CommandSet& commands) {
  CLI::App& noun = add_noun(commands, "ledger", "Prove that ledgers are what they should be");
  add_ledger_verify(commands, noun);
  add_ledger_statement(commands, noun);
  add_ledger_statement_key(commands, noun);
  add_ledger_check_statement(commands, noun);
}

}  // namespace farthing::cli
