// SPDX-License-Identifier: Apache-2.0
// A store that forgets: everything in memory behind one mutex, answered before the call returns. It
// is what the other stores are held against, and good for tests of what stands above a store.
#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "server/directory/directory.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/record_book.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/store.hpp"

namespace farthing::store {

class MemoryStore : public Store {
 public:
  // `clock` must outlive the store.
  explicit MemoryStore(const Clock& clock, ClockRules rules = {})
      : clock_(clock, std::move(rules)) {}

  using Store::settle;
  void settle(std::span<Movement> movements) override;
  void change(directory::DirectoryCommand command,
              Reply<directory::DirectoryOutcome> reply) override;
  Instant now() const override { return clock_.now(); }
  ClockStatus clock_status() const override { return clock_.status(); }
  void find_principal(const Digest& secret_digest,
                      Reply<std::optional<directory::Principal>> reply) override;
  void read_balance(OrganizationId organization, Reply<ledger::Balance> reply) override;
  void read_state(OrganizationId organization, Reply<CurrentState> reply) override;
  void read_spending(OrganizationId organization, ApiKeyId caller_key,
                     Reply<CurrentSpending> reply) override;
  void read_user(UserId id, Reply<directory::User> reply) override;
  void read_organization(OrganizationId id, Reply<directory::Organization> reply) override;
  void read_api_key(ApiKeyId id, Reply<directory::ApiKey> reply) override;
  void read_grant(GrantId id, Reply<ledger::GrantStatus> reply) override;
  void read_records(OrganizationId organization, std::vector<Id128> ids,
                    Reply<std::vector<std::optional<ledger::Record>>> reply) override;
  void read_entries(OrganizationId organization, std::vector<std::uint64_t> seqs,
                    Reply<std::vector<ledger::Entry>> reply) override;
  void read_outcome(OrganizationId organization, std::string idempotency_key,
                    Reply<ledger::Outcome> reply) override;
  void note_key_uses(std::vector<directory::KeyUse> uses, Reply<Done> reply) override;
  void read_key_uses(std::vector<ApiKeyId> keys,
                     Reply<std::vector<std::optional<Instant>>> reply) override;
  void list_users(PageRequest<UserId> page, Reply<Page<directory::User>> reply) override;
  void list_organizations(std::optional<UserId> member, PageRequest<OrganizationId> page,
                          Reply<Page<directory::Organization>> reply) override;
  void list_api_keys(std::optional<UserId> user, PageRequest<ApiKeyId> page,
                     Reply<Page<directory::ApiKey>> reply) override;
  void list_members(OrganizationId organization, PageRequest<UserId> page,
                    Reply<Page<directory::Member>> reply) override;
  void list_grants(OrganizationId organization, PageRequest<Id128> page,
                   Reply<Page<ledger::GrantStatus>> reply) override;
  void list_charges(OrganizationId organization, PageRequest<Id128> page,
                    Reply<Page<ledger::ChargeStatus>> reply) override;
  void list_entries(OrganizationId organization, ledger::EntryFilter filter,
                    PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) override;
  void list_audit_log(directory::AuditFilter filter, PageRequest<Id128> page,
                      Reply<Page<directory::AuditRecord>> reply) override;

  // Takes in what was stored elsewhere, for tests: each entry the next of an organization that is
  // there.
  void take_over(std::span<const directory::DirectoryRecord> records,
                 std::span<const ledger::Entry> entries);
  // Every entry of an organization in order, for tests. Empty when there is no such organization.
  std::vector<ledger::Entry> entries_of(OrganizationId organization) const;

 private:
  struct OrganizationLedger {
    ledger::OrganizationState state;
    std::vector<ledger::Entry> entries;  // entry n stands at n - 1
    std::unordered_map<std::string, std::uint64_t> seq_by_idempotency_key;
    ledger::RecordBook records;
  };

  class Source;

  // Return whether there was something to erase.
  bool erase(UserId person);
  void note(const ApiKeyId& api_key, directory::ActOrigin origin, directory::Act act);
  bool erase(const directory::EntryTexts& texts);
  // The entries of the outcome that the key led to; none when it led to nothing.
  static std::vector<ledger::Entry> find_outcome(const OrganizationLedger& ledger,
                                                 const std::string& key);
  // Nothing when there is no such organization.
  std::optional<directory::Standing> find_standing(OrganizationId id) const;
  OrganizationLedger* find_ledger(OrganizationId organization);
  // Null when there is no such entry.
  const ledger::Entry* find_maker(OrganizationId organization, const Id128& subject);
  // Out of the entries from `first` to before `last`, by their places.
  template <class IsListed>
  static Page<ledger::Entry> pick_entries(const OrganizationLedger& ledger, std::size_t first,
                                          std::size_t last, std::size_t limit,
                                          std::size_t max_examined, IsListed is_listed);

  mutable EffectiveClock clock_;
  mutable std::mutex mutex_;  // guards all below
  directory::Directory directory_;
  std::unordered_map<Id128, OrganizationLedger, Id128Hash> ledgers_;
  std::vector<directory::AuditRecord> audit_log_;  // record n stands at n - 1
  ledger::Booked booked_;                          // by the decision that is being made
};

}  // namespace farthing::store
