// SPDX-License-Identifier: Apache-2.0
// Tells which kind of work (limitation.hpp) a command is.
#pragma once

#include "server/directory/command.hpp"
#include "server/ledger/command.hpp"
#include "server/store/limitation.hpp"

namespace farthing::store {

// Returns `protection` for releases, which give back what is held, and `movements` for all others.
Work work_of(const ledger::Action& action);
// Returns `protection` for revocations, rotations, disabling, the removal of members and the note
// that a secret is in use; `acts` for all others.
Work work_of(const directory::DirectoryAction& action);

}  // namespace farthing::store
