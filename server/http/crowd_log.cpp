// SPDX-License-Identifier: Apache-2.0
#include "server/http/crowd_log.hpp"

#include <string>
#include <utility>

namespace farthing::http {

namespace {

constexpr std::chrono::seconds kBetweenLines{10};

}  // namespace

void CrowdLog::closed(const std::optional<IpAddress>& address, std::size_t connections,
                      TimePoint now) {
  ++closed_;
  if (!is_time(now)) return;
  log_.crowded(std::exchange(closed_, 0), std::exchange(refused_, 0),
               address ? address->to_string() : std::string(), connections);
}

void CrowdLog::refused(TimePoint now) {
  ++refused_;
  if (!is_time(now)) return;
  log_.crowded(std::exchange(closed_, 0), std::exchange(refused_, 0), {}, 0);
}

bool CrowdLog::is_time(TimePoint now) {
  if (told_at_ && now < *told_at_ + kBetweenLines) return false;
  told_at_ = now;
  return true;
}

}  // namespace farthing::http
