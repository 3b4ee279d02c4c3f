// SPDX-License-Identifier: Apache-2.0
// The verbs of `farthing ledger`, one function for each.
#pragma once

#include "cli/frame/command_set.hpp"

namespace farthing::cli {

void add_ledger_verify(CommandSet& commands, CLI::App& noun);
void add_ledger_statement(CommandSet& commands, CLI::App& noun);
void add_ledger_statement_key(CommandSet& commands, CLI::App& noun);
void add_ledger_check_statement(CommandSet& commands, CLI::App& noun);

}  // namespace farthing::cli
