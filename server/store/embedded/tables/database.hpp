// SPDX-License-Identifier: Apache-2.0
// The one RocksDB database of the embedded store: the derived part, and how it is tuned. Only whole
// sorted files are written into it, added to all families at one moment. It therefore has no log
// and no tables in memory, and a crash leaves the derived part as it was after some run. Safe to
// use from any thread. docs/reference/formats.md describes keys and values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "server/ledger/entry.hpp"
#include "server/store/news.hpp"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
class Status;
}  // namespace rocksdb

namespace farthing::store::embedded {

// Stored in the list of erased places: never renumber.
enum class Family : std::uint8_t {
  meta,       // the checkpoint
  entries,    // organization, seq → entry
  outcomes,   // organization, idempotency key → seq
  subjects,   // organization, kind, seq → nothing: the entries of a kind that is listed
  states,     // organization → state
  records,    // organization, own id → record, of what was changed since it was made
  directory,  // kind, ids → directory record
  snapshots,  // organization, seq → state after that entry, of some
  audit,      // number → record of the audit log
  spending,   // organization, caller's key → record of what it had spent when a day was over
};
inline constexpr std::size_t kFamilies = static_cast<std::size_t>(Family::spending) + 1;

// The place of a pair.
struct StoredPlace {
  Family family = Family::meta;
  std::string key;

  friend auto operator<=>(const StoredPlace&, const StoredPlace&) = default;
};
using ErasedPlaces = std::set<StoredPlace>;

struct DatabaseOptions {
  std::size_t cache_bytes = 0;
  rocksdb::Env* env = nullptr;  // null: the system's
  // Gets a line when something cannot be read.
  std::function<void(const std::string&)> on_event = {};
  // Nothing is merged before begin_merging(), so that the reads of a start have the machine for
  // themselves.
  bool merges_later = false;
};

// The cache of a process that only reads what a stopped server has left.
inline constexpr std::size_t kReadingCacheBytes = std::size_t{64} << 20;

enum class Scan : std::uint8_t {
  some,     // of a family; what is read is kept in memory for the next
  through,  // all of it, or nearly, once
};

class Database {
 public:
  // Takes a key and its value, in the order of the keys and each key once.
  using Put = std::function<void(std::string_view key, std::string_view value)>;
  // Calls `put` for every pair of one family.
  using Fill = std::function<void(Family family, const Put& put)>;

  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& directory,
                                                const DatabaseOptions& wanted);
  // Opens a database that is there for reads only and changes nothing on the disk. Families that an
  // earlier version did not have are empty.
  static Result<std::unique_ptr<Database>> open_to_read(const std::filesystem::path& directory,
                                                        const DatabaseOptions& wanted);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Adds what `fill` gives for each family, all of it durable or none. Later values replace earlier
  // ones of the same key. `unavailable` means that the disk was full: everything is as it was, and
  // the same may be tried again. By one thread at a time.
  Result<Done> add_run(const Fill& fill);
  Result<Done> begin_merging();
  // Writes every file anew that may hold an older value of one of these pairs, with what is left of
  // the value (erased_form) in its place. Each file that there was is written once, however many of
  // the pairs it has; runs may be added meanwhile. Ends with `unavailable` once `is_stopped` does.
  // By one thread at a time.
  Result<Done> shred(const ErasedPlaces& places, const std::function<bool()>& is_stopped);
  // Merges the small files that erasures have left beside each other, so that they do not grow in
  // number. What fails is left for the next time. By the thread that shreds.
  void merge_small_files();
  // Returns the number of sorted runs in the family that has most. Many are slow to look into; they
  // are merged in the background.
  std::size_t count_runs() const;
  // Returns the bytes that open files take beside the cache, in all families.
  std::uint64_t memory_beside_cache() const;

  Result<std::optional<std::string>> find(Family family, std::string_view key) const;
  // Finds the last pair from the key `begin` to the key `last`, both included.
  Result<std::optional<std::string>> find_last(Family family, std::string_view begin,
                                               std::string_view last) const;
  // Finds several keys at once; all must be there.
  Result<std::vector<std::string>> find_all(Family family,
                                            const std::vector<std::string>& keys) const;
  // Visits the pairs from `begin` until just before `end` (empty: the family's end) in order, until
  // `visit` returns false. The views are valid until `visit` returns.
  Result<Done> scan(Family family, std::string_view begin, std::string_view end,
                    const std::function<bool(std::string_view, std::string_view)>& visit,
                    Scan how = Scan::some) const;

  // Decodes an entry that was found here.
  Result<ledger::Entry> decode_entry(std::string_view encoded) const;
  // Tells the operator of `what`, something that was found here and is not what it should be, and
  // returns the error for a caller. Where nobody listens to events, the caller is the operator, and
  // the error says all of it.
  Error damaged(const std::string& what) const;

  // Returns at most `parts` - 1 keys, in order, that cut a family into parts of about the same size
  // on the disk.
  std::vector<std::string> cut(Family family, std::size_t parts) const;

 private:
  class Erasing;

  Database(std::filesystem::path run_directory, std::function<void(const std::string&)> tell);
  Result<Done> shred(Family family, const std::vector<std::string>& keys, std::uint64_t last_file,
                     const std::function<bool()>& is_stopped);
  // Writes these files of a level anew, as few.
  rocksdb::Status merge(Family family, const std::vector<std::string>& files, int level);
  void merge_small_files(Family family);
  // Returns roughly how many bytes all pairs before the key take.
  std::uint64_t bytes_before(Family family, std::string_view key) const;
  // Returns the error for a caller; tells the operator as `damaged` does.
  Error read_error(const rocksdb::Status& status) const;
  // Returns null when there is no such family.
  rocksdb::ColumnFamilyHandle* handle(Family family) const;

  const std::filesystem::path run_directory_;  // where runs are written before they are added
  const bool is_heard_;                        // there is somebody else to be told more
  mutable News news_;
  std::shared_ptr<Erasing> erasing_;  // must outlive `db_`
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace farthing::store::embedded
