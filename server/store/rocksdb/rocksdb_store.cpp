// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/rocksdb_store.hpp"

#include <future>
#include <utility>

#include "base/check.hpp"
#include "server/store/refusals.hpp"
#include "server/store/rocksdb/entry_reads.hpp"
#include "server/store/rocksdb/recovery.hpp"

namespace farthing::store {

Result<std::unique_ptr<RocksdbStore>> RocksdbStore::open(RocksdbOptions options) {
  auto data_directory = DataDirectory::open(options.directory);
  if (!data_directory) return std::move(data_directory).error();
  auto database =
      Database::open((*data_directory)->database_path(), {.cache_bytes = options.cache_bytes,
                                                          .journal_bytes = options.journal_bytes,
                                                          .env = options.env});
  if (!database) return std::move(database).error();
  std::unique_ptr<RocksdbStore> store(
      new RocksdbStore(std::move(options), *std::move(data_directory), *std::move(database)));
  if (auto recovered = store->recover(); !recovered) return std::move(recovered).error();
  return store;
}

RocksdbStore::RocksdbStore(RocksdbOptions options, std::unique_ptr<DataDirectory> data_directory,
                           std::unique_ptr<Database> database)
    : options_(std::move(options)),
      clock_(options_.clock != nullptr ? *options_.clock : system_clock_, options_.monotonic_clock),
      data_directory_(std::move(data_directory)),
      database_(std::move(database)),
      failure_(options_.on_fatal_error) {}

// The committer ends first and hands over all that it has answered; the deriver makes it durable.
RocksdbStore::~RocksdbStore() = default;

Result<Done> RocksdbStore::recover() {
  auto start = load_derived(*database_);
  if (!start) return std::move(start).error();
  deriver_ = std::make_unique<Deriver>(*database_, failure_,
                                       Deriver::Options{.checkpoint_bytes = options_.journal_bytes,
                                                        .backlog_bytes = options_.backlog_bytes},
                                       std::move(start->states), start->checkpoint);

  // The journal's tail goes the way of fresh batches, and is served from memory meanwhile.
  PendingOutcomes pending;
  const auto replayed =
      replay_journal(*database_, start->checkpoint, *start->working,
                     [&](const std::shared_ptr<const JournalBatch>& batch) {
                       for (std::size_t i = 0; i < batch->entries.size(); ++i) {
                         const auto entry = ledger::decode_entry(batch->encoded_entry(i));
                         CHECK(entry);
                         if (entry->origin.idempotency_key.empty()) continue;
                         pending.add(batch, entry->organization, entry->origin.idempotency_key, i);
                       }
                       deriver_->enqueue(batch);
                     });
  if (!replayed) return replayed.error();

  clock_.raise_mark(replayed->mark);
  published_.directory.follow_all(start->working->directory());
  start->working->for_each([this](const ledger::OrganizationState& state) {
    published_.balances.set(state.organization, {state.balance, state.next_due_at});
  });
  committer_ = std::make_unique<Committer>(
      Committer::Parts{.database = *database_,
                       .deriver = *deriver_,
                       .published = published_,
                       .clock = clock_,
                       .data_directory = *data_directory_,
                       .failure = failure_},
      Committer::Options{.max_waiting_commands = options_.max_waiting_commands,
                         .min_free_bytes = options_.min_free_bytes},
      Committer::Start{.working = std::move(start->working),
                       .pending = std::move(pending),
                       .last_number = replayed->number});
  return Done{};
}

void RocksdbStore::settle(std::vector<ledger::Command> commands, SettleReply reply) {
  std::vector<OutcomeLookup> lookups;
  lookups.reserve(commands.size());
  const std::uint64_t position = deriver_->position();
  for (const ledger::Command& command : commands) {
    auto lookup =
        look_up_outcome(*database_, position, command.organization, command.origin.idempotency_key);
    if (!lookup) {
      return reply(std::vector<Result<Outcome>>(commands.size(), std::move(lookup).error()));
    }
    lookups.push_back(*std::move(lookup));
  }
  committer_->submit(SettleRequest{
      .commands = std::move(commands), .lookups = std::move(lookups), .reply = std::move(reply)});
}

void RocksdbStore::change(DirectoryCommand command, Reply<DirectoryOutcome> reply) {
  committer_->submit(ChangeRequest{.command = std::move(command), .reply = std::move(reply)});
}

void RocksdbStore::find_principal(const Digest& secret_digest,
                                  Reply<std::optional<Principal>> reply) {
  reply(published_.directory.read(
      [&](const Directory& directory) { return directory.find_principal(secret_digest); }));
}

void RocksdbStore::read_balance(OrganizationId organization, Reply<ledger::Balance> reply) {
  const auto published = published_.balances.find(organization);
  if (!published) return reply(no_such_organization());
  if (!published->next_due_at || clock_.now() < *published->next_due_at) {
    return reply(ledger::Balance(published->balance));
  }
  committer_->submit(BalanceRequest{.organization = organization, .reply = std::move(reply)});
}

void RocksdbStore::read_user(UserId id, Reply<User> reply) {
  reply(published_.directory.read([&](const Directory& directory) {
    const Account* account = directory.find_account(id);
    return found_or_missing(account == nullptr ? nullptr : &account->user);
  }));
}

void RocksdbStore::read_organization(OrganizationId id, Reply<Organization> reply) {
  reply(published_.directory.read([&](const Directory& directory) {
    return found_or_missing(directory.find_organization(id));
  }));
}

void RocksdbStore::read_api_key(ApiKeyId id, Reply<ApiKey> reply) {
  reply(published_.directory.read(
      [&](const Directory& directory) { return found_or_missing(directory.find_api_key(id)); }));
}

void RocksdbStore::list_users(PageRequest<UserId> page, Reply<Page<User>> reply) {
  reply(published_.directory.read(
      [&](const Directory& directory) { return directory.list_users(page); }));
}

void RocksdbStore::list_organizations(PageRequest<OrganizationId> page,
                                      Reply<Page<Organization>> reply) {
  reply(published_.directory.read(
      [&](const Directory& directory) { return directory.list_organizations(page); }));
}

void RocksdbStore::list_api_keys(std::optional<UserId> user, PageRequest<ApiKeyId> page,
                                 Reply<Page<ApiKey>> reply) {
  reply(published_.directory.read(
      [&](const Directory& directory) { return directory.list_api_keys(user, page); }));
}

void RocksdbStore::list_members(OrganizationId organization, PageRequest<UserId> page,
                                Reply<Page<Member>> reply) {
  reply(published_.directory.read([&](const Directory& directory) -> Result<Page<Member>> {
    if (directory.find_organization(organization) == nullptr) return no_such_organization();
    return directory.list_members(organization, page);
  }));
}

void RocksdbStore::read_grant(GrantId id, Reply<GrantStatus> reply) {
  deriver_->read([this, id, reply = std::move(reply)](const SyncedStates& states) mutable {
    reply(read_grant_status(*database_, states, clock_.now(), id));
  });
}

void RocksdbStore::read_charge(ChargeId id, Reply<ledger::Entry> reply) {
  deriver_->read([this, id, reply = std::move(reply)](const SyncedStates&) mutable {
    reply(read_subject(*database_, id.organization, ledger::EntryKind::charge, id.own));
  });
}

void RocksdbStore::list_grants(OrganizationId organization, PageRequest<Id128> page,
                               Reply<Page<GrantStatus>> reply) {
  if (!published_.balances.find(organization)) return reply(no_such_organization());
  deriver_->read(
      [this, organization, page, reply = std::move(reply)](const SyncedStates& states) mutable {
        reply(list_grant_statuses(*database_, states, clock_.now(), organization, page));
      });
}

void RocksdbStore::list_charges(OrganizationId organization, PageRequest<Id128> page,
                                Reply<Page<ledger::Entry>> reply) {
  if (!published_.balances.find(organization)) return reply(no_such_organization());
  deriver_->read([this, organization, page, reply = std::move(reply)](const SyncedStates&) mutable {
    reply(store::list_charges(*database_, organization, page));
  });
}

Result<std::vector<ledger::Entry>> RocksdbStore::entries_of(OrganizationId organization) {
  std::promise<Result<std::vector<ledger::Entry>>> promise;
  deriver_->read(
      [&](const SyncedStates&) { promise.set_value(read_all_entries(*database_, organization)); });
  return promise.get_future().get();
}

}  // namespace farthing::store
