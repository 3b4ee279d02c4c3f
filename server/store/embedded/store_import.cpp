// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/store_import.hpp"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.hpp"
#include "server/store/embedded/journal/disk_space.hpp"
#include "server/store/embedded/recovery.hpp"

namespace farthing::store::embedded {
namespace {

// Nobody asks the filter, so its size does not matter.
constexpr std::size_t kKeyFilterBytes = 1;

ledger::Entry decode(std::string_view stored) {
  auto entry = ledger::decode_entry(stored);
  CHECK(entry);
  return *std::move(entry);
}

}  // namespace

Result<std::unique_ptr<StoreImport>> StoreImport::open(RocksdbOptions options) {
  auto data_directory = DataDirectory::open(options.directory, Unfinished::accepted);
  if (!data_directory) return std::move(data_directory).error();
  (*data_directory)->report_warnings(options.on_event);
  if (auto room = check_room_to_start(options.directory); !room) return std::move(room).error();
  if (auto there = check_database(**data_directory); !there) return std::move(there).error();
  auto database = Database::open((*data_directory)->database_path(),
                                 {.cache_bytes = options.cache_bytes, .env = options.env});
  if (!database) return std::move(database).error();
  std::unique_ptr<StoreImport> import(
      new StoreImport(std::move(options), *std::move(data_directory), *std::move(database)));
  if (auto recovered = import->recover(); !recovered) return std::move(recovered).error();
  return import;
}

StoreImport::StoreImport(RocksdbOptions options, std::unique_ptr<DataDirectory> data_directory,
                         std::unique_ptr<Database> database)
    : options_(std::move(options)),
      data_directory_(std::move(data_directory)),
      database_(std::move(database)),
      keys_(kKeyFilterBytes),
      entries_(*database_, ledgers_),
      records_(*database_, entries_),
      failure_(options_.on_fatal_error) {}

Result<Done> StoreImport::recover() {
  DerivedStart start;
  if (const auto loaded = load_derived(*database_, start); !loaded) return loaded.error();
  std::vector<std::shared_ptr<const JournalBatch>> tail;
  auto journal =
      Journal::open(data_directory_->journal_path(),
                    options_.journal_disk != nullptr ? *options_.journal_disk : system_disk_,
                    known_journal(*data_directory_, start.checkpoint), [&](JournalBatch batch) {
                      tail.push_back(std::make_shared<const JournalBatch>(std::move(batch)));
                      return apply_batch(*tail.back(), *start.working);
                    });
  if (!journal) return std::move(journal).error();
  journal_ = *std::move(journal);
  if (auto marked = data_directory_->bring_up_format(); !marked) return marked;
  working_ = std::move(start.working);
  last_act_ = start.audit.number;
  mark_ = tail.empty() ? start.checkpoint.mark : tail.back()->mark;
  working_->for_each([this](WorkingLedger::Organization& organization) {
    organization.published = &ledgers_.make(organization.state.organization);
  });
  deriver_ =
      std::make_unique<Deriver>(Deriver::Parts{.database = *database_,
                                               .keys = keys_,
                                               .journal = *journal_,
                                               .ledgers = ledgers_,
                                               .audit = audit_,
                                               .entries = entries_,
                                               .records = records_,
                                               .failure = failure_},
                                Deriver::Options{.run_bytes = options_.run_bytes,
                                                 .backlog_bytes = options_.backlog_bytes,
                                                 .snapshot_entries = options_.snapshot_entries},
                                std::move(start.states), std::move(start.erased), start.checkpoint);
  for (const auto& batch : tail) enqueue(batch);
  return Done{};
}

Result<bool> StoreImport::is_empty() const {
  const directory::Directory& directory = working_->directory();
  return directory.list_users({.after = {}, .limit = 1}).records.empty() &&
         directory.list_organizations({}, {.after = {}, .limit = 1}).records.empty();
}

Result<std::optional<std::string>> StoreImport::read_mark() const {
  return data_directory_->read_copy_mark();
}

Result<Done> StoreImport::set_mark(const std::string& mark) {
  auto marked = data_directory_->set_copy_mark(mark);
  // From here on an interrupted copy can be continued.
  if (marked) data_directory_->keep();
  return marked;
}

Result<Done> StoreImport::clear_mark() { return data_directory_->clear_copy_mark(); }

Result<std::optional<EntryPlace>> StoreImport::find_last_entry() const {
  std::optional<EntryPlace> last;
  working_->for_each([&last](const WorkingLedger::Organization& organization) {
    const ledger::OrganizationState& state = organization.state;
    if (state.last_seq == 0) return;
    const EntryPlace place{.organization = state.organization, .seq = state.last_seq};
    if (!last || *last < place) last = place;
  });
  return last;
}

Result<Done> StoreImport::make_room() {
  if (failure_.has_happened()) {
    return make_error(ErrorCode::unavailable, "The disk of the data directory has failed.");
  }
  if (journal_->wants_reserve()) (void)journal_->make_reserve();
  const bool has_room = deriver_->wait_for_room() && journal_->has_room() &&
                        data_directory_->free_bytes() >= options_.disk_marks.movements_bytes;
  if (has_room) return Done{};
  return make_error(ErrorCode::unavailable, "The disk of the data directory is full.");
}

Result<Done> StoreImport::put_directory(std::span<const directory::DirectoryRecord> records) {
  if (auto room = make_room(); !room) return room;
  const auto batch = std::make_shared<JournalBatch>();
  JournalRecordWriter writer(*batch, journal_->last_number() + 1, mark_);
  for (const directory::DirectoryRecord& record : records) {
    working_->apply(record);
    writer.add(record);
  }
  writer.finish();
  if (auto appended = journal_->append(*batch); !appended) return appended;
  enqueue(batch);
  return Done{};
}

Result<Done> StoreImport::add_entries(std::span<const TransferEntry> entries) {
  if (auto room = make_room(); !room) return room;
  for (const TransferEntry& entry : entries) {
    const auto decoded = ledger::decode_entry(entry.stored);
    if (decoded) mark_ = std::max(mark_, decoded->at);
  }
  const auto batch = std::make_shared<JournalBatch>();
  JournalRecordWriter writer(*batch, journal_->last_number() + 1, mark_);
  for (const TransferEntry& entry : entries) writer.add_entry(entry.stored);
  writer.finish();
  // Fails for entries that do not follow what is there.
  if (auto applied = apply_batch(*batch, *working_); !applied) return applied;
  if (auto appended = journal_->append(*batch); !appended) return appended;
  enqueue(batch);
  return Done{};
}

Result<Done> StoreImport::add_acts(std::span<const directory::AuditRecord> acts) {
  if (auto room = make_room(); !room) return room;
  // Acts come after all entries, so the time that one of them set back to stays the mark.
  for (const directory::AuditRecord& act : acts) {
    mark_ = directory::find_set_back(act.act).value_or(std::max(mark_, act.at));
  }
  const auto batch = std::make_shared<JournalBatch>();
  JournalRecordWriter writer(*batch, journal_->last_number() + 1, mark_);
  for (const directory::AuditRecord& act : acts) writer.add(act);
  writer.finish();
  if (auto appended = journal_->append(*batch); !appended) return appended;
  enqueue(batch);
  return Done{};
}

void StoreImport::enqueue(const std::shared_ptr<const JournalBatch>& batch) {
  for (const directory::DirectoryRecord& record : batch->directory_records) {
    if (const auto* made = std::get_if<directory::Organization>(&record)) {
      working_->find(made->id)->published = &ledgers_.make(made->id);
    }
  }
  // The deriver looks among the published entries for the maker of a record.
  for (std::size_t i = 0; i < batch->entries.size(); ++i) {
    const ledger::Entry entry = decode(batch->encoded_entry(i));
    const auto* organization = working_->find(entry.organization);
    organization->published->add_entry(entry.seq, batch->encoded_entry(i), organization->balance());
  }
  if (!batch->audit_records.empty()) {
    const auto last = directory::decode_audit_record(batch->encoded(batch->audit_records.back()));
    CHECK(last);
    last_act_ = last->number;
  }
  (void)deriver_->enqueue(batch);
}

}  // namespace farthing::store::embedded
