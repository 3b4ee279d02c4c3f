// SPDX-License-Identifier: Apache-2.0
// Takes what was erased off the disk. The erased values stand in the files of the database until
// these are written anew, and in the journal until its segments are given up. On a thread of its
// own, some time after something was erased, so that one round does for all that came meanwhile:
// 1. the journal begins a segment, and keeps none of those that it gives up;
// 2. all before that segment is derived, and given up with it;
// 3. every file of the database that may hold an older value is written anew without it.
// A round that fails is tried again. A start goes on with what is left.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "base/error.hpp"
#include "server/store/embedded/committer.hpp"
#include "server/store/embedded/journal/journal.hpp"
#include "server/store/embedded/tables/database.hpp"
#include "server/store/embedded/tables/deriver.hpp"
#include "server/store/limitation.hpp"

namespace farthing::store::embedded {

class Shredder {
 public:
  // All must outlive this.
  struct Parts {
    Database& database;
    Journal& journal;
    Deriver& deriver;
    Committer& committer;
    Limitations& limitations;
  };

  // A round begins `delay` after the first erasure that none has done; at once for those of before
  // a start.
  Shredder(Parts parts, std::chrono::milliseconds delay);
  // Ends a round at its next file.
  ~Shredder();
  Shredder(const Shredder&) = delete;
  Shredder& operator=(const Shredder&) = delete;

 private:
  using Clock = std::chrono::steady_clock;

  void run();
  void look();
  Result<Done> shred(const ErasedPlaces& places);
  Result<Done> leave_journal();
  Result<Done> wait_until_derived(std::uint64_t number);
  // Waits for the answer; fails when this is to end.
  template <class T>
  Result<T> wait_for(std::future<Result<T>> answer) {
    constexpr std::chrono::milliseconds kShortWait{20};
    while (answer.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
      if (rest(kShortWait)) return make_error(ErrorCode::unavailable, "the server is stopping");
    }
    return answer.get();
  }
  // Waits for that long; returns true when this is to end.
  bool rest(std::chrono::milliseconds time);
  bool is_ending();

  const Parts parts_;
  const std::chrono::milliseconds delay_;
  std::optional<Clock::time_point> waits_since_;  // the thread's own; nothing: nothing waits

  std::mutex mutex_;  // guards `is_ending_`
  std::condition_variable ends_;
  bool is_ending_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace farthing::store::embedded
