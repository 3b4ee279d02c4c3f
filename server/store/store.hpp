// SPDX-License-Identifier: Apache-2.0
// The one interface between the rules and the places where their results are kept. Two kinds of
// store stand behind it, an embedded one and one shared by many nodes, so every call is
// asynchronous: it returns at once, and its callback runs once, with the answer, either before the
// call returns or later on a thread of the store's. Callbacks must not block. Every method may be
// called from any thread.
//
// What every store promises:
// - An answer, be it a refusal or a replay, is given only when all that it was decided upon is synced.
// - Reads see synced state only, and all that was answered before they began. A read that is asked
//   for within the answer to another one may see the same moment as that one.
// - Commands on one organization are decided one after another, those of one `settle` in their
//   order.
// - A command whose idempotency key is known gets the outcome of the first one again.
// - `unavailable` means that nothing was booked, or that the store is going down and cannot tell:
//   ask again with the same idempotency key.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/page.hpp"
#include "base/reply.hpp"
#include "server/directory/audit_record.hpp"
#include "server/directory/command.hpp"
#include "server/directory/entities.hpp"
#include "server/ledger/command.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/entry_filter.hpp"
#include "server/ledger/outcome.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "server/store/current_state.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/limitation.hpp"

namespace farthing::store {

// A movement of credits that is asked for, and where the answer goes. It is refused (`not_found`,
// field "organization") when there is no such organization, and by the rules of the ledger.
struct Movement {
  ledger::Command command;  // the store sets its time, and how the organization stands
  Reply<ledger::Outcome> reply;
  // Set for an act: a grant, a void or a limit of which the audit log tells. It is refused as
  // find_refusal_of_asker says (server/directory/rights.hpp), as every change is.
  std::optional<directory::ActOrigin> act = {};
};

class Store {
 public:
  virtual ~Store() = default;

  // Settles movements of credits, which it moves away: each stands alone and is answered alone, but
  // those of one call are decided in their order. An act is alone in its call.
  virtual void settle(std::span<Movement> movements) = 0;
  void settle(Movement movement) { settle(std::span(&movement, 1)); }
  // What it changes, the audit log tells.
  virtual void change(directory::DirectoryCommand command,
                      Reply<directory::DirectoryOutcome> reply) = 0;

  // The present: not before the time of anything answered.
  virtual Instant now() const = 0;
  // How that follows from the clock, and whether the clock is in doubt: then movements but releases
  // are `unavailable`.
  virtual ClockStatus clock_status() const = 0;
  // What it refuses at present, or could soon, and why.
  virtual std::vector<Limitation> limitations() const { return {}; }

  // Nothing when no key has that digest. Expired and revoked keys are found too.
  virtual void find_principal(const Digest& secret_digest,
                              Reply<std::optional<directory::Principal>> reply) = 0;
  // The balance at this moment, due events counted. `not_found` when there is no such organization.
  virtual void read_balance(OrganizationId organization, Reply<ledger::Balance> reply) = 0;

  // A copy of all that the organization has of live grants, open holds and debts.
  virtual void read_state(OrganizationId organization, Reply<CurrentState> reply) = 0;
  // The same, and what a caller's key has spent and holds at that moment.
  virtual void read_spending(OrganizationId organization, ApiKeyId caller_key,
                             Reply<CurrentSpending> reply) = 0;

  // A state that the organization was in after some entry, the latest that is kept of those up to
  // and including the number `last_seq`: so that the past need not be computed from the beginning
  // (past_state.hpp). Nothing when none is kept, as in a store that keeps none at all.
  virtual void read_snapshot(OrganizationId /*organization*/, std::uint64_t /*last_seq*/,
                             Reply<std::optional<ledger::OrganizationState>> reply) {
    reply(std::optional<ledger::OrganizationState>());
  }

  // What is not there is `not_found`.
  virtual void read_user(UserId id, Reply<directory::User> reply) = 0;
  virtual void read_organization(OrganizationId id, Reply<directory::Organization> reply) = 0;
  virtual void read_api_key(ApiKeyId id, Reply<directory::ApiKey> reply) = 0;
  virtual void read_grant(GrantId id, Reply<ledger::GrantStatus> reply) = 0;
  // What became of grants, charges and holds of an organization, by their own ids, at this moment:
  // one for each, nothing for what is not there.
  virtual void read_records(OrganizationId organization, std::vector<Id128> ids,
                            Reply<std::vector<std::optional<ledger::Record>>> reply) = 0;
  // The entries with these numbers, which rise; those that are not there are left out.
  virtual void read_entries(OrganizationId organization, std::vector<std::uint64_t> seqs,
                            Reply<std::vector<ledger::Entry>> reply) = 0;
  // What the command under that idempotency key led to, as a replay of it.
  virtual void read_outcome(OrganizationId organization, std::string idempotency_key,
                            Reply<ledger::Outcome> reply) = 0;

  // Keeps when keys were last used, by what one node has seen: of several the latest counts. Meant
  // to be called now and then, never for a request. Keys that do not exist are passed over or kept;
  // nobody asks for them.
  virtual void note_key_uses(std::vector<directory::KeyUse> uses, Reply<Done> reply) = 0;
  // When each was last used, as far as it was noted.
  virtual void read_key_uses(std::vector<ApiKeyId> keys,
                             Reply<std::vector<std::optional<Instant>>> reply) = 0;

  // Lists are in the order of the ids, which is the order of creation; an organization's that does
  // not exist is `not_found`.
  virtual void list_users(PageRequest<UserId> page, Reply<Page<directory::User>> reply) = 0;
  // Those that one user belongs to, or all.
  virtual void list_organizations(std::optional<UserId> member, PageRequest<OrganizationId> page,
                                  Reply<Page<directory::Organization>> reply) = 0;
  // Of one user, or of all.
  virtual void list_api_keys(std::optional<UserId> user, PageRequest<ApiKeyId> page,
                             Reply<Page<directory::ApiKey>> reply) = 0;
  virtual void list_members(OrganizationId organization, PageRequest<UserId> page,
                            Reply<Page<directory::Member>> reply) = 0;
  virtual void list_grants(OrganizationId organization, PageRequest<Id128> page,
                           Reply<Page<ledger::GrantStatus>> reply) = 0;
  virtual void list_charges(OrganizationId organization, PageRequest<Id128> page,
                            Reply<Page<ledger::ChargeStatus>> reply) = 0;
  // The key of an entry in this list is make_entry_id of it (entry_id.hpp).
  virtual void list_entries(OrganizationId organization, ledger::EntryFilter filter,
                            PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) = 0;
  // In the order of the numbers. The key of a record in this list is audit_position of it.
  virtual void list_audit_log(directory::AuditFilter filter, PageRequest<Id128> page,
                              Reply<Page<directory::AuditRecord>> reply) = 0;
};

// Settles commands in one call, with one answer to all: a result for each, in their order.
void settle_all(Store& store, std::vector<ledger::Command> commands,
                Callback<void(std::vector<Result<ledger::Outcome>>)> reply);

}  // namespace farthing::store
