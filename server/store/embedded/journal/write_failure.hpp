// SPDX-License-Identifier: Apache-2.0
// Remembers whether writing has ended for good. Once the disk has failed, nothing may go on as if
// the data were there: every part of the store asks here before it writes or answers. Safe to use
// from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace farthing::store::embedded {

class WriteFailure {
 public:
  // `on_fatal_error` is called once, with what happened, on the thread that reported it.
  explicit WriteFailure(std::function<void(const std::string&)> on_fatal_error)
      : on_fatal_error_(std::move(on_fatal_error)) {}

  void report(const Error& error) {
    if (has_happened_.exchange(true)) return;
    if (on_fatal_error_) on_fatal_error_(error.message);
  }

  bool has_happened() const { return has_happened_; }
  // Returns what a caller is told, if writing has ended.
  std::optional<Error> find_refusal() const {
    if (!has_happened()) return {};
    return make_error(
        ErrorCode::unavailable,
        "The server's disk has failed, so it cannot tell whether this was booked. Ask "
        "again later under the same idempotency key.");
  }

 private:
  const std::function<void(const std::string&)> on_fatal_error_;
  std::atomic<bool> has_happened_{false};
};

}  // namespace farthing::store::embedded
