// SPDX-License-Identifier: Apache-2.0
// The audit log in the database: additions within the transaction of what they tell of, and pages.
#pragma once

#include <vector>

#include "server/directory/audit_record.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

// Where the log ends, of the answer to kLockAuditHead.
Checked<directory::AuditHead> read_audit_head(const Rows& rows);
// What adds the record that comes next, and moves the head behind it.
void append_audit_record(const directory::AuditRecord& record, std::vector<Call>& calls);
// What adds a record behind the head, which is the answer to kLockAuditHead in this transaction.
Checked<std::vector<Call>> add_audit_record_calls(const Rows& rows, Instant at,
                                                  const ApiKeyId& api_key,
                                                  directory::ActOrigin origin, directory::Act act);

Checked<Page<directory::AuditRecord>> list_audit_log(Session& session,
                                                     const directory::AuditFilter& filter,
                                                     const PageRequest<Id128>& page);

}  // namespace farthing::store::postgres
