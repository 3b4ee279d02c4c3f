// SPDX-License-Identifier: Apache-2.0
// Dates as HTTP writes them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace farthing::sdk {

// Reads the three forms of RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT` and the two
// obsolete ones. Nothing for anything else. The name of the day is not held against the date.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

}  // namespace farthing::sdk
