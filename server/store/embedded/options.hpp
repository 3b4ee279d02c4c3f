// SPDX-License-Identifier: Apache-2.0
// What the embedded store can be told. The defaults suit a machine of its own.
#pragma once

#include <atomic>
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
  // What tells fresh idempotency keys from known ones without the disk, at twelve bits a key or
  // more: enough for 37 million; with more, it takes more and more fresh keys for known ones, which
  // costs a read each.
  std::size_t key_filter_bytes = std::size_t{64} << 20;
  // So much of the journal becomes part of the database at a time. A restart reads about as much
  // again; memory in use by new data is about four times as much.
  std::size_t run_bytes = std::size_t{32} << 20;
  // What may be synced and not yet in the database; beyond it writes wait.
  std::size_t backlog_bytes = std::size_t{128} << 20;
  // A state of each organization is kept about every so many entries, a power of two, so that the
  // past can be read.
  std::uint64_t snapshot_entries = 1'024;
  DiskMarks disk_marks;  // of free bytes, at which work is refused
  // Commands that may wait at the same time; more are refused.
  std::size_t max_waiting_commands = 65'536;

  // Called once, from a thread of the store's, when it can never write again: after a failed sync
  // nothing may go on as if the data were there. The process should say so and end.
  std::function<void(const std::string& what)> on_fatal_error;
  // A store that is made is taken away again if it is closed while this says false: its server did
  // not start. Null: it stays once it is open.
  std::shared_ptr<const std::atomic<bool>> is_started;
  // Gets a line with what the operator should know and act upon: while the store is opened, when it
  // begins to refuse work and when that is over (limitation.hpp).
  std::function<void(const std::string&)> on_event;
  // Where files are; for tests that make the disk fail. Must outlive the store; null: the system's.
  rocksdb::Env* env = nullptr;
  JournalDisk* journal_disk = nullptr;
};

}  // namespace farthing::store::embedded
