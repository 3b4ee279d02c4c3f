// SPDX-License-Identifier: Apache-2.0
// A thread for work that may wait for a disk, so that those who ask for it need not wait. Safe to
// use from any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/callback.hpp"

namespace farthing::store::embedded {

class BackgroundThread {
 public:
  using Work = Callback<void()>;

  BackgroundThread();
  ~BackgroundThread() { finish(); }
  BackgroundThread(const BackgroundThread&) = delete;
  BackgroundThread& operator=(const BackgroundThread&) = delete;

  // Runs `work` on the thread, after what came before it.
  void run(Work work);
  // Runs the work that waits, then ends the thread. Work that comes later is dropped.
  void finish();

 private:
  void work_off();

  std::mutex mutex_;  // guards all below
  std::condition_variable has_work_;
  std::deque<Work> waiting_;
  bool is_ending_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace farthing::store::embedded
