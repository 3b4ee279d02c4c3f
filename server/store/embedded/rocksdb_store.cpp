// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/rocksdb_store.hpp"

#include <future>
#include <utility>

#include "base/check.hpp"
#include "server/store/clock_watch.hpp"
#include "server/store/embedded/memory/key_filter_file.hpp"
#include "server/store/embedded/recovery.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"

namespace farthing::store::embedded {
namespace {

// Other reads wait meanwhile, so this is small.
constexpr std::size_t kKeysLoadedAtATime = 4'096;

// Publishes the entries of a batch that is synced and applied, as the committer does with its own.
void publish_entries(const std::shared_ptr<const JournalBatch>& batch, const Entries& entries,
                     const std::vector<ledger::PastSpending>& past_spending, WorkingLedger& working,
                     PublishedLedgers& ledgers, FreshOutcomes& outcomes, FreshRecords& records) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ledger::Entry& entry = entries[i];
    auto* organization = working.find(entry.organization);
    if (organization->published == nullptr) {
      organization->published = &ledgers.make(entry.organization);
    }
    organization->published->add_entry(entry.seq, batch->encoded_entry(i), organization->balance());
    const std::string& key = entry.origin.idempotency_key;
    if (!key.empty()) outcomes.add(batch, entry.organization, key, i);
    records.add(batch, entry, i);
  }
  for (const ledger::PastSpending& past : past_spending) records.add(batch->number, past);
}

}  // namespace

Result<std::unique_ptr<RocksdbStore>> RocksdbStore::open(RocksdbOptions options) {
  auto data_directory = DataDirectory::open(options.directory);
  if (!data_directory) return std::move(data_directory).error();
  (*data_directory)->report_warnings(options.on_event);
  if (auto room = check_room_to_start(options.directory); !room) return std::move(room).error();
  if (auto there = check_database(**data_directory); !there) return std::move(there).error();
  auto database =
      Database::open((*data_directory)->database_path(), {.cache_bytes = options.cache_bytes,
                                                          .env = options.env,
                                                          .on_event = options.on_event,
                                                          .merges_later = true});
  if (!database) return std::move(database).error();
  std::unique_ptr<RocksdbStore> store(
      new RocksdbStore(std::move(options), *std::move(data_directory), *std::move(database)));
  if (auto recovered = store->recover(); !recovered) return std::move(recovered).error();
  if (!store->options_.is_started) store->data_directory_->keep();
  return store;
}

RocksdbStore::RocksdbStore(RocksdbOptions options, std::unique_ptr<DataDirectory> data_directory,
                           std::unique_ptr<Database> database)
    : options_(std::move(options)),
      limitations_(options_.on_event),
      clock_(options_.clock != nullptr ? *options_.clock : system_clock_, options_.clock_rules),
      data_directory_(std::move(data_directory)),
      database_(std::move(database)),
      keys_(options_.key_filter_bytes),
      entries_(*database_, published_.ledgers),
      records_(*database_, entries_),
      failure_(options_.on_fatal_error) {}

// Ends the reads first, then the committer, which hands all that it has answered to the deriver,
// which makes it part of the database.
RocksdbStore::~RocksdbStore() {
  background_.finish();
  if (options_.is_started && *options_.is_started) data_directory_->keep();
}

RocksdbStore::KeyKeeper::~KeyKeeper() {
  if (!store_.keys_.is_complete() || store_.failure_.has_happened()) return;
  const auto checkpoint = load_checkpoint(*store_.database_);
  if (!checkpoint) return;
  write_key_filter(store_.data_directory_->key_filter_path(), store_.keys_, *checkpoint);
}

Result<Done> RocksdbStore::recover() {
  DerivedStart start;
  std::future<void> published;  // ends before what it reads
  const auto loaded = load_derived(*database_, start, [&](const directory::Directory& directory) {
    published = std::async(std::launch::async, [&] { published_.directory.follow_all(directory); });
  });
  if (!loaded) return loaded.error();

  // The deriver takes the journal's tail like fresh batches; until then it is served from memory.
  Batches tail;
  auto journal =
      Journal::open(data_directory_->journal_path(),
                    options_.journal_disk != nullptr ? *options_.journal_disk : system_disk_,
                    known_journal(*data_directory_, start.checkpoint), [&](JournalBatch batch) {
                      tail.push_back(std::make_shared<const JournalBatch>(std::move(batch)));
                      return Done{};
                    });
  if (!journal) return std::move(journal).error();
  journal_ = *std::move(journal);
  if (auto marked = data_directory_->bring_up_format(); !marked) return marked;

  const Instant last_mark = tail.empty() ? start.checkpoint.mark : tail.back()->mark;
  // A store that nothing was written to has no mark.
  const auto mark = last_mark == Instant() ? std::nullopt : std::optional(last_mark);
  std::error_code ignored;
  if (std::filesystem::exists(data_directory_->clock_doubt_path(), ignored)) {
    // A stop does not explain a gap that was doubted before it.
    clock_.start_at(mark, EffectiveClock::kLargestLeap);
  } else {
    clock_.start_at(mark);
  }
  watch_clock(clock_, limitations_, Cause::node);
  // The tail changes the directory, so the copy for readers must be complete first.
  published.get();
  FreshOutcomes fresh_outcomes;
  FreshRecords fresh_records;
  WorkingRecords::Erased erased;
  RunCutter cutter(options_.run_bytes);
  auto applied =
      visit_decoded(tail,
                    [&](const std::shared_ptr<const JournalBatch>& batch,
                        const Entries& entries) -> Result<Done> {
                      const auto past = apply_batch(*batch, entries, *start.working);
                      if (!past) return past.error();
                      for (const directory::DirectoryRecord& record : batch->directory_records) {
                        published_.directory.follow(record, start.working->directory());
                      }
                      for (const JournalBatch::EntryPlace& place : batch->audit_records) {
                        auto record = directory::decode_audit_record(batch->encoded(place));
                        CHECK(record);
                        start.audit = directory::head_after(*record);
                        published_.audit.add(*std::move(record));
                      }
                      publish_entries(batch, entries, *past, *start.working, published_.ledgers,
                                      fresh_outcomes, fresh_records);
                      for (const directory::Erasure& erasure : batch->erasures) {
                        erased[erasure] = batch->number;
                      }
                      if (cutter.completes(*batch)) {
                        fresh_outcomes.begin_run();
                        fresh_records.begin_run();
                      }
                      return Done{};
                    });
  if (!applied) return applied;
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
                                               .entries = entries_,
                                               .records = records_,
                                               .failure = failure_},
                                Deriver::Options{.run_bytes = options_.run_bytes,
                                                 .backlog_bytes = options_.backlog_bytes,
                                                 .snapshot_entries = options_.snapshot_entries},
                                std::move(start.states), std::move(start.erased), start.checkpoint);
  for (auto& batch : tail) deriver_->enqueue(std::move(batch));
  disk_ = std::make_unique<DiskSpace>([this] { return data_directory_->free_bytes(); },
                                      options_.disk_marks, limitations_);
  committer_ = std::make_unique<Committer>(
      Committer::Parts{.database = *database_,
                       .keys = keys_,
                       .journal = *journal_,
                       .deriver = *deriver_,
                       .background = background_,
                       .records = records_,
                       .published = published_,
                       .clock = clock_,
                       .disk = *disk_,
                       .failure = failure_,
                       .limitations = limitations_},
      Committer::Options{.max_waiting_commands = options_.max_waiting_commands},
      Committer::Start{.working = std::move(start.working),
                       .last_mark = last_mark,
                       .audit = start.audit,
                       .fresh_outcomes = std::move(fresh_outcomes),
                       .fresh_records = std::move(fresh_records),
                       .erased = std::move(erased)});
  watch_ = std::make_unique<StoreWatch>(StoreWatch::Parts{.disk = *disk_,
                                                          .journal = *journal_,
                                                          .deriver = *deriver_,
                                                          .committer = *committer_,
                                                          .clock = clock_,
                                                          .directory = *data_directory_,
                                                          .failure = failure_,
                                                          .limitations = limitations_});
  shredder_ = std::make_unique<Shredder>(Shredder::Parts{.database = *database_,
                                                         .journal = *journal_,
                                                         .deriver = *deriver_,
                                                         .committer = *committer_,
                                                         .limitations = limitations_},
                                         options_.shred_delay);
  // Until the keys are loaded, every key is looked up in the database.
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

void RocksdbStore::settle(std::span<Movement> movements) {
  SettleRequest request;
  bool has_first = false;
  for (Movement& movement : movements) {
    auto lookup = look_up(movement.command);
    // What cannot be read refuses nobody else.
    if (!lookup) {
      movement.reply(std::move(lookup).error());
      continue;
    }
    SettleRequest::Asked asked{.movement = std::move(movement), .lookup = *std::move(lookup)};
    if (has_first) {
      request.rest.push_back(std::move(asked));
    } else {
      request.first = std::move(asked);
      has_first = true;
    }
  }
  if (has_first) committer_->submit(std::move(request));
}

void RocksdbStore::change(directory::DirectoryCommand command,
                          Reply<directory::DirectoryOutcome> reply) {
  const directory::DirectoryOrigin& origin = command.origin;
  auto receipt = find_receipt(*database_, origin.actor, origin.idempotency_key);
  if (!receipt) return reply(std::move(receipt).error());
  committer_->submit(ChangeRequest{
      .command = std::move(command), .receipt = *std::move(receipt), .reply = std::move(reply)});
}

}  // namespace farthing::store::embedded
