// SPDX-License-Identifier: Apache-2.0
// Parts of the ledger as tables, for all commands that show them.
#pragma once

#include <cstdint>
#include <farthing/entry_models.hpp>
#include <farthing/ledger_models.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/output/document.hpp"
#include "verify/counts.hpp"

namespace farthing::cli {

// Returns what each grant paid or got back.
Table shares_table(const std::vector<sdk::GrantShare>& shares);

// Returns the entries without what is too wide for a line: metadata, grants, hashes.
Table entries_table(const std::vector<sdk::LedgerEntry>& entries);

// Whole numbers with the name of what each counts.
using NamedCounts = std::vector<std::pair<std::string, std::uint64_t>>;
NamedCounts name_counts(const verify::Counts& counts);
// Returns a document with a field for each count.
Document counts_document(const NamedCounts& counts);

}  // namespace farthing::cli
