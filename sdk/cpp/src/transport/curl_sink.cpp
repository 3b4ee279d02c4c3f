// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/transport/curl_sink.hpp"

#include <string>
#include <utility>

namespace farthing::sdk {
namespace {

constexpr std::size_t kMaxHeaderBytes = std::size_t{256} * 1024;
constexpr std::size_t kUsualHeaders = 8;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

void lower(std::string& text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

}  // namespace

void CurlSink::reset(std::size_t max_body_bytes) {
  response_ = {};
  max_body_bytes_ = max_body_bytes;
  header_bytes_ = 0;
  is_too_large_ = false;
}

// The callbacks are called from C, which no exception may cross; memory that runs out ends the
// transfer like any other answer that is too large.
std::size_t CurlSink::on_header(char* data, std::size_t size, std::size_t count, void* sink) {
  auto& self = *static_cast<CurlSink*>(sink);
  try {
    if (self.take_header({data, size * count})) return size * count;
  } catch (...) {
    self.is_too_large_ = true;
  }
  return 0;
}

std::size_t CurlSink::on_body(char* data, std::size_t size, std::size_t count, void* sink) {
  auto& self = *static_cast<CurlSink*>(sink);
  try {
    if (self.take_body({data, size * count})) return size * count;
  } catch (...) {
    self.is_too_large_ = true;
  }
  return size * count + 1;
}

bool CurlSink::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) {
    is_too_large_ = true;
    return false;
  }
  if (line.starts_with("HTTP/")) {
    // A new head: what came before was a `100 Continue` or a proxy's.
    response_.headers.clear();
    response_.headers.reserve(kUsualHeaders);
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos) {
    Header& header = response_.headers.emplace_back();
    header.name = line.substr(0, colon);
    lower(header.name);
    header.value = trim(line.substr(colon + 1));
  }
  return true;
}

bool CurlSink::take_body(std::string_view part) {
  if (part.size() > max_body_bytes_ - response_.body.size()) {
    is_too_large_ = true;
    return false;
  }
  response_.body += part;
  return true;
}

}  // namespace farthing::sdk
