// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/header_rules.hpp"

#include <algorithm>
#include <array>

namespace farthing::sdk {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool is_header_name(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    const char lower = to_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

std::optional<std::string> credential_flaw(std::string_view value) {
  if (value.empty()) return "is empty";
  if (std::any_of(value.begin(), value.end(), is_control)) {
    return "contains a control character, such as a line break";
  }
  if (std::any_of(value.begin(), value.end(),
                  [](char c) { return static_cast<unsigned char>(c) > 0x7F; })) {
    return "contains a character that is not ASCII";
  }
  if (value.front() == ' ' || value.back() == ' ') return "begins or ends with a blank";
  return {};
}

std::optional<std::string> header_value_flaw(std::string_view value) {
  if (std::any_of(value.begin(), value.end(), [](char c) { return is_control(c) && c != '\t'; })) {
    return "contains a control character, such as a line break";
  }
  return {};
}

void set_header(std::vector<Header>& headers, const Header& header) {
  for (Header& candidate : headers) {
    if (equals_ignoring_case(candidate.name, header.name)) {
      candidate.value = header.value;
      return;
    }
  }
  headers.push_back(header);
}

bool is_reserved_header(std::string_view name) {
  constexpr std::array<std::string_view, 9> kReserved = {
      "authorization", "organization",      "idempotency-key", "host",   "content-length",
      "content-type",  "transfer-encoding", "connection",      "expect",
  };
  return std::any_of(kReserved.begin(), kReserved.end(), [&](std::string_view reserved) {
    return equals_ignoring_case(name, reserved);
  });
}

}  // namespace farthing::sdk
