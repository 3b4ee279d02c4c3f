// SPDX-License-Identifier: Apache-2.0
// The rules of the directory: state + command → the records that change and the answer, or a
// refusal. Pure, and the same for every store. command.hpp says what each command is refused for.
#pragma once

#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/instant.hpp"
#include "server/directory/command.hpp"
#include "server/directory/directory.hpp"
#include "server/directory/directory_record.hpp"

namespace farthing::directory {

struct DirectoryDecision {
  std::vector<DirectoryRecord> records;  // to be applied in order; empty when nothing changes
  std::optional<Act> act = {};           // for the audit log, when something does
  DirectoryOutcome outcome;
  // The time that a confirmed clock showed: the store's is not before it from here on.
  std::optional<Instant> confirmed_time = {};
  // What the store erases besides, wherever it keeps it. Of a user these are the texts in the audit
  // records that tells_of_person names (erase_texts), and the receipts that without_person replaces.
  std::optional<Erasure> erasure = {};
};

// `at` is the present. Under a known idempotency key the first answer is given again.
Result<DirectoryDecision> decide(const Directory& directory, const DirectoryCommand& command,
                                 Instant at);

}  // namespace farthing::directory
