// SPDX-License-Identifier: Apache-2.0
// Describes changes for the audit log: those of the directory by the records before and after, the
// operator's movements by their entries. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/credits.hpp"
#include "server/directory/audit_record.hpp"
#include "server/directory/command.hpp"
#include "server/directory/directory.hpp"
#include "server/directory/directory_record.hpp"
#include "server/ledger/outcome.hpp"

namespace farthing::directory {

// `records` are what the action changes in `before`, `outcome` is its answer.
Act describe_act(const Directory& before, const DirectoryAction& action,
                 const std::vector<DirectoryRecord>& records, const DirectoryOutcome& outcome);

// Describes the confirmation of a clock, by ledger time before it and after it.
Act describe_confirmation(Instant before, Instant after);

// Describes the acceptance of what a damaged journal has lost: it had got as far as `known_record`
// at least, and goes on behind `last_record`.
Act describe_journal_loss(std::uint64_t known_record, std::uint64_t last_record,
                          const std::string& damage);

// Describes the erasure of an entry's texts, of which it has only the names.
Act describe_erasure(const EraseTexts& erasure);

// Describes a grant, a void or a limit; `limit_before` is the organization's limit before it.
Act describe_act(const ledger::Outcome& outcome, Credits limit_before);

}  // namespace farthing::directory
