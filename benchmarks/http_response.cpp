// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/http_response.hpp"

#include <strings.h>

#include <charconv>
#include <optional>

namespace farthing::bench {
namespace {

constexpr std::string_view kStatusLineStart = "HTTP/1.1 ";
constexpr std::size_t kStatusEnd = kStatusLineStart.size() + 3;
constexpr std::string_view kContentLength = "content-length:";

std::optional<std::size_t> parse_size(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return size;
}

bool is_content_length(std::string_view line) {
  return line.size() > kContentLength.size() && (line[0] == 'C' || line[0] == 'c') &&
         strncasecmp(line.data(), kContentLength.data(), kContentLength.size()) == 0;
}

}  // namespace

Scan scan_response(std::string_view bytes) {
  const Scan malformed{.state = ScanState::malformed, .size = 0, .answer = {}};
  if (bytes.size() < kStatusEnd) return {};
  if (!bytes.starts_with(kStatusLineStart)) return malformed;
  int status = 0;
  const char* digits = bytes.data() + kStatusLineStart.size();
  if (std::from_chars(digits, digits + 3, status).ptr != digits + 3) return malformed;

  std::size_t body_size = 0;
  std::size_t line_start = bytes.find("\r\n", kStatusEnd);
  while (line_start != std::string_view::npos) {
    line_start += 2;
    const std::size_t line_end = bytes.find("\r\n", line_start);
    if (line_end == std::string_view::npos) return {};
    if (line_end == line_start) {
      const std::size_t body_start = line_end + 2;
      if (bytes.size() - body_start < body_size) return {};
      return {.state = ScanState::complete,
              .size = body_start + body_size,
              .answer = {.status = status, .body = bytes.substr(body_start, body_size)}};
    }
    const std::string_view line = bytes.substr(line_start, line_end - line_start);
    if (is_content_length(line)) {
      const auto size = parse_size(line.substr(kContentLength.size()));
      if (!size) return malformed;
      body_size = *size;
    }
    line_start = line_end;
  }
  return {};
}

std::string json_string_member(std::string_view json, std::string_view name) {
  const std::string quoted = '"' + std::string(name) + '"';
  const std::size_t found = json.find(quoted);
  if (found == std::string_view::npos) return {};
  const std::size_t colon = json.find_first_not_of(' ', found + quoted.size());
  if (colon == std::string_view::npos || json[colon] != ':') return {};
  const std::size_t open = json.find_first_not_of(' ', colon + 1);
  if (open == std::string_view::npos || json[open] != '"') return {};
  const std::size_t close = json.find('"', open + 1);
  if (close == std::string_view::npos) return {};
  return std::string(json.substr(open + 1, close - open - 1));
}

}  // namespace farthing::bench
