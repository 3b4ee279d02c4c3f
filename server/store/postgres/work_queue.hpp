// SPDX-License-Identifier: Apache-2.0
// A queue of work for the store's threads, in order and bounded: a full queue refuses, so that
// nobody waits for longer than it makes sense. Safe to use from any thread.
//
// When several threads take from it, the others can be held back while one is at work: what comes
// together in the meantime is cheaper as one batch, and the others take over when that one gets
// stuck.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace farthing::store::postgres {

// Work, and since when it waits.
template <class Work>
struct Dated {
  Work work;
  std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();
};

template <class Work>
class WorkQueue {
 public:
  enum class Verdict { taken, full, closed };

  explicit WorkQueue(std::size_t max_weight) : WorkQueue(max_weight, {}) {}
  // While a thread is at work, another takes only work that has waited for `hold_back`. A thread
  // that has taken work must call `done` after it.
  WorkQueue(std::size_t max_weight, std::chrono::microseconds hold_back)
      : max_weight_(max_weight), hold_back_(hold_back) {}

  // Adds `work`, which is moved away only when it is taken. An empty queue takes work of any
  // weight.
  Verdict push(Work& work, std::size_t weight = 1) {
    bool is_first = false;
    {
      const std::lock_guard lock(mutex_);
      if (is_closed_) return Verdict::closed;
      is_first = waiting_.empty();
      if (!is_first && weight_ + weight > max_weight_) return Verdict::full;
      weight_ += weight;
      waiting_.emplace_back(std::move(work), weight);
      if (is_first) wait_since_ = Clock::now();
    }
    // The thread that is woken for the first takes the others with it, or wakes another thread for
    // them.
    if (is_first) has_work_.notify_one();
    return Verdict::taken;
  }

  // Waits for work and takes up to `max_weight` of it, but at least one piece. Returns nothing when
  // the queue is closed and empty.
  std::vector<Work> take(std::size_t max_weight) {
    std::unique_lock lock(mutex_);
    wait_for_work(lock);
    std::vector<Work> taken;
    std::size_t weight = 0;
    while (!waiting_.empty()) {
      const std::size_t more = waiting_.front().second;
      if (!taken.empty() && weight + more > max_weight) break;
      weight += more;
      taken.push_back(std::move(waiting_.front().first));
      waiting_.pop_front();
    }
    weight_ -= weight;
    if (!taken.empty()) ++at_work_;
    const bool has_more = !waiting_.empty();
    if (has_more) wait_since_ = Clock::now();
    lock.unlock();
    if (has_more) has_work_.notify_one();
    return taken;
  }

  // Says that the work taken is done. A queue that holds nobody back need not be told.
  void done() {
    const std::lock_guard lock(mutex_);
    --at_work_;
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    has_work_.notify_all();
  }
  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return is_closed_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void wait_for_work(std::unique_lock<std::mutex>& lock) {
    for (;;) {
      has_work_.wait(lock, [this] { return !waiting_.empty() || is_closed_; });
      const auto begin_at = wait_since_ + hold_back_;
      if (at_work_ == 0 || is_closed_ || begin_at <= Clock::now()) return;
      has_work_.wait_until(lock, begin_at);
    }
  }

  const std::size_t max_weight_;
  const std::chrono::microseconds hold_back_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable has_work_;
  std::deque<std::pair<Work, std::size_t>> waiting_;
  std::size_t weight_ = 0;
  Clock::time_point wait_since_;  // what waits has not been taken since then
  std::size_t at_work_ = 0;       // threads
  bool is_closed_ = false;
};

}  // namespace farthing::store::postgres
