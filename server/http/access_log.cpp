// SPDX-License-Identifier: Apache-2.0
#include "server/http/access_log.hpp"

#include <spdlog/logger.h>

namespace farthing::http {

AccessLog::AccessLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {}

AccessLog::~AccessLog() = default;

bool AccessLog::wants_requests() const {
  return logger_ != nullptr && logger_->should_log(spdlog::level::debug);
}

void AccessLog::answered(const Request& request, int status, std::size_t size,
                         std::chrono::steady_clock::duration took) const {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  logger_->debug("{} {} status={} bytes={} microseconds={} request_id={}",
                 request.target().empty() ? "-" : to_string(request.method()), request.path(),
                 status, size, microseconds, request.id());
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

void AccessLog::accept_failed(std::string_view reason) const {
  if (logger_) logger_->warn("cannot accept a connection, trying again soon: {}", reason);
}

}  // namespace farthing::http
