// SPDX-License-Identifier: Apache-2.0
// Holds the columns beside a directory record in a database against the record: what a server
// looks up and counts by stands in them.
#pragma once

#include <optional>
#include <string>

#include "server/store/postgres/database_reader.hpp"
#include "verify/finding.hpp"

namespace farthing::inspect {

// Returns the first column that is not what follows from the record.
verify::Check check_directory_columns(const store::postgres::DirectoryRow& row);

// Returns what the record is about, for a finding: "key-…", "the receipt of key-…".
std::string name_of_row(const directory::DirectoryRecord& record);

}  // namespace farthing::inspect
