// SPDX-License-Identifier: Apache-2.0
// The thread that has the store keep when keys were last used, at most once in an interval and once
// more at the end. What the store did not take is tried again with what comes after.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/service/key_uses.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

class KeyUseWriter {
 public:
  // Both must outlive this. `tell` gets a line for the log when uses cannot be kept, and when they
  // can again; it may be empty.
  KeyUseWriter(store::Store& store, KeyUses& uses, std::chrono::milliseconds interval,
               std::function<void(const std::string&)> tell = {});
  // Writes what there is and waits for it.
  ~KeyUseWriter();
  KeyUseWriter(const KeyUseWriter&) = delete;
  KeyUseWriter& operator=(const KeyUseWriter&) = delete;

 private:
  void run();
  void write();
  void note(const Result<Done>& done);

  store::Store& store_;
  KeyUses& uses_;
  const std::chrono::milliseconds interval_;
  const std::function<void(const std::string&)> tell_;
  bool is_failing_ = false;                   // the thread's own
  std::vector<directory::KeyUse> unwritten_;  // the thread's own

  std::mutex mutex_;  // guards `is_stopping_`
  std::condition_variable stops_;
  bool is_stopping_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace farthing::service
