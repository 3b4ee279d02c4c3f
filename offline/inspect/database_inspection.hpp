// SPDX-License-Identifier: Apache-2.0
// Verifies a store on PostgreSQL, and changes nothing in it: the ledger of every organization from
// its first entry on, and what its tables have derived from the entries against what follows from
// them. Servers may go on meanwhile: what is verified is one moment.
#pragma once

#include "offline/inspect/inspection_report.hpp"
#include "server/store/postgres/database_reader.hpp"

namespace farthing::inspect {

// Fails when the database cannot be read. What has to be remembered of large ledgers is in
// temporary files.
Result<InspectionReport> inspect_database(const store::postgres::DatabaseReader& reader);

}  // namespace farthing::inspect
