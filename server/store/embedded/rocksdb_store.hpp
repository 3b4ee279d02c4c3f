// SPDX-License-Identifier: Apache-2.0
// The embedded store: one process, one data directory, RocksDB inside. A command joins a queue; a
// committer decides all that wait, writes one journal record with one sync, and answers. Keys and
// balances are read from synced state in memory on the caller's thread; grants and charges on one
// of the store's threads. Its parts: data_directory, journal, database, committer, deriver,
// recovery.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/store/effective_clock.hpp"
#include "server/store/embedded/background_thread.hpp"
#include "server/store/embedded/committer.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/journal/journal.hpp"
#include "server/store/embedded/journal/write_failure.hpp"
#include "server/store/embedded/memory/key_filter.hpp"
#include "server/store/embedded/memory/published_view.hpp"
#include "server/store/embedded/options.hpp"
#include "server/store/embedded/shredder.hpp"
#include "server/store/embedded/store_watch.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/embedded/tables/deriver.hpp"
#include "server/store/embedded/tables/entry_reads.hpp"
#include "server/store/embedded/tables/record_reads.hpp"
#include "server/store/store.hpp"

namespace farthing::store::embedded {

class RocksdbStore final : public Store {
 public:
  // Makes the data directory when it is missing. The error's message is for the operator.
  static Result<std::unique_ptr<RocksdbStore>> open(RocksdbOptions options);
  // Refuses new commands, answers those that wait, and leaves everything on disk. No other call may
  // be in progress.
  ~RocksdbStore() override;

  using Store::settle;
  void settle(std::span<Movement> movements) override;
  void change(directory::DirectoryCommand command,
              Reply<directory::DirectoryOutcome> reply) override;
  Instant now() const override { return clock_.now(); }
  ClockStatus clock_status() const override { return clock_.status(); }
  std::vector<Limitation> limitations() const override { return limitations_.all(); }
  void find_principal(const Digest& secret_digest,
                      Reply<std::optional<directory::Principal>> reply) override;
  void read_balance(OrganizationId organization, Reply<ledger::Balance> reply) override;
  void read_state(OrganizationId organization, Reply<CurrentState> reply) override;
  void read_spending(OrganizationId organization, ApiKeyId caller_key,
                     Reply<CurrentSpending> reply) override;
  void read_snapshot(OrganizationId organization, std::uint64_t last_seq,
                     Reply<std::optional<ledger::OrganizationState>> reply) override;
  void read_user(UserId id, Reply<directory::User> reply) override;
  void read_organization(OrganizationId id, Reply<directory::Organization> reply) override;
  void read_api_key(ApiKeyId id, Reply<directory::ApiKey> reply) override;
  void read_grant(GrantId id, Reply<ledger::GrantStatus> reply) override;
  void read_records(OrganizationId organization, std::vector<Id128> ids,
                    Reply<FoundRecords> reply) override;
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

  // Returns every entry of an organization in order, for tests and for the audit of a store that is
  // not in use. Empty when there is no such organization.
  Result<std::vector<ledger::Entry>> entries_of(OrganizationId organization);

 private:
  // Writes the filter of keys for the next start, once everything that adds to it has ended.
  class KeyKeeper {
   public:
    explicit KeyKeeper(const RocksdbStore& store) : store_(store) {}
    ~KeyKeeper();
    KeyKeeper(const KeyKeeper&) = delete;
    KeyKeeper& operator=(const KeyKeeper&) = delete;

   private:
    const RocksdbStore& store_;
  };

  RocksdbStore(RocksdbOptions options, std::unique_ptr<DataDirectory> data_directory,
               std::unique_ptr<Database> database);
  Result<Done> recover();
  // Adds the derived part's keys from `begin` on to the filter, some at a time.
  void load_keys(const std::string& begin);
  void add_remainders(OrganizationId organization, Page<ledger::Entry> entries,
                      Reply<Page<ledger::GrantStatus>> reply);
  Result<Page<directory::AuditRecord>> read_audit_log(const directory::AuditFilter& filter,
                                                      const PageRequest<Id128>& page) const;
  Result<CommandLookup> look_up(const ledger::Command& command) const;
  Result<ledger::Entry> read_grant_entry(const GrantId& id) const;
  // Adds what was refunded to the charges of a page. `position` is the deriver's from before they
  // were read.
  void add_refunds(OrganizationId organization, std::uint64_t position, Page<ledger::Entry> entries,
                   Reply<Page<ledger::ChargeStatus>> reply);

  const RocksdbOptions options_;
  Limitations limitations_;
  const SystemClock system_clock_;
  mutable EffectiveClock clock_;
  // The parts end in the reverse of this order, which matters.
  std::unique_ptr<DataDirectory> data_directory_;
  std::unique_ptr<Database> database_;
  KeyFilter keys_;
  JournalDisk system_disk_;
  std::unique_ptr<Journal> journal_;
  PublishedView published_;
  const EntryReads entries_;
  const RecordReads records_;
  WriteFailure failure_;
  const KeyKeeper key_keeper_{*this};
  BackgroundThread background_;
  std::unique_ptr<Deriver> deriver_;
  std::unique_ptr<DiskSpace> disk_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<StoreWatch> watch_;
  std::unique_ptr<Shredder> shredder_;
};

}  // namespace farthing::store::embedded
