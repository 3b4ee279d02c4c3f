// SPDX-License-Identifier: Apache-2.0
// Which kind of work (limitation.hpp) a command is: what protects goes on longest.
#pragma once

#include "server/directory/command.hpp"
#include "server/ledger/command.hpp"
#include "server/store/limitation.hpp"

namespace farthing::store {

// Releases give back what is held.
Work work_of(const ledger::Action& action);
// Revocations, rotations, disabling and the removal of members protect.
Work work_of(const directory::DirectoryAction& action);

}  // namespace farthing::store
