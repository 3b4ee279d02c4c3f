// SPDX-License-Identifier: Apache-2.0
#include "server/store/postgres/postgres_store.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "base/check.hpp"
#include "server/directory/refusals.hpp"
#include "server/store/postgres/audit_log.hpp"
#include "server/store/postgres/database_connection.hpp"
#include "server/store/postgres/directory_reads.hpp"
#include "server/store/postgres/distribution.hpp"
#include "server/store/postgres/entry_reads.hpp"
#include "server/store/postgres/queries.hpp"
#include "server/store/postgres/schema.hpp"

namespace farthing::store::postgres {
Result<std::unique_ptr<PostgresStore>> PostgresStore::open(PostgresOptions options) {
  auto connection = DatabaseConnection::connect(options.conninfo);
  if (!connection) return as_error(std::move(connection).error());
  auto fault = find_schema_fault(**connection, Unfinished::refused, Later::served_beside);
  if (!fault) return as_error(std::move(fault).error());
  if (!fault->empty()) return make_error(ErrorCode::unavailable, *std::move(fault));
  const auto distribution = read_distribution(**connection);
  if (!distribution) return as_error(distribution.error());
  if (distribution->is_distributed) options.is_cut_by_organization = true;
  const std::array calls = {Call{kClock}, Call{kReadStoreClock}};
  const auto found = (*connection)->run(calls, options.exchange_timeout);
  if (!found) return as_error(found.error());
  return std::unique_ptr<PostgresStore>(new PostgresStore(
      std::move(options), found->front().instant(0, 0), read_shared_clock((*found)[1])));
}

PostgresStore::PostgresStore(PostgresOptions options, Instant database_now,
                             const SharedClock& shared)
    : options_(std::move(options)),
      session_options_{.conninfo = options_.conninfo,
                       .exchange_timeout = options_.is_cut_by_organization
                                               ? options_.exchange_timeout_on_citus
                                               : options_.exchange_timeout,
                       .repeats_late = !options_.is_cut_by_organization},
      health_(options_.on_event),
      watch_(health_),
      clock_(database_now, shared, options_.clock, options_.clock_rules),
      readers_(session_options_, health_, clock_,
               {.quick_threads = options_.quick_readers,
                .task_threads = options_.task_readers,
                .max_waiting = options_.max_waiting_reads,
                .patience = options_.patience}),
      writers_(
          session_options_, health_, clock_,
          {.threads = options_.is_cut_by_organization ? options_.writers_if_cut : options_.writers,
           .max_waiting_commands = options_.max_waiting_commands,
           .patience = options_.patience,
           .scope = options_.is_cut_by_organization ? BatchScope::one_organization
                                                    : BatchScope::many_organizations}),
      sweeper_(session_options_, health_, clock_, writers_) {
  clock_.follow(shared, health_.limitations());
}

void PostgresStore::settle(std::span<Movement> movements) {
  if (movements.empty()) return;
  const auto is_act = [](const Movement& movement) { return movement.act.has_value(); };
  CHECK(movements.size() == 1 || std::ranges::none_of(movements, is_act));
  writers_.submit(
      SettleRequest{{std::move_iterator(movements.begin()), std::move_iterator(movements.end())}});
}

void PostgresStore::change(directory::DirectoryCommand command,
                           Reply<directory::DirectoryOutcome> reply) {
  writers_.submit(ChangeRequest{.command = std::move(command), .reply = std::move(reply)});
}

void PostgresStore::find_principal(const Digest& secret_digest,
                                   Reply<std::optional<directory::Principal>> reply) {
  readers_.submit(PrincipalRequest{.digest = secret_digest, .reply = std::move(reply)});
}

void PostgresStore::read_balance(OrganizationId organization, Reply<ledger::Balance> reply) {
  readers_.submit(BalanceRequest{.organization = organization, .reply = std::move(reply)});
}

template <class T, class Read>
void PostgresStore::read(Reply<T> reply, Read read, std::optional<OrganizationId> owner) {
  readers_.submit(
      [reply = std::move(reply), read = std::move(read), owner](Result<Session*> session) mutable {
        if (!session) return reply(std::move(session).error());
        if (owner && (*session)->silent_workers().has_any()) {
          const auto reached = check_reach(**session, *owner);
          if (!reached) return reply(cannot_read(**session, reached.error()));
        }
        Checked<Result<T>> found = read(**session);
        if (!found && may_repeat(**session, found.error())) found = read(**session);
        if (!found) return reply(cannot_read(**session, found.error()));
        (*session)->report_done(Work::reads);
        reply(*std::move(found));
      });
}

void PostgresStore::read_state(OrganizationId organization, Reply<CurrentState> reply) {
  using State = std::optional<ledger::OrganizationState>;
  read<State>(
      [this, reply = std::move(reply)](Result<State> state) mutable {
        if (!state) return reply(std::move(state).error());
        if (!*state) return reply(directory::no_such_organization());
        reply(make_current(**std::move(state), clock_.now()));
      },
      [this, organization](Session& session) -> Checked<Result<State>> {
        auto state = EntryReads(session, clock_).find_state(organization);
        if (!state) return std::move(state).error();
        return Result<State>(*std::move(state));
      },
      organization);
}

void PostgresStore::read_spending(OrganizationId organization, ApiKeyId caller_key,
                                  Reply<CurrentSpending> reply) {
  using Found = std::optional<EntryReads::StateAndSpending>;
  read<Found>(
      [this, caller_key, reply = std::move(reply)](Result<Found> found) mutable {
        if (!found) return reply(std::move(found).error());
        if (!*found) return reply(directory::no_such_organization());
        reply(make_current_spending(std::move((*found)->state), (*found)->before, caller_key,
                                    clock_.now()));
      },
      [this, organization, caller_key](Session& session) -> Checked<Result<Found>> {
        auto found = EntryReads(session, clock_).find_spending(organization, caller_key);
        if (!found) return std::move(found).error();
        return Result<Found>(*std::move(found));
      },
      organization);
}

void PostgresStore::read_user(UserId id, Reply<directory::User> reply) {
  read<directory::User>(
      std::move(reply), [id](Session& session) -> Checked<Result<directory::User>> {
        const auto directory = load_directory(session, {.users = {id}});
        if (!directory) return directory.error();
        const directory::Account* account = (*directory)->find_account(id);
        return directory::found_or_missing(account == nullptr ? nullptr : &account->user);
      });
}

void PostgresStore::read_organization(OrganizationId id, Reply<directory::Organization> reply) {
  read<directory::Organization>(
      std::move(reply), [id](Session& session) -> Checked<Result<directory::Organization>> {
        const auto directory = load_directory(session, {.organizations = {id}});
        if (!directory) return directory.error();
        return directory::found_or_missing((*directory)->find_organization(id));
      });
}

void PostgresStore::read_api_key(ApiKeyId id, Reply<directory::ApiKey> reply) {
  read<directory::ApiKey>(std::move(reply),
                          [id](Session& session) -> Checked<Result<directory::ApiKey>> {
                            const auto directory = load_directory(session, {.api_keys = {id}});
                            if (!directory) return directory.error();
                            return directory::found_or_missing((*directory)->find_api_key(id));
                          });
}

void PostgresStore::read_grant(GrantId id, Reply<ledger::GrantStatus> reply) {
  read<ledger::GrantStatus>(
      std::move(reply),
      [this, id](Session& session) { return EntryReads(session, clock_).read_grant(id); },
      id.organization);
}

void PostgresStore::read_records(OrganizationId organization, std::vector<Id128> ids,
                                 Reply<std::vector<std::optional<ledger::Record>>> reply) {
  using Records = std::vector<std::optional<ledger::Record>>;
  read<Records>(
      std::move(reply),
      [this, organization, ids = std::move(ids)](Session& session) -> Checked<Result<Records>> {
        auto records = EntryReads(session, clock_).read_records(organization, ids);
        if (!records) return std::move(records).error();
        return Result<Records>(*std::move(records));
      },
      organization);
}

void PostgresStore::read_entries(OrganizationId organization, std::vector<std::uint64_t> seqs,
                                 Reply<std::vector<ledger::Entry>> reply) {
  using Entries = std::vector<ledger::Entry>;
  read<Entries>(
      std::move(reply),
      [this, organization, seqs = std::move(seqs)](Session& session) -> Checked<Result<Entries>> {
        auto entries = EntryReads(session, clock_).read_entries(organization, seqs);
        if (!entries) return std::move(entries).error();
        return Result<Entries>(*std::move(entries));
      },
      organization);
}

void PostgresStore::read_outcome(OrganizationId organization, std::string idempotency_key,
                                 Reply<ledger::Outcome> reply) {
  read<ledger::Outcome>(
      std::move(reply),
      [this, organization, key = std::move(idempotency_key)](Session& session) {
        return EntryReads(session, clock_).read_outcome(organization, key);
      },
      organization);
}

void PostgresStore::note_key_uses(std::vector<directory::KeyUse> uses, Reply<Done> reply) {
  read<Done>(std::move(reply), [uses = std::move(uses)](Session& session) -> Checked<Result<Done>> {
    auto noted = session.run({note_key_uses_call(uses)});
    if (!noted) return std::move(noted).error();
    return Result<Done>(Done{});
  });
}

void PostgresStore::read_key_uses(std::vector<ApiKeyId> keys,
                                  Reply<std::vector<std::optional<Instant>>> reply) {
  using Uses = std::vector<std::optional<Instant>>;
  read<Uses>(std::move(reply), [keys = std::move(keys)](Session& session) -> Checked<Result<Uses>> {
    auto uses = postgres::read_key_uses(session, keys);
    if (!uses) return std::move(uses).error();
    return Result<Uses>(*std::move(uses));
  });
}

void PostgresStore::list_users(PageRequest<UserId> page, Reply<Page<directory::User>> reply) {
  read<Page<directory::User>>(std::move(reply),
                              [page](Session& session) -> Checked<Result<Page<directory::User>>> {
                                auto users = postgres::list_users(session, page);
                                if (!users) return std::move(users).error();
                                return Result<Page<directory::User>>(*std::move(users));
                              });
}

void PostgresStore::list_organizations(std::optional<UserId> member,
                                       PageRequest<OrganizationId> page,
                                       Reply<Page<directory::Organization>> reply) {
  read<Page<directory::Organization>>(
      std::move(reply),
      [member, page](Session& session) -> Checked<Result<Page<directory::Organization>>> {
        auto organizations = postgres::list_organizations(session, member, page);
        if (!organizations) return std::move(organizations).error();
        return Result<Page<directory::Organization>>(*std::move(organizations));
      });
}

void PostgresStore::list_api_keys(std::optional<UserId> user, PageRequest<ApiKeyId> page,
                                  Reply<Page<directory::ApiKey>> reply) {
  read<Page<directory::ApiKey>>(
      std::move(reply), [user, page](Session& session) -> Checked<Result<Page<directory::ApiKey>>> {
        auto keys = postgres::list_api_keys(session, user, page);
        if (!keys) return std::move(keys).error();
        return Result<Page<directory::ApiKey>>(*std::move(keys));
      });
}

void PostgresStore::list_members(OrganizationId organization, PageRequest<UserId> page,
                                 Reply<Page<directory::Member>> reply) {
  read<Page<directory::Member>>(
      std::move(reply),
      [organization, page](Session& session) -> Checked<Result<Page<directory::Member>>> {
        auto members = postgres::list_members(session, organization, page);
        if (!members) return std::move(members).error();
        if (!*members) return Result<Page<directory::Member>>(directory::no_such_organization());
        return Result<Page<directory::Member>>(**std::move(members));
      });
}

void PostgresStore::list_grants(OrganizationId organization, PageRequest<Id128> page,
                                Reply<Page<ledger::GrantStatus>> reply) {
  read<Page<ledger::GrantStatus>>(
      std::move(reply),
      [this, organization, page](Session& session) {
        return EntryReads(session, clock_).list_grants(organization, page);
      },
      organization);
}

void PostgresStore::list_charges(OrganizationId organization, PageRequest<Id128> page,
                                 Reply<Page<ledger::ChargeStatus>> reply) {
  read<Page<ledger::ChargeStatus>>(
      std::move(reply),
      [this, organization, page](Session& session) {
        return EntryReads(session, clock_).list_charges(organization, page);
      },
      organization);
}

void PostgresStore::list_entries(OrganizationId organization, ledger::EntryFilter filter,
                                 PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) {
  read<Page<ledger::Entry>>(
      std::move(reply),
      [this, organization, filter = std::move(filter), page](Session& session) {
        return EntryReads(session, clock_).list_entries(organization, filter, page);
      },
      organization);
}

void PostgresStore::list_audit_log(directory::AuditFilter filter, PageRequest<Id128> page,
                                   Reply<Page<directory::AuditRecord>> reply) {
  read<Page<directory::AuditRecord>>(
      std::move(reply),
      [filter = std::move(filter),
       page](Session& session) -> Checked<Result<Page<directory::AuditRecord>>> {
        auto records = postgres::list_audit_log(session, filter, page);
        if (!records) return std::move(records).error();
        return Result<Page<directory::AuditRecord>>(*std::move(records));
      });
}

}  // namespace farthing::store::postgres
