// SPDX-License-Identifier: Apache-2.0
// The options of the embedded store. The defaults suit a machine of its own.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "server/store/effective_clock.hpp"
#include "server/store/embedded/journal/disk_space.hpp"

namespace rocksdb {
class Env;
}

namespace farthing::store::embedded {

class JournalDisk;

struct RocksdbOptions {
  std::filesystem::path directory;
  const Clock* clock = nullptr;  // must outlive the store; nothing: the system's
  // How the clock is judged; nothing: it is believed.
  ClockRules clock_rules;

  std::size_t cache_bytes = std::size_t{256} << 20;  // of blocks read from disk; grows with use
  // The memory of the filter that tells fresh idempotency keys from known ones without the disk, at
  // twelve bits a key or more. The default is enough for 37 million keys; beyond that the filter
  // takes more and more fresh keys for known ones, which costs a read each.
  std::size_t key_filter_bytes = std::size_t{64} << 20;
  // How much of the journal becomes part of the database at a time. A restart reads about as much
  // again; new data uses about four times as much memory.
  std::size_t run_bytes = std::size_t{32} << 20;
  // How much may be synced and not yet in the database; beyond it writes wait.
  std::size_t backlog_bytes = std::size_t{128} << 20;
  // About how many entries lie between two kept states of an organization, from which the past is
  // read. A power of two.
  std::uint64_t snapshot_entries = 1'024;
  // What was erased leaves the files so long after the first erasure that is not done, so that
  // files need not be written anew for each one.
  std::chrono::milliseconds shred_delay = std::chrono::minutes(10);
  DiskMarks disk_marks;  // of free bytes, at which work is refused
  // Commands that may wait at the same time; more are refused.
  std::size_t max_waiting_commands = 65'536;

  // Called once, from one of the store's threads, when the store can never write again: after a
  // failed sync nothing may go on as if the data were there. The process should say so and end.
  std::function<void(const std::string& what)> on_fatal_error;
  // A store that was newly made is removed again if it is closed while this is false: its server
  // did not start. Null: it stays once it is open.
  std::shared_ptr<const std::atomic<bool>> is_started;
  // Gets a line for the operator to act upon: while the store is opened, when it begins to refuse
  // work and when that is over (limitation.hpp).
  std::function<void(const std::string&)> on_event;
  // The disks, for tests that make them fail. They must outlive the store; null: the system's.
  rocksdb::Env* env = nullptr;
  JournalDisk* journal_disk = nullptr;
};

}  // namespace farthing::store::embedded
