// SPDX-License-Identifier: Apache-2.0
// Answers questions about the ledger: lists of what was booked, what became of it, and what an
// organization has, now or at an instant that is past. Safe to call from any thread.
#pragma once

#include <optional>
#include <string>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/page.hpp"
#include "base/reply.hpp"
#include "server/ledger/entry_filter.hpp"
#include "server/ledger/outcome.hpp"
#include "server/service/balance_report.hpp"
#include "server/service/burn_rate.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

// The credits of an organization at an instant, and how long they last.
struct BalanceSheet {
  BalanceReport report;
  BurnRate burn;
  Instant as_of;
};

// What is not there is `not_found`.
class Books {
 public:
  // `store` must outlive this and every pending answer.
  explicit Books(store::Store& store) : store_(store) {}

  // `at` must not be after the present (field "at"); nothing: now.
  void read_balance(OrganizationId organization, std::optional<Instant> at,
                    Reply<BalanceSheet> reply) const;
  void read_grant(GrantId id, Reply<ledger::GrantStatus> reply) const;
  // Reads what the command under that idempotency key led to, as a replay of it.
  void read_outcome(OrganizationId organization, std::string idempotency_key,
                    Reply<ledger::Outcome> reply) const;

  // Lists are in the order in which things were made.
  void list_grants(OrganizationId organization, PageRequest<Id128> page,
                   Reply<Page<ledger::GrantStatus>> reply) const;
  void list_charges(OrganizationId organization, PageRequest<Id128> page,
                    Reply<Page<ledger::ChargeStatus>> reply) const;
  // The key of an entry in this list is make_entry_id of it (entry_id.hpp).
  void list_entries(OrganizationId organization, ledger::EntryFilter filter,
                    PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) const;

 private:
  void add_burn_rate(OrganizationId organization, store::CurrentState current,
                     Reply<BalanceSheet> reply) const;

  store::Store& store_;
};

}  // namespace farthing::service
