// SPDX-License-Identifier: Apache-2.0
// Answers what the operator asks of a running server: who changed what, what the clock says, what
// is refused at present, and that something be erased. Safe to call from any thread.
#pragma once

#include <vector>

#include "base/id.hpp"
#include "base/page.hpp"
#include "base/reply.hpp"
#include "server/directory/audit_record.hpp"
#include "server/directory/command.hpp"
#include "server/ledger/entry.hpp"
#include "server/service/registry.hpp"
#include "server/service/requester.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/limitation.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

// The store's own words for this, for callers that do not know a store.
using store::Cause;
using store::ClockDoubt;
using store::ClockStatus;
using store::Limitation;
using store::refused_by;
using store::Work;
using store::WorkSet;

class Operations {
 public:
  // Both must outlive this and every pending answer.
  Operations(store::Store& store, Registry& registry) : store_(store), registry_(registry) {}

  // Lists records in the order of their numbers. The key of a record in this list is audit_position
  // of it.
  void list_audit_log(directory::AuditFilter filter, PageRequest<Id128> page,
                      Reply<Page<directory::AuditRecord>> reply) const;

  ClockStatus clock_status() const { return store_.clock_status(); }
  // Has the clock believed as it stands; does nothing when it is in no doubt. Gives the status
  // afterwards.
  void confirm_clock(Requester requester, Reply<ClockStatus> reply) const;

  // Erases the texts of an entry (ledger::Erasable) for good, and does nothing when it has none. Gives
  // the entry as it is then; `not_found` when there is no such entry.
  void erase_texts(Requester requester, directory::EntryTexts of, Reply<ledger::Entry> reply) const;

  // Returns what is refused at present, or could be soon, and why.
  std::vector<Limitation> limitations() const { return store_.limitations(); }

 private:
  void read_entry(directory::EntryTexts of, Reply<ledger::Entry> reply) const;

  store::Store& store_;
  Registry& registry_;
};

}  // namespace farthing::service
