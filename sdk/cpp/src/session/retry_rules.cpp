// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/retry_rules.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "sdk/cpp/src/session/http_date.hpp"

namespace farthing::sdk {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Longer waits mean the same as this one: not within any deadline.
constexpr std::int64_t kLongestRetryAfter = 1'000'000'000;

}  // namespace

bool is_retryable(const RetryPolicy& policy, int status, const std::optional<Error>& error) {
  // Asking again does not bring credits.
  if (error && (error->name == "insufficient_balance" || error->name == "insufficient_credits")) {
    return false;
  }
  if (policy.statuses) {
    return std::find(policy.statuses->begin(), policy.statuses->end(), status) !=
           policy.statuses->end();
  }
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

bool is_retryable(FailureKind kind) {
  return kind == FailureKind::transport || kind == FailureKind::timeout;
}

bool leaves_outcome_unknown(int status) { return status == 408 || status >= 500; }

milliseconds backoff(const RetryPolicy& policy, int attempts, double fraction) {
  milliseconds longest = policy.base_delay;
  for (int i = 1; i < attempts && longest < policy.max_delay; ++i) longest *= 2;
  longest = std::min(longest, policy.max_delay);
  return milliseconds(
      static_cast<milliseconds::rep>(static_cast<double>(longest.count()) * fraction));
}

std::optional<milliseconds> retry_after(const std::vector<Header>& headers,
                                        std::chrono::system_clock::time_point now) {
  const std::string* text = find_header(headers, "retry-after");
  if (!text || text->empty()) return {};
  std::int64_t count = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, count);
  if (stop == end && error == std::errc() && count >= 0) {
    return seconds(std::min(count, kLongestRetryAfter));
  }
  if (stop == end && error == std::errc::result_out_of_range && text->front() != '-') {
    return seconds(kLongestRetryAfter);
  }
  const auto until = parse_http_date(*text);
  if (!until) return {};
  const std::string* date = find_header(headers, "date");
  const auto server_now = date ? parse_http_date(*date) : std::nullopt;
  const auto wait =
      std::chrono::duration_cast<milliseconds>(*until - (server_now ? *server_now : now));
  return std::clamp(wait, milliseconds(0), milliseconds(seconds(kLongestRetryAfter)));
}

}  // namespace farthing::sdk
