// SPDX-License-Identifier: Apache-2.0
// Turns synced journal batches into the derived part, on a thread of its own and far behind the
// acknowledgements. It takes a run at a time, sorts it in memory and adds it to the database with
// the states after it and the checkpoint, all at one moment. Then the journal gives up what the run
// covers, and readers find it in the database. As long as no further run waits, the thread lets
// others go first (docs/internals/embedded-store.md). Public functions may be called from any
// thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/reply.hpp"
#include "server/directory/command.hpp"
#include "server/store/embedded/journal/journal.hpp"
#include "server/store/embedded/journal/journal_record.hpp"
#include "server/store/embedded/journal/write_failure.hpp"
#include "server/store/embedded/memory/key_filter.hpp"
#include "server/store/embedded/memory/published_view.hpp"
#include "server/store/embedded/memory/synced_states.hpp"
#include "server/store/embedded/tables/checkpoint.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/embedded/tables/entry_reads.hpp"
#include "server/store/embedded/tables/erased_places.hpp"
#include "server/store/embedded/tables/record_reads.hpp"
#include "server/store/embedded/tables/run_cutter.hpp"
#include "server/store/embedded/tables/snapshots.hpp"
#include "server/store/embedded/tables/sorted_writes.hpp"

namespace farthing::store::embedded {

class Deriver {
 public:
  struct Options {
    std::size_t run_bytes = 0;      // of journal records; then a run is complete
    std::size_t backlog_bytes = 0;  // beyond so much that is not derived, writes wait
    std::uint64_t snapshot_entries = kSnapshotEntries;  // see snapshots.hpp
  };
  // The parts that it works with; all must outlive it.
  struct Parts {
    Database& database;
    KeyFilter& keys;
    Journal& journal;
    PublishedLedgers& ledgers;
    PublishedAudit& audit;
    const EntryReads& entries;
    const RecordReads& records;
    WriteFailure& failure;
  };

  // `states` and `erased` are as of `checkpoint`.
  Deriver(Parts parts, Options options, SyncedStates states, ErasedList erased,
          Checkpoint checkpoint);
  // Derives what is left, if the disk lets it. What is not derived stays in the journal.
  ~Deriver();
  Deriver(const Deriver&) = delete;
  Deriver& operator=(const Deriver&) = delete;

  // Takes the next batch, which must be synced; batches come in the order of their numbers. Returns
  // whether it completes a run, as a RunCutter of `run_bytes` says.
  bool enqueue(std::shared_ptr<const JournalBatch> batch);
  // Completes the run that is being collected, if it has a batch.
  void cut();
  // Answers once the batch with that number, which must be enqueued, is in the database and all that
  // it erases is erased there. `unavailable` means that this will come later, when the disk has
  // room or after a restart. The answer runs on the deriver's thread, or on the caller's.
  void answer_when_derived(std::uint64_t number, Reply<Done> reply);
  // Waits until there is room for another batch. Returns false when there will be none before the
  // disk has room.
  bool wait_for_room();
  // Returns whether a run waits for room on the disk.
  bool is_disk_full();
  // Returns the number of the last batch that is in the database.
  std::uint64_t position() const { return position_.load(std::memory_order_acquire); }
  // Returns the places whose older values may still be in the database's files.
  ErasedPlaces erased_places();
  // Forgets these, whose older values are in no file any more.
  void forget_erased(const ErasedPlaces& places);

 private:
  struct Run {
    std::vector<std::shared_ptr<const JournalBatch>> batches;
    std::size_t bytes = 0;
    std::ptrdiff_t runs = 0;  // of those that wait, when it was put together of them
  };

  void run();
  void complete_open_run();
  bool wait_for_run(Run& next);
  // Returns when the run is in the database; false when it must stay in the journal.
  bool derive(const Run& run);
  Result<Done> collect(const Run& run);
  Result<Done> collect_entry(std::string_view encoded);
  Result<Done> erase(const directory::EntryTexts& texts);
  Result<Done> erase(const std::set<UserId>& people, const Run& run);
  // Puts the erased form of a value into the run, if there is anything to erase in it.
  void put_erased(Family family, std::string_view key, std::string_view value);
  void collect_erasures(const Run& run);
  Result<Done> collect_record(const ledger::Entry& entry);
  Result<Done> collect_spending(const ledger::PastSpending& past);
  void collect_states();
  void collect_erased_places();
  bool add_to_database();
  // Answers those who wait for a batch up to and including `number`.
  void answer_waiting(std::uint64_t number, const Result<Done>& result);
  void wait_for_merging();
  // Called between any two small pieces of work.
  void step();
  // Rests for that long, or until the deriver is to end; returns true in that case.
  bool rest(std::chrono::milliseconds time);

  const Parts parts_;
  const Options options_;

  // The thread's own.
  SyncedStates states_;
  SortedWrites writes_;
  std::vector<std::pair<OrganizationId, std::uint64_t>> last_seqs_;  // in the run
  std::map<std::pair<Id128, Id128>, ledger::Record> records_;        // that the run changes
  std::map<std::pair<OrganizationId, ApiKeyId>, ledger::SpendingRecord> spending_;  // the same
  std::uint64_t last_audit_number_ = 0;  // in the run, if any
  std::size_t steps_ = 0;
  Checkpoint checkpoint_;
  std::optional<Error> erasure_error_;  // why something in the run could not be erased

  std::atomic<std::uint64_t> position_;
  std::atomic<bool> is_behind_ = false;  // a complete run waits beside the one that is derived

  std::mutex mutex_;  // guards all below
  std::condition_variable has_work_;
  std::condition_variable has_room_;
  RunCutter cutter_;
  std::deque<Run> complete_;
  Run open_;
  std::size_t backlog_bytes_ = 0;  // enqueued and not yet derived
  bool is_disk_full_ = false;
  bool is_ending_ = false;
  bool has_ended_ = false;
  ErasedList erased_;
  std::vector<std::pair<std::uint64_t, Reply<Done>>> waiting_;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace farthing::store::embedded
