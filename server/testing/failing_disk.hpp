// SPDX-License-Identifier: Apache-2.0
// A disk for tests that can be told to fail: the system's files otherwise. Safe to use from any
// thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "server/store/embedded/journal/journal_segment.hpp"

namespace rocksdb {
class Env;
}

namespace farthing::store::embedded {

// Under the journal.
class FailingJournalDisk final : public JournalDisk {
 public:
  int write(int file, std::string_view bytes, std::uint64_t offset) override;
  int sync(int file) override;

  // From now on syncs fail, and what is written is lost.
  void fail_syncs() { syncs_fail_ = true; }
  // The next write of a record, which goes into a file that is in place, stops after so many bytes,
  // and syncs fail then: power was lost.
  void tear_next_write(std::size_t bytes) {
    torn_bytes_ = bytes;
    is_tearing_ = true;
  }
  // No file can be made or grown while it is full.
  void set_full(bool is_full) { is_full_ = is_full; }
  // As on a disk that copies on writing: a write into a file that is in place finds no room after
  // so many bytes, until this is taken back. Gives `error_number`.
  void refuse_in_place(std::size_t bytes, int error_number) {
    torn_bytes_ = bytes;
    refusal_ = error_number;
  }
  void accept_in_place() { refusal_ = 0; }
  int refusals() const { return refusals_; }
  // The `count`-th write or sync from now on fails, and everything after it: power was lost. Each
  // write that was not synced by then stays, is torn or is gone, as `seed` chooses.
  void lose_power_after(std::uint64_t count, std::uint64_t seed);
  bool has_lost_power() const;

 private:
  // A write that is not synced, and what was there before it.
  struct Unsynced {
    int file;
    std::uint64_t offset;
    std::string before;
  };

  bool counts_down();
  void lose_unsynced();

  mutable std::mutex mutex_;                   // guards what follows
  std::optional<std::uint64_t> power_is_for_;  // so many writes and syncs; nothing: for ever
  std::mt19937_64 random_;
  std::vector<Unsynced> unsynced_;  // while power is limited

  std::atomic<bool> syncs_fail_{false};
  std::atomic<bool> is_tearing_{false};
  std::atomic<bool> is_full_{false};
  std::atomic<int> refusal_{0};  // the errno of writes in place; 0: they succeed
  std::atomic<int> refusals_{0};
  std::atomic<std::size_t> torn_bytes_{0};
};

// Under the database.
class FailingDatabaseDisk {
 public:
  FailingDatabaseDisk();
  ~FailingDatabaseDisk();
  FailingDatabaseDisk(const FailingDatabaseDisk&) = delete;
  FailingDatabaseDisk& operator=(const FailingDatabaseDisk&) = delete;

  // For RocksdbOptions; lives as long as this.
  rocksdb::Env* env();
  // No run can be written while it is full.
  void set_full(bool is_full);
  // No run can be written from now on, for another reason.
  void fail();
  // The `count`-th change of a file or its name from now on fails, and every one after it: power
  // was lost. Of each file that is open then some of what was not synced is gone, as `seed`
  // chooses, once this has gone away.
  void lose_power_after(std::uint64_t count, std::uint64_t seed);
  bool has_lost_power() const;
  // How often one could not.
  int refusals() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace farthing::store::embedded
