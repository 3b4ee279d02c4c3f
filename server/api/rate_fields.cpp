// SPDX-License-Identifier: Apache-2.0
#include "server/api/rate_fields.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace farthing::api {
namespace {

void append_number(std::uint32_t number, std::string& out) {
  std::array<char, 10> digits;
  char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

}  // namespace

// The fields of a refused request have the instant that Retry-After names as their reset.
RateFields::RateFields(const service::RateVerdict& verdict, std::string_view policy)
    : policy_(policy),
      limit_(verdict.limit),
      remaining_(verdict.remaining),
      reset_s_(static_cast<std::uint32_t>(
          std::chrono::ceil<std::chrono::seconds>(verdict.is_allowed ? verdict.full_after
                                                                     : verdict.retry_after)
              .count())) {}

void RateFields::append_to(std::string& lines) const {
  if (limit_.requests == 0) return;
  lines.append("RateLimit-Policy: \"").append(policy_).append("\";q=");
  append_number(limit_.requests, lines);
  lines += ";w=";
  append_number(limit_.per_s, lines);
  lines.append("\r\nRateLimit: \"").append(policy_).append("\";r=");
  append_number(remaining_, lines);
  lines += ";t=";
  append_number(reset_s_, lines);
  lines += "\r\n";
}

}  // namespace farthing::api
