// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/retry_rules.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <string>

namespace farthing::sdk {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Longer waits are treated like this one: no deadline allows them.
constexpr std::int64_t kLongestRetryAfter = 1'000'000'000;

std::string with_zeros(int number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

// Returns the text behind the day's name in an HTTP date, once for each form.
std::array<std::string, 4> http_dates_of(std::chrono::sys_seconds time) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(time - midnight);
  const std::string year = with_zeros(static_cast<int>(date.year()), 4);
  const std::string month(kMonths[static_cast<unsigned>(date.month()) - 1]);
  const std::string day = with_zeros(static_cast<int>(static_cast<unsigned>(date.day())), 2);
  const std::string hms = with_zeros(static_cast<int>(clock.hours().count()), 2) + ":" +
                          with_zeros(static_cast<int>(clock.minutes().count()), 2) + ":" +
                          with_zeros(static_cast<int>(clock.seconds().count()), 2);
  const std::string blank_day = (day.front() == '0' ? " " : day.substr(0, 1)) + day.substr(1);
  return {", " + day + " " + month + " " + year + " " + hms + " GMT",
          ", " + day + "-" + month + "-" + year.substr(year.size() - 2) + " " + hms + " GMT",
          " " + month + " " + blank_day + " " + hms + " " + year,
          " " + month + " " + day + " " + hms + " " + year};
}

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
  // In seconds: nanoseconds, which the clock counts, do not reach the year 2263.
  const seconds wait = *until - (server_now ? *server_now : std::chrono::floor<seconds>(now));
  return std::clamp(wait, seconds(0), seconds(kLongestRetryAfter));
}

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  const std::time_t time = curl_getdate(std::string(text).c_str(), nullptr);
  if (time == -1) return {};
  // libcurl reads much that is no HTTP date, such as the 31st of February. The time that it read
  // must be the one that was written.
  const std::chrono::sys_seconds read{seconds(time)};
  const std::size_t day_name = std::min(text.find_first_of(", "), text.size());
  const auto dates = http_dates_of(read);
  if (std::find(dates.begin(), dates.end(), text.substr(day_name)) == dates.end()) return {};
  return read;
}

}  // namespace farthing::sdk
