// SPDX-License-Identifier: Apache-2.0
// What waits for a thread of the store's, in order and bounded: a full queue refuses, so that
// nobody waits for longer than it makes sense. Safe to use from any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

namespace farthing::store::postgres {

template <class Work>
class WorkQueue {
 public:
  enum class Verdict { taken, full, closed };

  explicit WorkQueue(std::size_t max_weight) : max_weight_(max_weight) {}

  // Moves `work` away only when it is taken.
  Verdict push(Work& work, std::size_t weight = 1) {
    {
      const std::lock_guard lock(mutex_);
      if (is_closed_) return Verdict::closed;
      if (weight_ + weight > max_weight_) return Verdict::full;
      weight_ += weight;
      waiting_.emplace_back(std::move(work), weight);
    }
    has_work_.notify_one();
    return Verdict::taken;
  }

  // Waits for work; takes up to `max_weight` of it, and at least one. Nothing when the queue is
  // closed and empty.
  std::vector<Work> take(std::size_t max_weight) {
    std::unique_lock lock(mutex_);
    has_work_.wait(lock, [this] { return !waiting_.empty() || is_closed_; });
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
    const bool has_more = !waiting_.empty();
    lock.unlock();
    if (has_more) has_work_.notify_one();
    return taken;
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
  const std::size_t max_weight_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable has_work_;
  std::deque<std::pair<Work, std::size_t>> waiting_;
  std::size_t weight_ = 0;
  bool is_closed_ = false;
};

}  // namespace farthing::store::postgres
