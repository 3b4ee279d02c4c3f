// SPDX-License-Identifier: Apache-2.0
// The one RocksDB database of the embedded store, and how it is tuned. The journal is written with
// a sync of RocksDB's log and is all that an acknowledgement waits for. Everything else is derived
// from it and written without that log; RocksDB flushes all families at one point (atomic flush),
// so what is found after a crash is the derived part as it was at some point, and the journal in
// full. Safe to use from any thread. docs/reference/formats.md describes keys and values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Env;
class WriteBatch;
}  // namespace rocksdb

namespace farthing::store {

enum class Family : std::uint8_t {
  meta,       // the checkpoint
  journal,    // batch number → journal record
  entries,    // organization, seq → entry
  outcomes,   // organization, idempotency key → seq
  subjects,   // organization, kind, seq of what is listed
  states,     // organization → state
  directory,  // kind, ids → directory record
};

struct DatabaseOptions {
  std::size_t cache_bytes = 0;
  std::size_t journal_bytes = 0;  // of RocksDB's log, about; then all is flushed
  rocksdb::Env* env = nullptr;    // null: the system's
};

class Database {
 public:
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& directory,
                                                const DatabaseOptions& wanted);
  // Closes without a flush: what the journal covers need not be flushed.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Returns when the record is synced. After a failure nothing may be written any more.
  Result<Done> append_to_journal(std::uint64_t number, std::string_view record);

  // Changes to the derived part that take effect together. Not thread-safe.
  class Batch {
   public:
    explicit Batch(Database& database);
    ~Batch();
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    void put(Family family, std::string_view key, std::string_view value);
    // Forgets the journal's records from `first` up to and including `last`.
    void drop_journal(std::uint64_t first, std::uint64_t last);
    std::size_t bytes() const;

   private:
    friend class Database;
    Database& database_;
    std::unique_ptr<rocksdb::WriteBatch> batch_;
  };
  // Writes the batch and empties it. Not durable before the next flush.
  Result<Done> write_derived(Batch& batch);
  // Begins to make everything written so far durable; waits for that only if told to.
  enum class FlushMode { background, wait };
  Result<Done> flush(FlushMode mode);

  Result<std::optional<std::string>> find(Family family, std::string_view key) const;
  // Several keys at once; all must be there.
  Result<std::vector<std::string>> find_all(Family family,
                                            const std::vector<std::string>& keys) const;
  // Visits the pairs from `begin` until just before `end` (empty: the family's end) in order, until
  // `visit` returns false. The views live until it returns.
  Result<Done> scan(Family family, std::string_view begin, std::string_view end,
                    const std::function<bool(std::string_view, std::string_view)>& visit) const;

 private:
  Database() = default;
  rocksdb::ColumnFamilyHandle* handle(Family family) const;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace farthing::store
