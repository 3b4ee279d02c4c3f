// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/rocksdb_store.hpp"

#include <algorithm>
#include <future>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/decide.hpp"
#include "server/store/audit_page.hpp"
#include "server/store/grant_remainder.hpp"
#include "server/store/refusals.hpp"
#include "server/store/rocksdb/derived_keys.hpp"
#include "server/store/rocksdb/key_filter_file.hpp"
#include "server/store/rocksdb/recovery.hpp"

namespace farthing::store {
namespace {

// Reads of others wait meanwhile.
constexpr std::size_t kKeysLoadedAtATime = 4'096;

// Makes the entries of a batch that is synced known, as the committer does with its own.
void publish_entries(const std::shared_ptr<const JournalBatch>& batch, WorkingLedger& working,
                     FreshOutcomes& outcomes, FreshRecords& records) {
  for (std::size_t i = 0; i < batch->entries.size(); ++i) {
    const auto entry = ledger::decode_entry(batch->encoded_entry(i));
    CHECK(entry);
    const auto* organization = working.find(entry->organization);
    organization->published->add_entry(entry->seq, batch->encoded_entry(i),
                                       organization->balance());
    const std::string& key = entry->origin.idempotency_key;
    if (!key.empty()) outcomes.add(batch, entry->organization, key, i);
    records.add(batch, *entry, i);
  }
}

}  // namespace

Result<std::unique_ptr<RocksdbStore>> RocksdbStore::open(RocksdbOptions options) {
  auto data_directory = DataDirectory::open(options.directory);
  if (!data_directory) return std::move(data_directory).error();
  auto database = Database::open(
      (*data_directory)->database_path(),
      {.cache_bytes = options.cache_bytes, .env = options.env, .merges_later = true});
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
      keys_(options_.key_filter_bytes),
      entries_(*database_, published_.ledgers),
      records_(*database_, entries_),
      failure_(options_.on_fatal_error) {}

// Reads end first, then the committer, which hands over all that it has answered; the deriver makes
// it part of the database.
RocksdbStore::~RocksdbStore() { background_.finish(); }

RocksdbStore::KeyKeeper::~KeyKeeper() {
  if (!store_.keys_.is_complete() || store_.failure_.has_happened()) return;
  const auto checkpoint = load_checkpoint(*store_.database_);
  if (!checkpoint) return;
  write_key_filter(store_.data_directory_->key_filter_path(), store_.keys_, *checkpoint);
}

Result<Done> RocksdbStore::recover() {
  DerivedStart start;
  std::future<void> published;  // ends before what it reads
  const auto loaded = load_derived(*database_, start, [&](const Directory& directory) {
    published = std::async(std::launch::async, [&] { published_.directory.follow_all(directory); });
  });
  if (!loaded) return loaded.error();

  // The journal's tail goes the way of fresh batches, and is served from memory meanwhile.
  std::vector<std::shared_ptr<const JournalBatch>> tail;
  auto journal =
      Journal::open(data_directory_->journal_path(),
                    options_.journal_disk != nullptr ? *options_.journal_disk : system_disk_,
                    start.checkpoint.number, [&](JournalBatch batch) {
                      tail.push_back(std::make_shared<const JournalBatch>(std::move(batch)));
                      return Done{};
                    });
  if (!journal) return std::move(journal).error();
  journal_ = *std::move(journal);

  const Instant last_mark = tail.empty() ? start.checkpoint.mark : tail.back()->mark;
  clock_.raise_mark(last_mark);
  published.get();
  for (const auto& batch : tail) {
    if (auto applied = apply_batch(*batch, *start.working); !applied) return applied;
    for (const DirectoryRecord& record : batch->directory_records) {
      published_.directory.follow(record, start.working->directory());
    }
  }
  start.working->for_each([this](WorkingLedger::Organization& organization) {
    organization.published = &published_.ledgers.make(organization.state.organization);
    organization.published->set_balance(organization.balance());
  });
  deriver_ =
      std::make_unique<Deriver>(Deriver::Parts{.database = *database_,
                                               .keys = keys_,
                                               .journal = *journal_,
                                               .ledgers = published_.ledgers,
                                               .audit = published_.audit,
                                               .records = records_,
                                               .failure = failure_},
                                Deriver::Options{.run_bytes = options_.run_bytes,
                                                 .backlog_bytes = options_.backlog_bytes,
                                                 .snapshot_entries = options_.snapshot_entries},
                                std::move(start.states), start.checkpoint);
  FreshOutcomes fresh_outcomes;
  FreshRecords fresh_records;
  for (const auto& batch : tail) {
    for (const JournalBatch::EntryPlace& place : batch->audit_records) {
      auto record = decode_audit_record(batch->encoded(place));
      CHECK(record);
      start.audit = head_after(*record);
      published_.audit.add(*std::move(record));
    }
    publish_entries(batch, *start.working, fresh_outcomes, fresh_records);
    if (!deriver_->enqueue(batch)) continue;
    fresh_outcomes.begin_run();
    fresh_records.begin_run();
  }
  committer_ = std::make_unique<Committer>(
      Committer::Parts{.database = *database_,
                       .keys = keys_,
                       .journal = *journal_,
                       .deriver = *deriver_,
                       .background = background_,
                       .records = records_,
                       .published = published_,
                       .clock = clock_,
                       .data_directory = *data_directory_,
                       .failure = failure_},
      Committer::Options{.max_waiting_commands = options_.max_waiting_commands,
                         .min_free_bytes = options_.min_free_bytes},
      Committer::Start{.working = std::move(start.working),
                       .last_mark = last_mark,
                       .audit = start.audit,
                       .fresh_outcomes = std::move(fresh_outcomes),
                       .fresh_records = std::move(fresh_records)});
  // Until they are there, every key is looked up in the database.
  background_.run([this, checkpoint = start.checkpoint] {
    if (take_key_filter(data_directory_->key_filter_path(), keys_, checkpoint)) {
      keys_.set_complete();
    } else {
      load_keys({});
    }
  });
  return database_->begin_merging();
}

void RocksdbStore::load_keys(const std::string& begin) {
  std::size_t count = 0;
  std::string next;
  const auto scanned = database_->scan(
      Family::outcomes, begin, {},
      [&](std::string_view key, std::string_view) {
        if (count++ == kKeysLoadedAtATime) {
          next = key;
          return false;
        }
        keys_.add(key);
        return true;
      },
      Scan::through);
  // Without the keys, every look-up goes to the database.
  if (!scanned) return;
  if (next.empty()) return keys_.set_complete();
  background_.run([this, next] { load_keys(next); });
}

Result<CommandLookup> RocksdbStore::look_up(const ledger::Command& command) const {
  auto outcome = look_up_outcome(*database_, keys_, deriver_->position(), command.organization,
                                 command.origin.idempotency_key);
  if (!outcome) return std::move(outcome).error();
  auto records = records_.collect(command);
  if (!records) return std::move(records).error();
  return CommandLookup{.outcome = *std::move(outcome), .records = *std::move(records)};
}

void RocksdbStore::settle_one(ledger::Command command, Reply<Outcome> reply) {
  auto lookup = look_up(command);
  if (!lookup) return reply(std::move(lookup).error());
  committer_->submit(SettleOneRequest{
      .command = std::move(command), .lookup = *std::move(lookup), .reply = std::move(reply)});
}

void RocksdbStore::settle_act(ledger::Command command, ActOrigin origin, Reply<Outcome> reply) {
  auto lookup = look_up(command);
  if (!lookup) return reply(std::move(lookup).error());
  committer_->submit(SettleActRequest{.command = std::move(command),
                                      .lookup = *std::move(lookup),
                                      .origin = std::move(origin),
                                      .reply = std::move(reply)});
}

void RocksdbStore::settle(std::vector<ledger::Command> commands, SettleReply reply) {
  std::vector<CommandLookup> lookups;
  lookups.reserve(commands.size());
  for (const ledger::Command& command : commands) {
    auto lookup = look_up(command);
    if (!lookup) {
      return reply(std::vector<Result<Outcome>>(commands.size(), std::move(lookup).error()));
    }
    lookups.push_back(*std::move(lookup));
  }
  committer_->submit(SettleRequest{
      .commands = std::move(commands), .lookups = std::move(lookups), .reply = std::move(reply)});
}

void RocksdbStore::change(DirectoryCommand command, Reply<DirectoryOutcome> reply) {
  const DirectoryOrigin& origin = command.origin;
  auto receipt = find_receipt(*database_, origin.actor, origin.idempotency_key);
  if (!receipt) return reply(std::move(receipt).error());
  committer_->submit(ChangeRequest{
      .command = std::move(command), .receipt = *std::move(receipt), .reply = std::move(reply)});
}

void RocksdbStore::find_principal(const Digest& secret_digest,
                                  Reply<std::optional<Principal>> reply) {
  reply(published_.directory.read(
      [&](const Directory& directory) { return directory.find_principal(secret_digest); }));
}

void RocksdbStore::read_balance(OrganizationId organization, Reply<ledger::Balance> reply) {
  const PublishedLedger* ledger = published_.ledgers.find(organization);
  if (ledger == nullptr) return reply(no_such_organization());
  const PublishedBalance published = ledger->balance();
  if (!published.next_due_at || clock_.now() < *published.next_due_at) {
    return reply(ledger::Balance(published.balance));
  }
  committer_->submit(StateRequest{
      .organization = organization,
      .reply = [this, reply = std::move(reply)](Result<ledger::OrganizationState> state) mutable {
        if (!state) return reply(std::move(state).error());
        reply(ledger::balance_at(*state, std::max(clock_.now(), state->last_at)));
      }});
}

void RocksdbStore::read_state(OrganizationId organization, Reply<CurrentState> reply) {
  committer_->submit(StateRequest{
      .organization = organization,
      .reply = [this, reply = std::move(reply)](Result<ledger::OrganizationState> state) mutable {
        if (!state) return reply(std::move(state).error());
        reply(make_current(*std::move(state), clock_.now()));
      }});
}

void RocksdbStore::read_snapshot(OrganizationId organization, std::uint64_t last_seq,
                                 Reply<std::optional<ledger::OrganizationState>> reply) {
  background_.run([this, organization, last_seq, reply = std::move(reply)]() mutable {
    const auto encoded = database_->find_last(Family::snapshots, entry_key(organization, 0),
                                              entry_key(organization, last_seq));
    if (!encoded) return reply(encoded.error());
    if (!*encoded) return reply(std::optional<ledger::OrganizationState>());
    auto state = ledger::decode_state(**encoded);
    CHECK(state);
    reply(std::move(state));
  });
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

void RocksdbStore::note_key_uses(std::vector<KeyUse> uses, Reply<Done> reply) {
  committer_->submit(KeyUsesRequest{.uses = std::move(uses), .reply = std::move(reply)});
}

void RocksdbStore::read_key_uses(std::vector<ApiKeyId> keys,
                                 Reply<std::vector<std::optional<Instant>>> reply) {
  std::vector<std::optional<Instant>> uses;
  published_.directory.read([&](const Directory& directory) {
    for (const ApiKeyId& key : keys) uses.push_back(directory.last_use(key));
  });
  reply(std::move(uses));
}

void RocksdbStore::list_users(PageRequest<UserId> page, Reply<Page<User>> reply) {
  reply(published_.directory.read(
      [&](const Directory& directory) { return directory.list_users(page); }));
}

void RocksdbStore::list_organizations(std::optional<UserId> member,
                                      PageRequest<OrganizationId> page,
                                      Reply<Page<Organization>> reply) {
  reply(published_.directory.read(
      [&](const Directory& directory) { return directory.list_organizations(member, page); }));
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
  background_.run([this, id, reply = std::move(reply)]() mutable {
    auto entry = read_grant_entry(id);
    if (!entry) return reply(std::move(entry).error());
    Page<ledger::Entry> entries;
    entries.records.push_back(*std::move(entry));
    add_remainders(id.organization, std::move(entries),
                   [reply = std::move(reply)](Result<Page<GrantStatus>> grants) mutable {
                     if (!grants) return reply(std::move(grants).error());
                     reply(std::move(grants->records.front()));
                   });
  });
}

// Only the committer knows what has changed them since they were derived.
void RocksdbStore::read_records(OrganizationId organization, std::vector<Id128> ids,
                                Reply<FoundRecords> reply) {
  background_.run([this, organization, ids = std::move(ids), reply = std::move(reply)]() mutable {
    const std::uint64_t position = deriver_->position();
    FoundRecords records;
    for (const Id128& id : ids) {
      auto record = records_.find(organization, id);
      if (!record) return reply(std::move(record).error());
      records.push_back(*std::move(record));
    }
    committer_->submit(RecordsRequest{.organization = organization,
                                      .position = position,
                                      .ids = std::move(ids),
                                      .records = std::move(records),
                                      .reply = std::move(reply)});
  });
}

void RocksdbStore::read_entries(OrganizationId organization, std::vector<std::uint64_t> seqs,
                                Reply<std::vector<ledger::Entry>> reply) {
  background_.run([this, organization, seqs = std::move(seqs), reply = std::move(reply)]() mutable {
    reply(entries_.find_all(organization, seqs));
  });
}

// What is not derived yet, only the committer knows.
void RocksdbStore::read_outcome(OrganizationId organization, std::string idempotency_key,
                                Reply<Outcome> reply) {
  if (published_.ledgers.find(organization) == nullptr) return reply(no_such_organization());
  background_.run(
      [this, organization, key = std::move(idempotency_key), reply = std::move(reply)]() mutable {
        auto lookup = look_up_outcome(*database_, keys_, deriver_->position(), organization, key);
        if (!lookup) return reply(std::move(lookup).error());
        committer_->submit(OutcomeRequest{.organization = organization,
                                          .key = std::move(key),
                                          .lookup = *std::move(lookup),
                                          .reply = std::move(reply)});
      });
}

Result<ledger::Entry> RocksdbStore::read_grant_entry(const GrantId& id) const {
  auto entry = entries_.find_maker(id.organization, id.own);
  if (!entry) return std::move(entry).error();
  if (!*entry || (*entry)->kind != ledger::EntryKind::grant) {
    return make_error(ErrorCode::not_found);
  }
  return **std::move(entry);
}

void RocksdbStore::list_grants(OrganizationId organization, PageRequest<Id128> page,
                               Reply<Page<GrantStatus>> reply) {
  if (published_.ledgers.find(organization) == nullptr) return reply(no_such_organization());
  background_.run([this, organization, page, reply = std::move(reply)]() mutable {
    auto entries = entries_.list_grants(organization, page);
    if (!entries) return reply(std::move(entries).error());
    add_remainders(organization, *std::move(entries), std::move(reply));
  });
}

// The state is asked for after the entries, so it has all of them in it.
void RocksdbStore::add_remainders(OrganizationId organization, Page<ledger::Entry> entries,
                                  Reply<Page<GrantStatus>> reply) {
  committer_->submit(StateRequest{
      .organization = organization,
      .reply = [this, entries = std::move(entries),
                reply = std::move(reply)](Result<ledger::OrganizationState> state) mutable {
        if (!state) return reply(std::move(state).error());
        const GrantRemainders remainders(*state, std::max(clock_.now(), state->last_at));
        Page<GrantStatus> grants{.records = {}, .has_more = entries.has_more, .resume_after = {}};
        for (ledger::Entry& entry : entries.records) {
          const Credits remaining = remainders.of(entry.subject);
          grants.records.push_back({.entry = std::move(entry), .remaining = remaining});
        }
        reply(std::move(grants));
      }});
}

void RocksdbStore::list_charges(OrganizationId organization, PageRequest<Id128> page,
                                Reply<Page<ChargeStatus>> reply) {
  if (published_.ledgers.find(organization) == nullptr) return reply(no_such_organization());
  background_.run([this, organization, page, reply = std::move(reply)]() mutable {
    const std::uint64_t position = deriver_->position();
    auto entries = entries_.list_charges(organization, page);
    if (!entries) return reply(std::move(entries).error());
    add_refunds(organization, position, *std::move(entries), std::move(reply));
  });
}

void RocksdbStore::add_refunds(OrganizationId organization, std::uint64_t position,
                               Page<ledger::Entry> entries, Reply<Page<ChargeStatus>> reply) {
  RecordsRequest request{.organization = organization, .position = position};
  for (const ledger::Entry& entry : entries.records) {
    auto record = records_.find_changed(organization, entry.subject);
    if (!record) return reply(std::move(record).error());
    if (!*record) *record = ledger::make_record(entry);
    request.ids.push_back(entry.subject);
    request.records.push_back(*std::move(record));
  }
  request.reply = [entries = std::move(entries),
                   reply = std::move(reply)](Result<FoundRecords> records) mutable {
    if (!records) return reply(std::move(records).error());
    Page<ChargeStatus> charges{
        .records = {}, .has_more = entries.has_more, .resume_after = entries.resume_after};
    for (std::size_t i = 0; i < records->size(); ++i) {
      charges.records.push_back({.entry = std::move(entries.records[i]),
                                 .refunded = ledger::refunded_of(*(*records)[i])});
    }
    reply(std::move(charges));
  };
  committer_->submit(std::move(request));
}

void RocksdbStore::list_entries(OrganizationId organization, EntryFilter filter,
                                PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) {
  if (published_.ledgers.find(organization) == nullptr) return reply(no_such_organization());
  background_.run(
      [this, organization, filter = std::move(filter), page, reply = std::move(reply)]() mutable {
        reply(entries_.list(organization, filter, page));
      });
}

void RocksdbStore::list_audit_log(AuditFilter filter, PageRequest<Id128> page,
                                  Reply<Page<AuditRecord>> reply) {
  background_.run([this, filter = std::move(filter), page, reply = std::move(reply)]() mutable {
    reply(read_audit_log(filter, page));
  });
}

// The fresh ones first: what is derived meanwhile is found twice and not missed.
Result<Page<AuditRecord>> RocksdbStore::read_audit_log(const AuditFilter& filter,
                                                       const PageRequest<Id128>& page) const {
  const std::uint64_t first = first_audit_number(page);
  std::vector<AuditRecord> fresh = published_.audit.find_from(first);
  AuditPage records(filter, page);
  std::uint64_t next = first;
  bool is_wanting = true;
  const auto scanned = database_->scan(Family::audit, audit_key(first), {},
                                       [&](std::string_view, std::string_view value) {
                                         auto record = decode_audit_record(value);
                                         CHECK(record);
                                         next = record->number + 1;
                                         is_wanting = records.take(*std::move(record));
                                         return is_wanting;
                                       });
  if (!scanned) return scanned.error();
  for (AuditRecord& record : fresh) {
    if (is_wanting && record.number >= next) is_wanting = records.take(std::move(record));
  }
  return records.finish();
}

Result<std::vector<ledger::Entry>> RocksdbStore::entries_of(OrganizationId organization) {
  return entries_.read_all(organization);
}

}  // namespace farthing::store
