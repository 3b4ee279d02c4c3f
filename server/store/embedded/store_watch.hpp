// SPDX-License-Identifier: Apache-2.0
// Looks after the embedded store several times a second, whether anybody asks for something or not:
// how much of the disk is free, whether there is room again where there was none, and whether
// writing has come to a halt. It reports what it finds as limitations.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/store/effective_clock.hpp"
#include "server/store/embedded/committer.hpp"
#include "server/store/embedded/data_directory.hpp"
#include "server/store/embedded/journal/disk_space.hpp"
#include "server/store/embedded/journal/journal.hpp"
#include "server/store/embedded/journal/write_failure.hpp"
#include "server/store/embedded/tables/deriver.hpp"
#include "server/store/limitation.hpp"

namespace farthing::store::embedded {

class StoreWatch {
 public:
  // All must outlive this.
  struct Parts {
    DiskSpace& disk;
    Journal& journal;
    Deriver& deriver;
    Committer& committer;
    EffectiveClock& clock;
    const DataDirectory& directory;
    const WriteFailure& failure;
    Limitations& limitations;
  };

  explicit StoreWatch(Parts parts);
  ~StoreWatch();
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;

 private:
  void run();
  void look();
  // Keeps a doubt about the clock over a restart.
  void keep_clock_doubt();

  const Parts parts_;
  std::mutex mutex_;  // guards `is_stopping_`
  std::condition_variable stops_;
  bool is_stopping_ = false;
  ClockDoubt kept_doubt_ = ClockDoubt::start;  // the thread's own; at first the file may be there
  std::jthread thread_;                        // last: it uses all of the above
};

}  // namespace farthing::store::embedded
