// SPDX-License-Identifier: Apache-2.0
#include "server/http/access_log.hpp"

#include <spdlog/logger.h>

#include <string>

#include "server/http/ascii.hpp"

namespace farthing::http {

namespace {

bool is_base62(char c) { return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z'); }

// A path in which somebody has put an API key, without the key.
std::string without_keys(std::string_view path) {
  std::string shown;
  while (!path.empty()) {
    std::size_t size = 0;
    for (const std::string_view prefix : {"sk-", "sk%2d"}) {
      if (equal_ignoring_case(path.substr(0, prefix.size()), prefix)) size = prefix.size();
    }
    if (size == 0) {
      shown += path.front();
      path.remove_prefix(1);
      continue;
    }
    while (size < path.size() && is_base62(path[size])) ++size;
    shown += "sk-***";
    path.remove_prefix(size);
  }
  return shown;
}

}  // namespace

AccessLog::AccessLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}

AccessLog::~AccessLog() = default;

bool AccessLog::wants_requests() const {
  return logger_ != nullptr && logger_->should_log(spdlog::level::debug);
}

void AccessLog::answered(const Request& request, int status, std::size_t size,
                         std::chrono::steady_clock::duration took) const {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  logger_->debug("{} {} status={} bytes={} microseconds={} client={} request_id={}",
                 request.target().empty() ? "-" : to_string(request.method()),
                 without_keys(request.path()), status, size, microseconds,
                 request.client_address().to_string(), request.id());
}

void AccessLog::handler_threw(std::string_view request_id, std::string_view what) const {
  if (logger_) logger_->error("the handler threw: {} request_id={}", what, request_id);
}

void AccessLog::unanswered(std::string_view request_id) const {
  if (logger_) logger_->error("a request was dropped unanswered request_id={}", request_id);
}

void AccessLog::handler_timed_out(std::string_view request_id) const {
  if (logger_) logger_->error("a request was not answered in time request_id={}", request_id);
}

void AccessLog::handshake_failed(const IpAddress& peer, std::string_view reason) const {
  if (!wants_requests()) return;
  logger_->debug("a TLS handshake failed: {} client={}", reason, peer.to_string());
}

void AccessLog::accept_failed(std::string_view reason) const {
  if (logger_) logger_->warn("cannot accept a connection, trying again soon: {}", reason);
}

}  // namespace farthing::http
