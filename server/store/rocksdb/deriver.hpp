// SPDX-License-Identifier: Apache-2.0
// Turns synced journal batches into the derived part, on a thread of its own and behind the
// acknowledgements: entries and their indexes as they come, states and the checkpoint whenever
// about `checkpoint_bytes` of the journal have passed. It also runs the reads of entries, which so
// see everything that was answered before they began. Public functions may be called from any
// thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/callback.hpp"
#include "server/store/rocksdb/checkpoint.hpp"
#include "server/store/rocksdb/database.hpp"
#include "server/store/rocksdb/journal_record.hpp"
#include "server/store/rocksdb/sorted_writes.hpp"
#include "server/store/rocksdb/synced_states.hpp"
#include "server/store/rocksdb/write_failure.hpp"

namespace farthing::store {

class Deriver {
 public:
  struct Options {
    std::size_t checkpoint_bytes = 0;
    std::size_t backlog_bytes = 0;
  };
  using Read = Callback<void(const SyncedStates&)>;

  // `states` are as of `checkpoint`, or ahead of it. `database` and `failure` must outlive the
  // deriver.
  Deriver(Database& database, WriteFailure& failure, Options options, SyncedStates states,
          Checkpoint checkpoint);
  // Derives what is left, writes a checkpoint and makes it durable.
  ~Deriver();
  Deriver(const Deriver&) = delete;
  Deriver& operator=(const Deriver&) = delete;

  // Batches come in the order of their numbers, synced.
  void enqueue(std::shared_ptr<const JournalBatch> batch);
  // Waits until there is room for another batch.
  void wait_for_room();
  // Runs `read` on the deriver's thread, when all that was enqueued before is derived.
  void read(Read read);
  // The last batch whose entries can be found in the database.
  std::uint64_t position() const { return position_.load(std::memory_order_acquire); }

 private:
  // Values that are made here live in it until they are written.
  class SmallValues {
   public:
    std::string_view keep(std::string value) { return values_.emplace_back(std::move(value)); }

   private:
    std::deque<std::string> values_;
  };
  struct Work {
    std::vector<std::shared_ptr<const JournalBatch>> batches;
    std::vector<Read> reads;
    bool is_last = false;
  };

  void run();
  Work wait_for_work();
  Result<Done> derive(const std::vector<std::shared_ptr<const JournalBatch>>& batches);
  void derive_entry(std::string_view encoded, SmallValues& values);
  Result<Done> write_if_large();
  Result<Done> write_checkpoint(Database::FlushMode flush);

  Database& database_;
  WriteFailure& failure_;
  const Options options_;

  // The thread's own.
  SyncedStates states_;
  SortedWrites writes_;
  Database::Batch batch_;
  Checkpoint checkpoint_;  // written
  Checkpoint derived_;
  std::size_t bytes_since_checkpoint_ = 0;

  std::atomic<std::uint64_t> position_;

  std::mutex mutex_;  // guards all below
  std::condition_variable has_work_;
  std::condition_variable has_room_;
  Work waiting_;
  std::size_t backlog_bytes_ = 0;  // enqueued and not yet derived

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace farthing::store
