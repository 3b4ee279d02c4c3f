// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/commands.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/commands/store_verbs.hpp"

namespace farthing::cli {

void add_store(CommandSet& commands) {
  CLI::App& noun = add_noun(commands, "store",
                            "Work on a store itself: prove, copy, migrate and mend it (operator)");
  add_store_verify(commands, noun);
  add_store_copy(commands, noun);
  add_store_migrate(commands, noun);
  add_store_admin_key(commands, noun);
  add_store_accept_loss(commands, noun);
}

}  // namespace farthing::cli
