// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/tables/database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/metadata.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstring>
#include <limits>
#include <map>
#include <shared_mutex>
#include <thread>
#include <utility>

#include "base/bytes.hpp"
#include "server/ledger/soundness.hpp"
#include "server/store/embedded/tables/derived_keys.hpp"
#include "server/store/embedded/tables/erased_places.hpp"

namespace farthing::store::embedded {
namespace {

// Stored: the families' names, in the order of `Family`.
constexpr std::array kFamilyNames = {"default", "entries",   "outcomes",  "subjects", "states",
                                     "records", "directory", "snapshots", "audit",    "spending"};
static_assert(kFamilyNames.size() == kFamilies);

constexpr double kFilterBitsPerKey = 10;
// The number of sorted runs in a family at which some are merged.
constexpr int kRunsToCompact = 8;
// The most older values of a key that a scan steps over. Each run may have one, and looking into
// every run for the next key would cost more.
constexpr std::uint64_t kMostSkipped = 1'000;
// A file that is in a merge is waited for.
constexpr std::size_t kMostFailedShreds = 1'200;
constexpr std::chrono::milliseconds kShredRetryInterval{50};
// An erasure makes files smaller than this. So many of them that lie beside each other are merged.
constexpr std::uint64_t kSmallFileBytes = std::uint64_t{256} << 10;
constexpr std::size_t kSmallFilesToMerge = 8;
constexpr std::size_t kReadAheadBytes = std::size_t{256} << 10;

// The families whose values are erased.
constexpr std::array kErasedFamilies = {Family::entries, Family::directory, Family::audit};

rocksdb::Slice to_slice(std::string_view view) { return {view.data(), view.size()}; }
std::string_view to_view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Error database_error(const rocksdb::Status& status) {
  return make_error(ErrorCode::unavailable, "The store's database failed: " + status.ToString());
}

// Returns the error for the operator who opens the database.
Error opening_error(const rocksdb::Status& status) {
  if (!status.IsCorruption()) return database_error(status);
  std::string what = status.ToString();
  // For a file that is gone the database names the one that it has looked for last, which older
  // versions of it made.
  constexpr std::string_view kOlderName = ".ldb";
  for (std::size_t at = 0; (at = what.find(kOlderName, at)) != std::string::npos;) {
    what.replace(at, kOlderName.size(), ".sst");
  }
  return make_error(ErrorCode::server_error,
                    "The data directory is damaged: " + what + ". Restore it from a backup.");
}

// Returns whether the failure ends when there is room again.
bool is_for_want_of_room(const rocksdb::Status& status) {
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::SubCode::kNoSpace) return true;
  // The database tells these only by their names, as text.
  const std::string text = status.ToString();
  return std::ranges::any_of(std::array{ENOSPC, EDQUOT, EFBIG}, [&text](int number) {
    return text.find(std::strerror(number)) != std::string::npos;
  });
}

rocksdb::CompressionType best_compression() {
  const auto supported = rocksdb::GetSupportedCompressions();
  const bool has_lz4 = std::ranges::find(supported, rocksdb::kLZ4Compression) != supported.end();
  return has_lz4 ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
}

// Drops what RocksDB notes about its work. It would keep that in files of its own, and end the
// process when it writes a line after one for which the disk had no room. What concerns the store
// comes back as a status.
class NoNotes final : public rocksdb::Logger {
 public:
  NoNotes() : Logger(rocksdb::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::DBOptions database_options(const DatabaseOptions& wanted) {
  rocksdb::DBOptions options;
  if (wanted.env != nullptr) options.env = wanted.env;
  // Merging can wait; a caller who waits for an answer cannot.
  options.env->LowerThreadPoolCPUPriority(rocksdb::Env::LOW);
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_background_jobs = 2;
  options.max_open_files = -1;
  options.bytes_per_sync = std::size_t{1} << 20;
  options.info_log = std::make_shared<NoNotes>();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(Family family,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.compression = best_compression();
  options.max_sequential_skip_in_iterations = kMostSkipped;

  // Families that are only added to are merged rarely, in runs of similar size: levels would write
  // them several times as often. The price is more runs to look into, which is what the filters are
  // for.
  const bool is_append_only = family == Family::entries || family == Family::outcomes ||
                              family == Family::subjects || family == Family::records ||
                              family == Family::snapshots || family == Family::audit ||
                              family == Family::spending;
  if (is_append_only) {
    options.compaction_style = rocksdb::kCompactionStyleUniversal;
    // An erasure adds a few pairs alone. Moved as they are, such files would only get more.
    options.compaction_options_universal.allow_trivial_move =
        family != Family::entries && family != Family::audit;
    options.level0_file_num_compaction_trigger = kRunsToCompact;
  }

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  // The newest that RocksDB 7.8 reads, whatever a newer one would write by itself: so a data
  // directory may be moved between Debian 12 and 13.
  table.format_version = 5;
  // Indexes and filters are kept in the cache, in pieces, like the blocks that they find. Outside
  // the cache they would take some bytes of memory for each movement that was ever booked.
  table.cache_index_and_filter_blocks = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  if (is_append_only) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsPerKey));
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// Returns options without compression: runs are compressed when they are first merged, which is
// soon and in the background.
rocksdb::Options run_options(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle) {
  rocksdb::Options options = db.GetOptions(handle);
  options.compression = rocksdb::kNoCompression;
  return options;
}

// The file of one family on its way into the database.
class RunFile {
 public:
  RunFile(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle, std::string path)
      : handle_(handle),
        path_(std::move(path)),
        options_(run_options(db, handle)),
        writer_(rocksdb::EnvOptions(options_), options_, handle) {}

  void put(std::string_view key, std::string_view value) {
    if (!is_begun_) {
      is_begun_ = true;
      status_ = writer_.Open(path_);
    }
    if (status_.ok()) status_ = writer_.Put(to_slice(key), to_slice(value));
  }
  // Finishes and syncs the file.
  rocksdb::Status finish() {
    if (is_begun_ && status_.ok()) status_ = writer_.Finish();
    return status_;
  }
  bool is_empty() const { return !is_begun_; }
  rocksdb::IngestExternalFileArg argument() const {
    rocksdb::IngestExternalFileArg argument;
    argument.column_family = handle_;
    argument.external_files = {path_};
    argument.options.move_files = true;
    argument.options.write_global_seqno = false;
    return argument;
  }

 private:
  rocksdb::ColumnFamilyHandle* handle_;
  std::string path_;
  rocksdb::Options options_;
  rocksdb::SstFileWriter writer_;
  rocksdb::Status status_;
  bool is_begun_ = false;
};

// Removes whatever a run that was not added left behind.
rocksdb::Status clear_directory(rocksdb::Env* env, const std::string& directory) {
  if (auto status = env->CreateDirIfMissing(directory); !status.ok()) return status;
  std::vector<std::string> names;
  if (auto status = env->GetChildren(directory, &names); !status.ok()) return status;
  for (const std::string& name : names) {
    if (auto status = env->DeleteFile(std::filesystem::path(directory) / name); !status.ok())
      return status;
  }
  return rocksdb::Status::OK();
}

std::vector<rocksdb::ColumnFamilyDescriptor> all_families(const DatabaseOptions& wanted) {
  const auto cache = rocksdb::NewLRUCache(wanted.cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t i = 0; i < kFamilies; ++i) {
    families.emplace_back(kFamilyNames[i], family_options(static_cast<Family>(i), cache));
    families.back().options.disable_auto_compactions = wanted.merges_later;
  }
  return families;
}

}  // namespace

// The pairs whose values lose what was erased in them whenever a file is written anew. Safe to use
// from any thread.
class Database::Erasing {
 public:
  void set(ErasedPlaces places) {
    const std::lock_guard lock(mutex_);
    places_ = std::move(places);
  }
  bool is_empty() const {
    const std::shared_lock lock(mutex_);
    return places_.empty();
  }
  std::optional<std::string> find_form(const StoredPlace& place, std::string_view value) const {
    {
      const std::shared_lock lock(mutex_);
      if (!places_.contains(place)) return {};
    }
    return erased_form(place.family, value);
  }

  // Makes the filters of one family's merges; none while nothing is being erased.
  class Filters final : public rocksdb::CompactionFilterFactory {
   public:
    Filters(std::shared_ptr<const Erasing> erasing, Family family)
        : erasing_(std::move(erasing)), family_(family) {}
    const char* Name() const override { return "farthing.erasing"; }
    std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
        const rocksdb::CompactionFilter::Context& /*context*/) override {
      if (erasing_->is_empty()) return nullptr;
      return std::make_unique<Filter>(erasing_, family_);
    }

   private:
    const std::shared_ptr<const Erasing> erasing_;
    const Family family_;
  };

 private:
  class Filter final : public rocksdb::CompactionFilter {
   public:
    Filter(std::shared_ptr<const Erasing> erasing, Family family)
        : erasing_(std::move(erasing)), family_(family) {}
    const char* Name() const override { return "farthing.erasing"; }
    Decision FilterV2(int /*level*/, const rocksdb::Slice& key, ValueType /*type*/,
                      const rocksdb::Slice& value, std::string* new_value,
                      std::string* /*skip_until*/) const override {
      auto form = erasing_->find_form({.family = family_, .key = key.ToString()}, to_view(value));
      if (!form) return Decision::kKeep;
      *new_value = *std::move(form);
      return Decision::kChangeValue;
    }

   private:
    const std::shared_ptr<const Erasing> erasing_;
    const Family family_;
  };

  mutable std::shared_mutex mutex_;  // guards all below
  ErasedPlaces places_;
};

Result<std::unique_ptr<Database>> Database::open_to_read(const std::filesystem::path& directory,
                                                         const DatabaseOptions& wanted) {
  std::unique_ptr<Database> database(new Database(directory / "runs", wanted.on_event));
  const rocksdb::DBOptions options = database_options(wanted);
  std::vector<std::string> present;
  auto status = rocksdb::DB::ListColumnFamilies(options, directory.string(), &present);
  if (!status.ok()) return opening_error(status);
  // An earlier version, which lacked some families, may have written the database.
  auto families = all_families(wanted);
  std::erase_if(families, [&present](const rocksdb::ColumnFamilyDescriptor& family) {
    return std::ranges::find(present, family.name) == present.end();
  });
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  status = rocksdb::DB::OpenForReadOnly(options, directory.string(), families, &handles, &db);
  database->db_.reset(db);
  if (!status.ok()) return opening_error(status);
  for (const char* name : kFamilyNames) {
    const auto found = std::ranges::find(families, name, &rocksdb::ColumnFamilyDescriptor::name);
    const auto place = static_cast<std::size_t>(found - families.begin());
    database->handles_.push_back(found == families.end() ? nullptr : handles[place]);
  }
  return database;
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& directory,
                                                 const DatabaseOptions& wanted) {
  std::unique_ptr<Database> database(new Database(directory / "runs", wanted.on_event));
  auto families = all_families(wanted);
  for (const Family family : kErasedFamilies) {
    families[static_cast<std::size_t>(family)].options.compaction_filter_factory =
        std::make_shared<Erasing::Filters>(database->erasing_, family);
  }
  rocksdb::DB* db = nullptr;
  auto status = rocksdb::DB::Open(database_options(wanted), directory.string(), families,
                                  &database->handles_, &db);
  database->db_.reset(db);
  if (status.ok()) status = clear_directory(db->GetEnv(), database->run_directory_.string());
  if (!status.ok()) return opening_error(status);
  return database;
}

Database::Database(std::filesystem::path run_directory,
                   std::function<void(const std::string&)> tell)
    : run_directory_(std::move(run_directory)),
      is_heard_(tell != nullptr),
      news_(std::move(tell)),
      erasing_(std::make_shared<Erasing>()) {}

// Tells the details to the operator only: callers need not know the names of this machine's files.
Error Database::read_error(const rocksdb::Status& status) const {
  if (status.IsCorruption()) return damaged(status.ToString());
  if (!is_heard_) return database_error(status);
  news_.say("the database could not be read: " + status.ToString());
  return make_error(ErrorCode::unavailable, "The server could not read its disk. Try again later.");
}

Error Database::damaged(const std::string& what) const {
  if (!is_heard_) {
    return make_error(ErrorCode::server_error,
                      "The data directory is damaged: " + what + ". Restore it from a backup.");
  }
  news_.say("the data directory is damaged: " + what + "; restore it from a backup");
  return make_error(ErrorCode::server_error,
                    "What the server has stored about this cannot be read, so nothing was done. "
                    "The operator finds the place in the server's log.");
}

Result<ledger::Entry> Database::decode_entry(std::string_view encoded) const {
  auto entry = ledger::decode_entry(encoded);
  if (entry && ledger::is_sound(*entry)) return *std::move(entry);
  return damaged("an entry cannot be read");
}

Database::~Database() {
  if (!db_) return;
  for (auto* each : handles_) {
    if (each != nullptr) db_->DestroyColumnFamilyHandle(each);
  }
}

Result<Done> Database::begin_merging() {
  const auto status = db_->EnableAutoCompaction(handles_);
  if (!status.ok()) return database_error(status);
  return Done{};
}

rocksdb::ColumnFamilyHandle* Database::handle(Family family) const {
  return handles_[static_cast<std::size_t>(family)];
}

Result<Done> Database::add_run(const Fill& fill) {
  // A full disk may also have stopped the database itself.
  rocksdb::Status status = db_->Resume();
  if (status.ok()) status = clear_directory(db_->GetEnv(), run_directory_.string());
  std::vector<rocksdb::IngestExternalFileArg> arguments;
  for (std::size_t i = 0; i < kFamilies && status.ok(); ++i) {
    const auto family = static_cast<Family>(i);
    RunFile file(*db_, handle(family), (run_directory_ / kFamilyNames[i]).string());
    fill(family, [&file](std::string_view key, std::string_view value) { file.put(key, value); });
    status = file.finish();
    if (!file.is_empty()) arguments.push_back(file.argument());
  }
  if (status.ok() && !arguments.empty()) status = db_->IngestExternalFiles(arguments);
  if (status.ok()) return Done{};
  Error error = database_error(status);
  if (!is_for_want_of_room(status)) error.code = ErrorCode::server_error;
  return error;
}

Result<Done> Database::shred(const ErasedPlaces& places, const std::function<bool()>& is_stopped) {
  erasing_->set(places);
  // A merge that began before would write files of its own without a filter, so it ends first.
  if (const auto paused = db_->PauseBackgroundWork(); !paused.ok()) {
    erasing_->set({});
    return database_error(paused);
  }
  std::vector<rocksdb::LiveFileMetaData> files;
  db_->GetLiveFilesMetaData(&files);
  (void)db_->ContinueBackgroundWork();
  std::uint64_t last_file = 0;
  for (const auto& file : files) last_file = std::max(last_file, file.file_number);
  std::map<Family, std::vector<std::string>> keys;
  for (const StoredPlace& place : places) keys[place.family].push_back(place.key);
  Result<Done> done = Done{};
  for (const auto& [family, sorted] : keys) {
    if (done) done = shred(family, sorted, last_file, is_stopped);
  }
  erasing_->set({});
  return done;
}

// Writes the files up to `last_file` anew, one at a time: each keeps its place among the others.
Result<Done> Database::shred(Family family, const std::vector<std::string>& keys,
                             std::uint64_t last_file, const std::function<bool()>& is_stopped) {
  const auto may_hold = [&](const rocksdb::SstFileMetaData& file) {
    if (file.file_number > last_file) return false;
    const auto first = std::ranges::lower_bound(keys, file.smallestkey);
    return first != keys.end() && *first <= file.largestkey;
  };
  for (std::size_t failed = 0; failed <= kMostFailedShreds;) {
    if (is_stopped()) return make_error(ErrorCode::unavailable, "the server is stopping");
    merge_small_files(family);
    rocksdb::ColumnFamilyMetaData content;
    db_->GetColumnFamilyMetaData(handle(family), &content);
    bool is_any = false;
    rocksdb::Status status;
    for (const rocksdb::LevelMetaData& level : content.levels) {
      const auto file = std::ranges::find_if(level.files, may_hold);
      if (file == level.files.end()) continue;
      is_any = true;
      status = merge(family, {file->name}, level.level);
      break;
    }
    if (!is_any) return Done{};
    if (status.ok()) continue;
    // The file may be in a merge, which writes it anew as well.
    if (++failed > kMostFailedShreds) return database_error(status);
    std::this_thread::sleep_for(kShredRetryInterval);
  }
  return Done{};
}

rocksdb::Status Database::merge(Family family, const std::vector<std::string>& files, int level) {
  rocksdb::CompactionOptions options;
  options.compression = best_compression();
  return db_->CompactFiles(options, handle(family), files, level);
}

void Database::merge_small_files() {
  for (const Family family : kErasedFamilies) merge_small_files(family);
}

// RocksDB puts a file that overlaps no other into a level as it is. All of a level count as one run,
// so it never sees a reason to merge them.
void Database::merge_small_files(Family family) {
  rocksdb::ColumnFamilyMetaData content;
  db_->GetColumnFamilyMetaData(handle(family), &content);
  for (const rocksdb::LevelMetaData& level : content.levels) {
    if (level.level == 0) continue;
    std::vector<std::string> beside;
    const auto merge_those = [&] {
      // Those that are in a merge are looked at again the next time.
      if (beside.size() >= kSmallFilesToMerge) (void)merge(family, beside, level.level);
      beside.clear();
    };
    for (const rocksdb::SstFileMetaData& file : level.files) {
      if (file.size >= kSmallFileBytes || file.being_compacted) {
        merge_those();
      } else {
        beside.push_back(file.name);
      }
    }
    merge_those();
  }
}

std::size_t Database::count_runs() const {
  std::size_t most = 0;
  for (auto* family : handles_) {
    std::uint64_t runs = 0;
    if (db_->GetIntProperty(family, "rocksdb.num-files-at-level0", &runs)) {
      most = std::max(most, static_cast<std::size_t>(runs));
    }
  }
  return most;
}

std::uint64_t Database::memory_beside_cache() const {
  std::uint64_t all = 0;
  for (auto* family : handles_) {
    std::uint64_t bytes = 0;
    if (db_->GetIntProperty(family, "rocksdb.estimate-table-readers-mem", &bytes)) all += bytes;
  }
  return all;
}

Result<std::optional<std::string>> Database::find(Family family, std::string_view key) const {
  if (handle(family) == nullptr) return std::optional<std::string>();
  std::string value;
  const auto status = db_->Get(rocksdb::ReadOptions(), handle(family), to_slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return read_error(status);
  return std::optional(std::move(value));
}

Result<std::optional<std::string>> Database::find_last(Family family, std::string_view begin,
                                                       std::string_view last) const {
  if (handle(family) == nullptr) return std::optional<std::string>();
  const std::unique_ptr<rocksdb::Iterator> at(
      db_->NewIterator(rocksdb::ReadOptions(), handle(family)));
  at->SeekForPrev(to_slice(last));
  if (!at->status().ok()) return read_error(at->status());
  if (!at->Valid() || to_view(at->key()) < begin) return std::optional<std::string>();
  return std::optional(at->value().ToString());
}

Result<std::vector<std::string>> Database::find_all(Family family,
                                                    const std::vector<std::string>& keys) const {
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  const std::vector<rocksdb::ColumnFamilyHandle*> families(keys.size(), handle(family));
  std::vector<std::string> values;
  for (const auto& status : db_->MultiGet(rocksdb::ReadOptions(), families, slices, &values)) {
    if (!status.ok()) return read_error(status);
  }
  return values;
}

Result<Done> Database::scan(Family family, std::string_view begin, std::string_view end,
                            const std::function<bool(std::string_view, std::string_view)>& visit,
                            Scan how) const {
  if (handle(family) == nullptr) return Done{};
  rocksdb::ReadOptions options;
  const rocksdb::Slice upper_bound = to_slice(end);
  if (!end.empty()) options.iterate_upper_bound = &upper_bound;
  if (how == Scan::through) {
    options.fill_cache = false;
    options.readahead_size = kReadAheadBytes;
  }
  const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(options, handle(family)));
  for (at->Seek(to_slice(begin)); at->Valid(); at->Next()) {
    if (!visit(to_view(at->key()), to_view(at->value()))) break;
  }
  if (!at->status().ok()) return read_error(at->status());
  return Done{};
}

std::vector<std::string> Database::cut(Family family, std::size_t parts) const {
  const auto key_of = [](std::uint64_t prefix) {
    std::string key;
    ByteWriter(key).fixed(prefix);
    return key;
  };
  constexpr auto kLast = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t all = bytes_before(family, key_of(kLast));
  std::vector<std::string> cuts;
  for (std::size_t i = 1; i < parts; ++i) {
    std::uint64_t low = 0;
    for (std::uint64_t high = kLast; low < high;) {
      const std::uint64_t middle = low + (high - low) / 2;
      if (bytes_before(family, key_of(middle)) < all / parts * i) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    std::string key = key_of(low);
    if (cuts.empty() || cuts.back() < key) cuts.push_back(std::move(key));
  }
  return cuts;
}

std::uint64_t Database::bytes_before(Family family, std::string_view key) const {
  if (handle(family) == nullptr) return 0;
  const rocksdb::Range range(rocksdb::Slice(), to_slice(key));
  std::uint64_t size = 0;
  const rocksdb::Status status = db_->GetApproximateSizes(handle(family), &range, 1, &size);
  return status.ok() ? size : 0;
}

}  // namespace farthing::store::embedded
