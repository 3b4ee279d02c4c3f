// SPDX-License-Identifier: Apache-2.0
// One call on its way: its attempts, the waits between them, and the outcome. Used once, by one
// thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <farthing/failure.hpp>
#include <farthing/transport.hpp>

#include "sdk/cpp/src/session/pacer.hpp"
#include "sdk/cpp/src/session/request_builder.hpp"
#include "sdk/cpp/src/session/session.hpp"
#include "sdk/cpp/src/session/settings.hpp"

namespace farthing::sdk {

class Exchange {
 public:
  // The arguments must outlive it.
  Exchange(const Settings& settings, Pacer& pacer, const Call& call, PreparedRequest request);

  Result<ServerAnswer> run();

 private:
  Result<ServerAnswer> attempt();
  Result<HttpResponse> send_following_redirects();
  std::chrono::milliseconds time_left(std::chrono::steady_clock::time_point now) const;
  std::optional<std::string> redirect_target(const HttpResponse& response) const;
  ServerAnswer make_answer(HttpResponse response) const;
  Result<ServerAnswer> finish(Result<ServerAnswer> outcome) const;
  // Returns how long to wait before the next attempt; nothing when there shall be none.
  std::optional<std::chrono::milliseconds> wait_before_next(Result<ServerAnswer>& outcome);
  bool is_to_stop() const;
  // Waits; returns false when the call was to stop before the time was over.
  bool wait_unless_stopped(std::chrono::milliseconds duration);
  void note_outcome(const Result<ServerAnswer>& outcome);
  void log_attempt(const Result<ServerAnswer>& outcome) const;
  void log_retry(std::chrono::milliseconds wait) const;
  void log(LogLine line) const;

  const Settings& settings_;
  Pacer& pacer_;
  const Call& call_;
  HttpRequest request_;
  const std::string idempotency_key_;
  const std::string first_url_;
  std::chrono::steady_clock::time_point attempt_begin_;  // the clock is read as seldom as can be
  std::chrono::steady_clock::time_point deadline_;
  int attempts_ = 0;
  bool may_have_been_carried_out_ = false;
};

}  // namespace farthing::sdk
