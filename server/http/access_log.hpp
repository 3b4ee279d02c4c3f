// SPDX-License-Identifier: Apache-2.0
// The lines that the transport logs. Only what stands here is ever logged: no header, no query, no
// body, and of the path nothing that looks like an API key of any prefix, however it is spelled. Safe
// from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "server/http/request.hpp"

namespace spdlog {
class logger;
}

namespace farthing::http {

class AccessLog {
 public:
  using CountHandshake = std::function<void(const IpAddress& peer)>;

  // Logs nothing when `logger` is null. `count_failed_handshake` may be empty.
  AccessLog(std::shared_ptr<spdlog::logger> logger, CountHandshake count_failed_handshake);
  ~AccessLog();
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  // Returns whether requests are logged now. Ask before doing any work for `answered`.
  bool wants_requests() const;
  // Writes one line at level debug, and needs `wants_requests`. `size` counts the bytes of the
  // body.
  void answered(const Request& request, int status, std::size_t size,
                std::chrono::steady_clock::duration took) const;

  void handler_threw(std::string_view request_id, std::string_view what) const;
  void unanswered(std::string_view request_id) const;
  void handler_timed_out(std::string_view request_id) const;
  // Counts the failure, and writes a line at level debug only: strangers can cause as many as they
  // like.
  void handshake_failed(const IpAddress& peer, std::string_view reason) const;
  void accept_failed(std::string_view reason) const;
  // Warns that there are as many connections as may be: `closed` idle ones were closed, and
  // `refused` new ones turned away. `address` had most, with `connections` of them; it is empty
  // when that is no single address.
  void crowded(std::uint64_t closed, std::uint64_t refused, std::string_view address,
               std::size_t connections) const;

 private:
  std::shared_ptr<spdlog::logger> logger_;
  CountHandshake count_failed_handshake_;
};

}  // namespace farthing::http
