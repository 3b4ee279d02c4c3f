// SPDX-License-Identifier: Apache-2.0
#include "server/http/head_scanner.hpp"

#include "server/http/ascii.hpp"

namespace farthing::http {

namespace {

// The room that a request line needs beside its target: a method of any sensible length and the
// version.
constexpr std::size_t kBesideTarget = 64;

constexpr Refusal kTargetTooLong{414, "The request target is too long."};
constexpr Refusal kHeadTooLarge{431, "The request line and headers are too large."};

std::optional<Refusal> check_request_line(std::string_view line, const HeadLimits& limits) {
  if (line.size() > limits.max_target + kBesideTarget) return kTargetTooLong;
  constexpr std::string_view kVersion = " HTTP/1.1";
  if (line.size() <= kVersion.size()) return Refusal{400, "The request line is malformed."};
  const std::string_view version = line.substr(line.size() - kVersion.size());
  if (version == kVersion || version == " HTTP/1.0") return {};
  if (version.starts_with(" HTTP/") && is_digit(version[6]) && version[7] == '.' &&
      is_digit(version[8])) {
    return Refusal{505, "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
  }
  return Refusal{400, "The request line is malformed."};
}

}  // namespace

bool HeadScanner::scan(std::string_view bytes, const HeadLimits& limits) {
  while (true) {
    const std::size_t end = bytes.find('\n', scanned_);
    if (end == std::string_view::npos) {
      scanned_ = bytes.size();
      refusal_ = check_unfinished(bytes, limits);
      return refusal_.has_value();
    }
    if (end == line_begin_ || bytes[end - 1] != '\r') {
      refusal_ = Refusal{400, "A line of the request does not end with CR LF."};
      return true;
    }
    const std::string_view line = bytes.substr(line_begin_, end - 1 - line_begin_);
    scanned_ = line_begin_ = end + 1;
    refusal_ = check_line(line, limits);
    if (refusal_) return true;
    if (line.empty()) return true;
    ++lines_;
  }
}

std::optional<Refusal> HeadScanner::check_line(std::string_view line,
                                               const HeadLimits& limits) const {
  if (lines_ == 0) {
    const auto refusal = check_request_line(line, limits);
    if (refusal) return refusal;
  } else if (!line.empty()) {
    if (line[0] == ' ' || line[0] == '\t') return Refusal{400, "A header is folded."};
    if (lines_ > limits.max_headers) return Refusal{431, "There are too many headers."};
  }
  if (line_begin_ > limits.max_head) return kHeadTooLarge;
  return {};
}

std::optional<Refusal> HeadScanner::check_unfinished(std::string_view bytes,
                                                     const HeadLimits& limits) const {
  if (!bytes.empty() && (is_control(bytes[0]) || bytes[0] == ' ')) {
    return Refusal{400, "The request line is malformed."};
  }
  // The request line's own CR may have arrived already.
  if (lines_ == 0 && bytes.size() > limits.max_target + kBesideTarget + 1) return kTargetTooLong;
  if (bytes.size() >= limits.max_head) return kHeadTooLarge;
  return {};
}

}  // namespace farthing::http
