// SPDX-License-Identifier: Apache-2.0
// The audit log in the database: adds records within the transaction that they tell of, and lists
// pages.
#pragma once

#include <vector>

#include "server/directory/audit_record.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

// Returns where the log ends, from the answer to kLockAuditHead.
Checked<directory::AuditHead> read_audit_head(const Rows& rows);
// Appends the calls that add the next record and move the head behind it.
void append_audit_record(const directory::AuditRecord& record, std::vector<Call>& calls);
// Returns the calls that add a record behind the head. `rows` is the answer to kLockAuditHead in
// this transaction.
Checked<std::vector<Call>> add_audit_record_calls(const Rows& rows, Instant at,
                                                  const ApiKeyId& api_key,
                                                  directory::ActOrigin origin, directory::Act act);

Checked<Page<directory::AuditRecord>> list_audit_log(Session& session,
                                                     const directory::AuditFilter& filter,
                                                     const PageRequest<Id128>& page);

}  // namespace farthing::store::postgres
