// SPDX-License-Identifier: Apache-2.0
// Tells the operator of trouble that every request may meet. A line that was told is not told again
// for ten minutes. Safe to use from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace farthing::store {

class News {
 public:
  // `tell` may be empty, and is called from any thread.
  explicit News(std::function<void(const std::string&)> tell) : tell_(std::move(tell)) {}

  void say(const std::string& line) {
    if (tell_ && is_new(line)) tell_(line);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::minutes kSilence{10};
  static constexpr std::size_t kMaxRemembered = 1'000;

  bool is_new(const std::string& line) {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    if (told_at_.size() >= kMaxRemembered) told_at_.clear();
    const auto [place, is_first] = told_at_.try_emplace(line, now);
    if (!is_first && now - place->second < kSilence) return false;
    place->second = now;
    return true;
  }

  const std::function<void(const std::string&)> tell_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, Clock::time_point> told_at_;
};

}  // namespace farthing::store
