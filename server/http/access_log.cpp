// SPDX-License-Identifier: Apache-2.0
#include "server/http/access_log.hpp"

#include <spdlog/logger.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/key_form.hpp"
#include "server/http/ascii.hpp"

namespace farthing::http {

namespace {

// A text behind this is hidden however short it is and whatever it has.
constexpr std::string_view kUsualPrefix = "sk-";
constexpr std::string_view kHidden = "***";
// Whoever wraps a path in more layers of percent-encoding than that wants to hide something.
constexpr int kMaxLayers = 8;

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Removes one layer of percent-encoding. What is no code of a byte stays as it is.
std::string decode_once(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_code = text[i] == '%' && text.size() - i > 2 && hex_value(text[i + 1]) >= 0 &&
                         hex_value(text[i + 2]) >= 0;
    if (!is_code) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return decoded;
}

// Returns where what is behind the prefix of a key begins.
std::size_t find_secret(std::string_view text) {
  const auto usual =
      std::ranges::search(text, kUsualPrefix, [](char a, char b) { return to_lower(a) == b; });
  const std::size_t of_any = find_behind_key_prefix(text);
  if (usual.empty()) return of_any;
  return std::min(of_any, static_cast<std::size_t>(usual.end() - text.begin()));
}

// Hides each key from behind its prefix to the end of its segment, whatever stands there.
std::string without_keys(std::string_view text) {
  std::string shown;
  for (std::size_t at = find_secret(text); at != std::string_view::npos; at = find_secret(text)) {
    shown.append(text.substr(0, at)).append(kHidden);
    text.remove_prefix(std::min(text.find('/', at), text.size()));
  }
  shown += text;
  // What was decoded may hold any byte.
  std::ranges::replace_if(
      shown, [](char c) { return c <= ' ' || c > '~'; }, '?');
  return shown;
}

// Returns a path as it was sent, unless somebody has put an API key into it: then decoded, without
// what is behind its prefix.
std::string shown_path(std::string_view path) {
  std::string decoded(path);
  for (int layer = 0; layer < kMaxLayers; ++layer) {
    std::string next = decode_once(decoded);
    if (next != decoded) {
      decoded = std::move(next);
      continue;
    }
    const bool has_key = find_secret(decoded) != std::string_view::npos;
    return has_key ? without_keys(decoded) : std::string(path);
  }
  return "/" + std::string(kHidden);
}

}  // namespace

AccessLog::AccessLog(std::shared_ptr<spdlog::logger> logger, CountHandshake count_failed_handshake)
    : logger_(std::move(logger)), count_failed_handshake_(std::move(count_failed_handshake)) {}

AccessLog::~AccessLog() = default;

bool AccessLog::wants_requests() const {
  return logger_ != nullptr && logger_->should_log(spdlog::level::debug);
}

void AccessLog::answered(const Request& request, int status, std::size_t size,
                         std::chrono::steady_clock::duration took) const {
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  logger_->debug("{} {} status={} bytes={} microseconds={} client={} request_id={}",
                 request.target().empty() ? "-" : to_string(request.method()),
                 shown_path(request.path()), status, size, microseconds,
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
  if (count_failed_handshake_) count_failed_handshake_(peer);
  if (!wants_requests()) return;
  logger_->debug("a TLS handshake failed: {} client={}", reason, peer.to_string());
}

void AccessLog::accept_failed(std::string_view reason) const {
  if (logger_) logger_->warn("cannot accept a connection, trying again soon: {}", reason);
}

void AccessLog::crowded(std::uint64_t closed, std::uint64_t refused, std::string_view address,
                        std::size_t connections) const {
  if (!logger_) return;
  std::string most;
  if (!address.empty()) {
    most = fmt::format("; most are from {}, which had {}", address, connections);
  }
  logger_->warn("the limit of connections is reached: idle ones closed {}, new ones refused {}{}",
                closed, refused, most);
}

}  // namespace farthing::http
