// SPDX-License-Identifier: Apache-2.0
// Parts of the ledger as tables, for all commands that show them.
#pragma once

#include <farthing/entry_models.hpp>
#include <farthing/ledger_models.hpp>
#include <vector>

#include "cli/output/document.hpp"

namespace farthing::cli {

// What each grant paid or got back.
Table shares_table(const std::vector<sdk::GrantShare>& shares);

// Without what is too wide for a line: metadata, grants, hashes.
Table entries_table(const std::vector<sdk::LedgerEntry>& entries);

}  // namespace farthing::cli
