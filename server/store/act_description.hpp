// SPDX-License-Identifier: Apache-2.0
// What the audit log says about changes: of the directory, by the records before and after, and of
// the operator's movements, by their entries. Pure.
#pragma once

#include <vector>

#include "base/credits.hpp"
#include "server/store/audit_record.hpp"
#include "server/store/directory.hpp"
#include "server/store/directory_command.hpp"
#include "server/store/directory_record.hpp"
#include "server/store/store.hpp"

namespace farthing::store {

// `records` are what the action changes in `before`, `outcome` is its answer.
Act describe_act(const Directory& before, const DirectoryAction& action,
                 const std::vector<DirectoryRecord>& records, const DirectoryOutcome& outcome);

// Of a clock that is believed again: ledger time before it and after it.
Act describe_confirmation(Instant before, Instant after);

// Of a grant, a void or a limit; `limit_before` is the organization's before it.
Act describe_act(const Outcome& outcome, Credits limit_before);

}  // namespace farthing::store
