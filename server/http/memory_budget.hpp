// SPDX-License-Identifier: Apache-2.0
// A limit on the memory that the requests under way hold together, whoever sends them. A budget may
// be used from any thread; a share is for one thread at a time.
#pragma once

#include <atomic>
#include <cstddef>

namespace farthing::http {

class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t bytes) : bytes_(bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Returns the bytes that there are in all, and those that are taken now.
  std::size_t size() const { return bytes_; }
  std::size_t taken() const { return taken_.load(std::memory_order_relaxed); }

 private:
  friend class MemoryShare;

  // Returns false and takes nothing when less than `to_leave` would be left.
  bool take(std::size_t bytes, std::size_t to_leave) {
    std::size_t taken = taken_.load(std::memory_order_relaxed);
    do {
      const std::size_t left = bytes_ - taken;
      if (to_leave > left || bytes > left - to_leave) return false;
    } while (!taken_.compare_exchange_weak(taken, taken + bytes, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::size_t bytes) { taken_.fetch_sub(bytes, std::memory_order_relaxed); }

  const std::size_t bytes_;
  std::atomic<std::size_t> taken_{0};
};

// One connection's part of a budget, which outlives it. The destructor gives the part back.
class MemoryShare {
 public:
  explicit MemoryShare(MemoryBudget& budget) : budget_(budget) {}
  ~MemoryShare() { budget_.give_back(bytes_); }
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  std::size_t bytes() const { return bytes_; }
  // Takes more or gives back, to hold `bytes`. Returns false and changes nothing when the budget
  // has not so many, or would have less than `to_leave` then.
  bool resize(std::size_t bytes, std::size_t to_leave = 0) {
    if (bytes > bytes_ && !budget_.take(bytes - bytes_, to_leave)) return false;
    if (bytes < bytes_) budget_.give_back(bytes_ - bytes);
    bytes_ = bytes;
    return true;
  }

 private:
  MemoryBudget& budget_;
  std::size_t bytes_ = 0;
};

}  // namespace farthing::http
