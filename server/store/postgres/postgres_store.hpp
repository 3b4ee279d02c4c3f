// SPDX-License-Identifier: Apache-2.0
// The store that many nodes share. Everything is in a PostgreSQL database; a node holds only
// requests that wait. Any number of these stores, in any number of processes, work on one database
// with the same promises as one (store.hpp). Several threads have a connection each; answers run on
// them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "server/store/postgres/health.hpp"
#include "server/store/postgres/health_watch.hpp"
#include "server/store/postgres/readers.hpp"
#include "server/store/postgres/session.hpp"
#include "server/store/postgres/store_clock.hpp"
#include "server/store/postgres/sweeper.hpp"
#include "server/store/postgres/writers.hpp"
#include "server/store/store.hpp"

namespace farthing::store::postgres {

struct PostgresOptions {
  std::string conninfo;  // a URL or libpq's keywords; may hold a password, so it is never logged
  // Takes the place of the database's clock in tests.
  const Clock* clock = nullptr;
  // How the clock is judged. Without a monotonic clock, a test's is believed.
  ClockRules clock_rules = {};

  // Whether a transaction may only be about one organization, so that it stays on one shard. It is
  // always set where tables are distributed by Citus.
  bool is_cut_by_organization = false;
  std::size_t writers = 2;                     // batches on their way at a time
  std::size_t writers_if_cut = 16;             // the same, when they are so small
  std::size_t quick_readers = 2;               // threads for keys and balances
  std::size_t task_readers = 2;                // threads for other reads
  std::size_t max_waiting_commands = 16'384;   // more are refused
  std::size_t max_waiting_reads = 65'536;      // of each kind
  std::chrono::milliseconds patience{15'000};  // a request that waits for longer is given up
  std::chrono::milliseconds exchange_timeout{10'000};  // with one answer of the database
  // The same where Citus has the tables. Longer than its coordinator should wait for a worker.
  std::chrono::milliseconds exchange_timeout_on_citus{4'000};

  // Gets a line when the database is lost, answers again, or refuses something.
  std::function<void(const std::string&)> on_event;
};

class PostgresStore final : public Store {
 public:
  // Fails when the database cannot be reached or lacks the tables of this version.
  static Result<std::unique_ptr<PostgresStore>> open(PostgresOptions options);

  using Store::settle;
  void settle(std::span<Movement> movements) override;
  void change(directory::DirectoryCommand command,
              Reply<directory::DirectoryOutcome> reply) override;
  Instant now() const override { return clock_.now(); }
  ClockStatus clock_status() const override { return clock_.status(); }
  std::vector<Limitation> limitations() const override { return health_.all_limitations(); }
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

 private:
  PostgresStore(PostgresOptions options, Instant database_now, const SharedClock& shared);

  // Answers with what `read` returns, a function that takes a session and returns a
  // Checked<Result<T>>. `owner` is whose ledger it reads, if it does.
  template <class T, class Read>
  void read(Reply<T> reply, Read read, std::optional<OrganizationId> owner = {});

  const PostgresOptions options_;
  const SessionOptions session_options_;
  Health health_;
  HealthWatch watch_;
  mutable StoreClock clock_;
  Readers readers_;
  Writers writers_;
  Sweeper sweeper_;
};

}  // namespace farthing::store::postgres
