// SPDX-License-Identifier: Apache-2.0
#include "server/store/embedded/store_watch.hpp"

#include <pthread.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace farthing::store::embedded {
namespace {

constexpr std::chrono::milliseconds kInterval{200};
// A batch takes some milliseconds, and some hundred on a busy disk.
constexpr std::chrono::seconds kLongBatch{3};

}  // namespace

StoreWatch::StoreWatch(Parts parts) : parts_(parts), thread_([this] { run(); }) {}

StoreWatch::~StoreWatch() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  stops_.notify_one();
}

void StoreWatch::run() {
  ::pthread_setname_np(::pthread_self(), "store watch");
  std::unique_lock lock(mutex_);
  while (!stops_.wait_for(lock, kInterval, [this] { return is_stopping_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

// Needs no file for a doubt of a start: the mark alone makes it a doubt again after a restart.
void StoreWatch::keep_clock_doubt() {
  const ClockDoubt doubt = parts_.clock.status().doubt;
  if (doubt == kept_doubt_ || doubt == ClockDoubt::start) return;
  const std::filesystem::path file = parts_.directory.clock_doubt_path();
  std::error_code error;
  if (doubt == ClockDoubt::none) {
    std::filesystem::remove(file, error);
  } else if (!std::ofstream(file)) {
    return;  // tried again
  }
  if (!error) kept_doubt_ = doubt;
}

void StoreWatch::look() {
  Limitations& limitations = parts_.limitations;
  keep_clock_doubt();
  if (parts_.failure.has_happened()) {
    limitations.set("disk_failure", Cause::node, WorkSet::writes(),
                    "the disk has failed and nothing can be written any more: look at the disk, "
                    "then start again");
    return;
  }
  parts_.disk.look();
  const bool has_run_waiting = parts_.deriver.is_disk_full();
  // Room is looked for here, too: while a balancer keeps the node out, no request may come to find
  // it.
  if (!parts_.disk.has_room() && !parts_.committer.is_waiting_for_room() && !has_run_waiting &&
      parts_.journal.make_reserve()) {
    parts_.disk.set_without_room({});
  }
  if (has_run_waiting) {
    limitations.set(
        "database_room", Cause::node, {},
        "the database finds no room for what the journal has; that stays in the journal "
        "and in memory meanwhile, and everything stops when these are full");
  } else {
    limitations.end("database_room");
  }
  parts_.committer.end_overload();
  if (parts_.committer.batch_takes() > kLongBatch) {
    limitations.set("slow_writes", Cause::node, {},
                    "a batch has been on its way to the disk for more than 3 s: the disk syncs "
                    "slowly, or runs wait to be merged");
  } else {
    limitations.end("slow_writes");
  }
}

}  // namespace farthing::store::embedded
