// SPDX-License-Identifier: Apache-2.0
// The one interface between the rules and the places where their results are kept. Two kinds of
// store stand behind it, an embedded one and one shared by many nodes, so every call is
// asynchronous: it returns at once, and its callback runs once with the answer, either before the
// call returns or later on one of the store's threads. Callbacks must not block. Every method may
// be called from any thread.
//
// What every store promises:
// - An answer, also a refusal or a replay, is given only when everything that it was decided upon
//   is synced.
// - Reads see synced state only, and everything that was answered before they began. A read that is
//   asked for within the answer to another one may see the same moment as that one.
// - Commands on one organization are decided one after another, those of one `settle` in their
//   order.
// - A command whose idempotency key is known gets the outcome of the first one again.
// - `unavailable` means that nothing was booked, or that the store is going down and cannot tell.
//   The caller should ask again with the same idempotency key.
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

// A movement of credits that a caller asks for, and where the answer goes. It is refused when there
// is no such organization (`not_found`, field "organization") and by the rules of the ledger.
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

  // Settles movements of credits, which it moves away. Each stands alone and is answered alone, but
  // those of one call are decided in their order. An act must be alone in its call.
  virtual void settle(std::span<Movement> movements) = 0;
  void settle(Movement movement) { settle(std::span(&movement, 1)); }
  // Changes the directory; the audit log tells of every change.
  virtual void change(directory::DirectoryCommand command,
                      Reply<directory::DirectoryOutcome> reply) = 0;

  // Returns the present, which is not before the time of anything answered.
  virtual Instant now() const = 0;
  // Returns how the present follows from the clock, and whether the clock is in doubt. During a
  // doubt all movements but releases are `unavailable`.
  virtual ClockStatus clock_status() const = 0;
  // Returns what the store refuses at present, or may refuse soon, and why.
  virtual std::vector<Limitation> limitations() const { return {}; }

  // Finds the key with that digest, also an expired or revoked one; nothing when there is none.
  virtual void find_principal(const Digest& secret_digest,
                              Reply<std::optional<directory::Principal>> reply) = 0;
  // Reads the balance at this moment, due events counted. `not_found` when there is no such
  // organization.
  virtual void read_balance(OrganizationId organization, Reply<ledger::Balance> reply) = 0;

  // Reads a copy of all live grants, open holds and debts of the organization.
  virtual void read_state(OrganizationId organization, Reply<CurrentState> reply) = 0;
  // Reads the same state, and what a caller's key has spent and holds at that moment.
  virtual void read_spending(OrganizationId organization, ApiKeyId caller_key,
                             Reply<CurrentSpending> reply) = 0;

  // Reads the latest kept state of the organization that is not after the entry `last_seq`, so that
  // the past need not be computed from the beginning (past_state.hpp). Answers nothing when none is
  // kept; some stores never keep any.
  virtual void read_snapshot(OrganizationId /*organization*/, std::uint64_t /*last_seq*/,
                             Reply<std::optional<ledger::OrganizationState>> reply) {
    reply(std::optional<ledger::OrganizationState>());
  }

  // These four answer `not_found` for what is not there.
  virtual void read_user(UserId id, Reply<directory::User> reply) = 0;
  virtual void read_organization(OrganizationId id, Reply<directory::Organization> reply) = 0;
  virtual void read_api_key(ApiKeyId id, Reply<directory::ApiKey> reply) = 0;
  virtual void read_grant(GrantId id, Reply<ledger::GrantStatus> reply) = 0;
  // Reads what has become of grants, charges and holds of an organization by now, by their own ids:
  // one record for each, nothing for what is not there.
  virtual void read_records(OrganizationId organization, std::vector<Id128> ids,
                            Reply<std::vector<std::optional<ledger::Record>>> reply) = 0;
  // Reads the entries with these numbers, which must rise. Entries that are not there are left out.
  virtual void read_entries(OrganizationId organization, std::vector<std::uint64_t> seqs,
                            Reply<std::vector<ledger::Entry>> reply) = 0;
  // Reads what the command under that idempotency key led to, as a replay.
  virtual void read_outcome(OrganizationId organization, std::string idempotency_key,
                            Reply<ledger::Outcome> reply) = 0;

  // Keeps when keys were last used, as one node has seen it; of several times the latest counts.
  // Call it now and then, never for each request. Keys that do not exist are passed over or kept;
  // nobody asks for them.
  virtual void note_key_uses(std::vector<directory::KeyUse> uses, Reply<Done> reply) = 0;
  // Reads when each key was last used, as far as it was noted.
  virtual void read_key_uses(std::vector<ApiKeyId> keys,
                             Reply<std::vector<std::optional<Instant>>> reply) = 0;

  // Lists are in the order of the ids, which is the order of creation. A list of an organization
  // that does not exist is `not_found`.
  virtual void list_users(PageRequest<UserId> page, Reply<Page<directory::User>> reply) = 0;
  // Lists the organizations that `member` belongs to, or all.
  virtual void list_organizations(std::optional<UserId> member, PageRequest<OrganizationId> page,
                                  Reply<Page<directory::Organization>> reply) = 0;
  // Lists the keys of one user, or of all.
  virtual void list_api_keys(std::optional<UserId> user, PageRequest<ApiKeyId> page,
                             Reply<Page<directory::ApiKey>> reply) = 0;
  virtual void list_members(OrganizationId organization, PageRequest<UserId> page,
                            Reply<Page<directory::Member>> reply) = 0;
  virtual void list_grants(OrganizationId organization, PageRequest<Id128> page,
                           Reply<Page<ledger::GrantStatus>> reply) = 0;
  virtual void list_charges(OrganizationId organization, PageRequest<Id128> page,
                            Reply<Page<ledger::ChargeStatus>> reply) = 0;
  // Lists the entries that pass the filter. The key of an entry in this list is make_entry_id of it
  // (entry_id.hpp).
  virtual void list_entries(OrganizationId organization, ledger::EntryFilter filter,
                            PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) = 0;
  // Lists records in the order of their numbers. The key of a record in this list is audit_position
  // of it.
  virtual void list_audit_log(directory::AuditFilter filter, PageRequest<Id128> page,
                              Reply<Page<directory::AuditRecord>> reply) = 0;
};

// Settles commands in one call, with one answer to all: a result for each, in their order.
void settle_all(Store& store, std::vector<ledger::Command> commands,
                Callback<void(std::vector<Result<ledger::Outcome>>)> reply);

}  // namespace farthing::store
