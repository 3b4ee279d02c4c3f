// SPDX-License-Identifier: Apache-2.0
// The one thread that decides. It takes all requests that wait, decides them in order on the
// working state, writes one journal record with one sync for all of them, publishes, and only then
// answers: whatever an answer was decided upon is on disk. The same thread books what fell due when
// nothing else does. Public functions may be called from any thread; answers run on the
// committer's.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "server/ledger/booked.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/embedded/background_thread.hpp"
#include "server/store/embedded/commit_batch.hpp"
#include "server/store/embedded/commit_request.hpp"
#include "server/store/embedded/journal/disk_space.hpp"
#include "server/store/embedded/journal/journal.hpp"
#include "server/store/embedded/journal/write_failure.hpp"
#include "server/store/embedded/memory/key_filter.hpp"
#include "server/store/embedded/memory/published_view.hpp"
#include "server/store/embedded/memory/working_ledger.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/embedded/tables/deriver.hpp"
#include "server/store/embedded/tables/record_reads.hpp"
#include "server/store/embedded/working_records.hpp"
#include "server/store/overload.hpp"
#include "server/store/store.hpp"

namespace farthing::store::embedded {

class Committer {
 public:
  struct Options {
    std::size_t max_waiting_commands = 0;
  };
  // The parts that it works with; all must outlive it.
  struct Parts {
    Database& database;
    const KeyFilter& keys;
    Journal& journal;
    Deriver& deriver;
    BackgroundThread& background;
    const RecordReads& records;
    PublishedView& published;
    EffectiveClock& clock;
    DiskSpace& disk;
    WriteFailure& failure;
    Limitations& limitations;
  };
  // The state that it starts from.
  struct Start {
    std::unique_ptr<WorkingLedger> working;
    Instant last_mark;  // of the journal
    directory::AuditHead audit;
    FreshOutcomes fresh_outcomes;
    FreshRecords fresh_records;
    WorkingRecords::Erased erased;  // by the journal's tail
  };

  Committer(Parts parts, Options options, Start start);
  // Refuses new requests and finishes those that wait.
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  void submit(CommitRequest request);

  // Returns how long the present batch has been on its way; 0 between batches.
  std::chrono::milliseconds batch_takes() const;
  // Ends the limitation `overload` when it is over. Must be called about once a second.
  void end_overload() { overload_.look(); }
  // Returns whether a batch that is decided waits for room on the disk.
  bool is_waiting_for_room() const { return is_waiting_for_room_; }

 private:
  class Source;

  void run();
  bool wait_for_requests();
  void commit_batch();
  void decide_requests(CommitBatch& batch);
  void decide_request(SettleRequest& request, CommitBatch& batch);
  void decide_request(ChangeRequest& request, CommitBatch& batch);
  void decide_request(KeyUsesRequest& request, CommitBatch& batch);
  void decide_request(StateRequest& request, CommitBatch& batch);
  void decide_request(RecordsRequest& request, CommitBatch& batch);
  void decide_request(SpendingRequest& request, CommitBatch& batch);
  void decide_request(OutcomeRequest& request, CommitBatch& batch);
  void decide_request(MarkRequest& request, CommitBatch& batch);
  // Answers the changes that erase something once it is erased.
  void answer_erasures(CommitBatch& batch);
  void note(const ApiKeyId& api_key, directory::ActOrigin origin, directory::Act act,
            CommitBatch& batch);
  void book_what_is_due(CommitBatch& batch);
  // Returns why no write may happen now, if none may. Also finds out which work is refused.
  std::optional<Error> find_obstacle();
  // Returns why work of that kind is refused in the batch, if it is.
  std::optional<Error> find_refusal(Work work) const;
  // Writes and syncs the batch. Waits for as long as the disk has no room for it.
  Result<Done> append(const JournalBatch& batch);
  void refuse_waiting(const Error& error);
  void keep_time();
  Instant next_work_at() const;
  // Journals the batch, then keeps it.
  void write(CommitBatch& batch);
  // Publishes what is journaled.
  void keep(CommitBatch& batch);
  void watch_clock();
  void publish(CommitBatch& batch);
  std::optional<Error> enqueue(CommitRequest& request);

  const Parts parts_;
  const Options options_;
  Overload overload_;

  // The thread's own.
  std::unique_ptr<WorkingLedger> working_;
  WorkingRecords records_;
  directory::AuditHead audit_;        // of all that is decided
  ledger::Booked booked_;             // by the decision that is being made
  CommitAnswers answers_;             // of the batch in progress
  std::vector<CommitRequest> taken_;  // from the queue
  std::size_t next_taken_ = 0;        // the first of them not decided yet
  std::optional<Error> obstacle_;
  WorkSet refused_;  // for want of room
  std::chrono::steady_clock::time_point clock_watched_at_{};
  Instant last_mark_;  // of the journal
  Instant next_mark_at_;

  std::atomic<std::int64_t> batch_begun_ms_ = 0;  // 0: none
  std::atomic<bool> is_waiting_for_room_ = false;

  std::mutex mutex_;  // guards all below
  std::condition_variable has_requests_;
  std::vector<CommitRequest> queue_;
  std::size_t waiting_commands_ = 0;
  bool is_waiting_ = false;  // the thread, for requests
  bool is_stopping_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace farthing::store::embedded
