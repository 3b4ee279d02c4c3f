// SPDX-License-Identifier: Apache-2.0
// Tells the operator that the server has as many connections as it may, and what becomes of
// others: a line at once, and then no more than one in ten seconds, which counts what has happened
// since the last. For one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/ip_network.hpp"
#include "server/http/access_log.hpp"

namespace farthing::http {

class CrowdLog {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  explicit CrowdLog(const AccessLog& log) : log_(log) {}

  // Notes that an idle connection was closed to make room for another: one of `connections` from
  // `address`, which is nothing when it stands for many clients.
  void closed(const std::optional<IpAddress>& address, std::size_t connections, TimePoint now);
  // Notes that none was idle, so that the new one may only ask how the server does.
  void refused(TimePoint now);

 private:
  bool is_time(TimePoint now);

  const AccessLog& log_;
  std::optional<TimePoint> told_at_;
  std::uint64_t closed_ = 0;   // since then
  std::uint64_t refused_ = 0;  // since then
};

}  // namespace farthing::http
