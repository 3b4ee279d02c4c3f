// SPDX-License-Identifier: Apache-2.0
// Verifies an embedded store that no server has open, and changes nothing in it: the ledger of
// every organization from its first entry on, the entries that are in the journal only included,
// and what the store has derived from the entries against what follows from them.
#pragma once

#include <filesystem>

#include "base/error.hpp"
#include "offline/inspect/inspection_report.hpp"
#include "server/store/embedded/store_reader.hpp"

namespace farthing::inspect {

// Fails when the store cannot be read, or when a server has it open. What has to be remembered of
// large ledgers is in temporary files.
Result<InspectionReport> inspect_store(const std::filesystem::path& data_directory);
// Verifies a store that is open already.
Result<InspectionReport> inspect_store(const store::embedded::StoreReader& reader);

}  // namespace farthing::inspect
