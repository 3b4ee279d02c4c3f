// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/redaction.hpp"

#include <algorithm>
#include <cstddef>

namespace farthing::sdk {
namespace {

constexpr std::size_t kShortestKey = 4;
constexpr std::size_t kShortestPart = 8;

// Returns how many characters at the beginning of `text` occur in a row anywhere in `key`.
std::size_t longest_part(std::string_view text, std::string_view key) {
  std::size_t longest = 0;
  for (std::size_t begin = 0; begin + longest < key.size(); ++begin) {
    const std::string_view rest = key.substr(begin);
    const auto [end, _] = std::mismatch(rest.begin(), rest.end(), text.begin(), text.end());
    longest = std::max(longest, static_cast<std::size_t>(end - rest.begin()));
  }
  return longest;
}

}  // namespace

std::string redact(std::string_view text, std::string_view key) {
  if (key.size() < kShortestKey) return std::string(text);
  const std::size_t shortest = std::min(kShortestPart, key.size());
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = longest_part(text, key);
    if (length >= shortest) {
      out += kRedacted;
      text.remove_prefix(length);
    } else {
      out.push_back(text.front());
      text.remove_prefix(1);
    }
  }
  return out;
}

void redact_error(Error& error, std::string_view key) {
  error.id = redact(error.id, key);
  error.name = redact(error.name, key);
  error.message = redact(error.message, key);
  for (ExtraField& field : error.extra) {
    field.name = redact(field.name, key);
    field.json = redact(field.json, key);
  }
}

std::string redact_whole(std::string text, std::string_view key) {
  if (key.size() < kShortestKey) return text;
  for (std::size_t at = text.find(key); at != std::string::npos;
       at = text.find(key, at + kRedacted.size())) {
    text.replace(at, key.size(), kRedacted);
  }
  return text;
}

}  // namespace farthing::sdk
