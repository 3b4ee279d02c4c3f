// SPDX-License-Identifier: Apache-2.0
#include "server/store/rocksdb/database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <utility>

#include "server/store/rocksdb/derived_keys.hpp"

namespace farthing::store {
namespace {

// Stored: the families' names, in the order of `Family`.
constexpr std::array kFamilyNames = {"default",  "journal", "entries",  "outcomes",
                                     "subjects", "states",  "directory"};

constexpr double kFilterBitsPerKey = 10;
// Sorted runs of a family before some are merged.
constexpr int kMaxRuns = 8;
// In the memtables a filter saves the search for a key that is not there: a share of their size.
constexpr double kMemtableFilterShare = 0.02;

rocksdb::Slice to_slice(std::string_view view) { return {view.data(), view.size()}; }
std::string_view to_view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Error database_error(const rocksdb::Status& status) {
  return make_error(ErrorCode::unavailable, "The store's database failed: " + status.ToString());
}

// For callers of the service, who need not know the names of this machine's files.
Error read_error() {
  return make_error(ErrorCode::unavailable, "The server could not read its disk. Try again later.");
}

rocksdb::CompressionType best_compression() {
  const auto supported = rocksdb::GetSupportedCompressions();
  const bool has_lz4 = std::ranges::find(supported, rocksdb::kLZ4Compression) != supported.end();
  return has_lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
}

rocksdb::DBOptions database_options(const DatabaseOptions& wanted) {
  rocksdb::DBOptions options;
  if (wanted.env != nullptr) options.env = wanted.env;
  // Merging can wait; who waits for an answer cannot.
  options.env->LowerThreadPoolCPUPriority(rocksdb::Env::LOW);
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  // The families that bypass RocksDB's log are only consistent with each other and with the journal
  // when all are flushed at one point.
  options.atomic_flush = true;
  options.max_total_wal_size = 2 * wanted.journal_bytes;
  options.max_background_jobs = 2;
  options.max_open_files = -1;
  options.bytes_per_sync = std::size_t{1} << 20;
  options.keep_log_file_num = 3;
  options.max_log_file_size = std::size_t{1} << 20;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const DatabaseOptions& wanted,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  // Larger than what one journal's worth puts into any family, so that the journal's size says when
  // all are flushed.
  options.write_buffer_size = 4 * wanted.journal_bytes;
  options.max_write_buffer_number = 3;
  options.arena_block_size = std::size_t{128} << 10;
  options.compression = best_compression();
  options.level0_slowdown_writes_trigger = 24;
  options.level0_stop_writes_trigger = 48;

  // What is only ever added to is merged rarely, in runs of like size: levels would write it
  // several times as often. The price is more runs to look into, which is what the filters are for.
  const bool is_append_only =
      family == Family::entries || family == Family::outcomes || family == Family::subjects;
  if (is_append_only) {
    options.compaction_style = rocksdb::kCompactionStyleUniversal;
    options.compaction_options_universal.allow_trivial_move = true;
    options.level0_file_num_compaction_trigger = kMaxRuns;
  }

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  if (is_append_only) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey));
  }
  if (family == Family::outcomes) {
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = kMemtableFilterShare;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& directory,
                                                 const DatabaseOptions& wanted) {
  const auto cache = rocksdb::NewLRUCache(wanted.cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t i = 0; i < kFamilyNames.size(); ++i) {
    families.emplace_back(kFamilyNames[i], family_options(static_cast<Family>(i), wanted, cache));
  }
  std::unique_ptr<Database> database(new Database());
  rocksdb::DB* db = nullptr;
  const auto status = rocksdb::DB::Open(database_options(wanted), directory.string(), families,
                                        &database->handles_, &db);
  database->db_.reset(db);
  if (!status.ok()) return database_error(status);
  return database;
}

Database::~Database() {
  if (!db_) return;
  for (auto* each : handles_) db_->DestroyColumnFamilyHandle(each);
}

rocksdb::ColumnFamilyHandle* Database::handle(Family family) const {
  return handles_[static_cast<std::size_t>(family)];
}

Result<Done> Database::append_to_journal(std::uint64_t number, std::string_view record) {
  rocksdb::WriteOptions options;
  options.sync = true;
  const auto status =
      db_->Put(options, handle(Family::journal), to_slice(journal_key(number)), to_slice(record));
  if (!status.ok()) return database_error(status);
  return Done{};
}

Database::Batch::Batch(Database& database)
    : database_(database), batch_(std::make_unique<rocksdb::WriteBatch>()) {}

Database::Batch::~Batch() = default;

// Filling a batch in memory fails only for want of memory, which throws.
void Database::Batch::put(Family family, std::string_view key, std::string_view value) {
  (void)batch_->Put(database_.handle(family), to_slice(key), to_slice(value));
}

void Database::Batch::drop_journal(std::uint64_t first, std::uint64_t last) {
  const std::string begin = journal_key(first);
  const std::string end = journal_key(last + 1);
  (void)batch_->DeleteRange(database_.handle(Family::journal), to_slice(begin), to_slice(end));
}

std::size_t Database::Batch::bytes() const { return batch_->GetDataSize(); }

Result<Done> Database::write_derived(Batch& batch) {
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  const auto status = db_->Write(options, batch.batch_.get());
  batch.batch_->Clear();
  if (!status.ok()) return database_error(status);
  return Done{};
}

Result<Done> Database::flush(FlushMode mode) {
  rocksdb::FlushOptions options;
  options.wait = mode == FlushMode::wait;
  const auto status = db_->Flush(options, handles_);
  if (!status.ok()) return database_error(status);
  return Done{};
}

Result<std::optional<std::string>> Database::find(Family family, std::string_view key) const {
  std::string value;
  const auto status = db_->Get(rocksdb::ReadOptions(), handle(family), to_slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return read_error();
  return std::optional(std::move(value));
}

Result<std::vector<std::string>> Database::find_all(Family family,
                                                    const std::vector<std::string>& keys) const {
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  const std::vector<rocksdb::ColumnFamilyHandle*> families(keys.size(), handle(family));
  std::vector<std::string> values;
  for (const auto& status : db_->MultiGet(rocksdb::ReadOptions(), families, slices, &values)) {
    if (!status.ok()) return read_error();
  }
  return values;
}

Result<Done> Database::scan(
    Family family, std::string_view begin, std::string_view end,
    const std::function<bool(std::string_view, std::string_view)>& visit) const {
  rocksdb::ReadOptions options;
  const rocksdb::Slice upper_bound = to_slice(end);
  if (!end.empty()) options.iterate_upper_bound = &upper_bound;
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options, handle(family)));
  for (at->Seek(to_slice(begin)); at->Valid(); at->Next()) {
    if (!visit(to_view(at->key()), to_view(at->value()))) break;
  }
  if (!at->status().ok()) return read_error();
  return Done{};
}

}  // namespace farthing::store
