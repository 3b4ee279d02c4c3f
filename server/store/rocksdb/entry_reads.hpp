// SPDX-License-Identifier: Apache-2.0
// Reads of grants and charges in the derived part. They run on the deriver's thread, so `states`
// and the database are at the same batch throughout. Missing is `not_found`.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/store/rocksdb/database.hpp"
#include "server/store/rocksdb/synced_states.hpp"
#include "server/store/store.hpp"

namespace farthing::store {

// The entry of that kind that made `subject`.
Result<ledger::Entry> read_subject(const Database& database, OrganizationId organization,
                                   ledger::EntryKind kind, const Id128& subject);
// Grants are few among the entries, so they have an index; charges are most of them, so they are
// picked out, and the page says so where it had to pass over too many others.
Result<Page<ledger::Entry>> list_grants(const Database& database, OrganizationId organization,
                                        const PageRequest<Id128>& page);
Result<Page<ledger::Entry>> list_charges(const Database& database, OrganizationId organization,
                                         const PageRequest<Id128>& page);

// Every entry of an organization, in order.
Result<std::vector<ledger::Entry>> read_all_entries(const Database& database,
                                                    OrganizationId organization);

// What is left of grants counts what is due at `now`.
Result<GrantStatus> read_grant_status(const Database& database, const SyncedStates& states,
                                      Instant now, const GrantId& id);
Result<Page<GrantStatus>> list_grant_statuses(const Database& database, const SyncedStates& states,
                                              Instant now, OrganizationId organization,
                                              const PageRequest<Id128>& page);

}  // namespace farthing::store
