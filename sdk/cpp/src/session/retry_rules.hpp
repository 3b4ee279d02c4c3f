// SPDX-License-Identifier: Apache-2.0
// The one table of what is retried and how long to wait before. The functions are pure: no clock,
// no random numbers.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include <farthing/failure.hpp>
#include <farthing/options.hpp>

namespace farthing::sdk {

// Returns whether a request with an answer of that status, and that error if its body was one, may
// be retried.
bool is_retryable(const RetryPolicy& policy, int status, const std::optional<Error>& error);

// Returns whether an attempt that failed with this kind may be made again.
bool is_retryable(FailureKind kind);

// Returns whether a request that got this status may yet have been carried out.
bool leaves_outcome_unknown(int status);

// Returns the wait after `attempts` failed attempts; `fraction` is drawn evenly from [0, 1).
std::chrono::milliseconds backoff(const RetryPolicy& policy, int attempts, double fraction);

// Returns how long an answer's `Retry-After` asks to wait, in seconds or until a date; nothing
// without a readable one. A date counts from the answer's own `Date`, so that a wrong clock on this
// side does no harm, or without one from `now`. Never negative.
std::optional<std::chrono::milliseconds> retry_after(const std::vector<Header>& headers,
                                                     std::chrono::system_clock::time_point now);

// Reads the three forms of RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT` and the two
// obsolete ones. Returns nothing for anything else, times that no clock shows included. Does not
// check the name of the day against the date.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

}  // namespace farthing::sdk
