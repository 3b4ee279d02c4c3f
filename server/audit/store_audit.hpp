// SPDX-License-Identifier: Apache-2.0
// Verifies an embedded store that no server has open, and changes nothing in it: the ledger of
// every organization from its first entry on, the entries that are in the journal only included,
// and what the store has derived from the entries against what follows from them.
#pragma once

#include <filesystem>
#include <optional>

#include "base/error.hpp"
#include "verify/counts.hpp"
#include "verify/finding.hpp"

namespace farthing::audit {

struct StoreAudit {
  verify::Counts counts;
  std::optional<verify::Deviation> deviation;  // the first one, after which nothing was looked at
};

// Fails when the store cannot be read, or when a server has it open. What has to be remembered of
// large ledgers is in temporary files.
Result<StoreAudit> audit_store(const std::filesystem::path& data_directory);

}  // namespace farthing::audit
