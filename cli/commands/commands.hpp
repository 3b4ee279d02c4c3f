// SPDX-License-Identifier: Apache-2.0
// One function for each command, or each noun with its verbs. A command's options belong to its
// callback in the parser and live as long as that.
#pragma once

#include "cli/frame/command_set.hpp"

namespace farthing::cli {

// Commands that every key may use.
void add_account(CommandSet& commands);
void add_balance(CommandSet& commands);

// The operator's commands. They need the scope `admin`; charges and holds need `service`.
void add_users(CommandSet& commands);
void add_organizations(CommandSet& commands);
void add_members(CommandSet& commands);
void add_keys(CommandSet& commands);
void add_grants(CommandSet& commands);
void add_charges(CommandSet& commands);
void add_holds(CommandSet& commands);
// One verb of `entries` needs no server.
void add_entries(CommandSet& commands);
void add_audit_log(CommandSet& commands);
// One verb of `clock` works on the server's own machine.
void add_clock(CommandSet& commands);

// Commands that work on the server's own machine.
void add_serve(CommandSet& commands);
void add_store(CommandSet& commands);
void add_selftest(CommandSet& commands);

void add_version(CommandSet& commands);
void add_completion(CommandSet& commands);

}  // namespace farthing::cli
