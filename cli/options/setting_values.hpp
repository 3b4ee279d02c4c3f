// SPDX-License-Identifier: Apache-2.0
// The values that an option and a profile have in common, read the same way from both.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include <farthing/options.hpp>

namespace farthing::cli {

inline constexpr int kMaxRetries = 100;

// Reads seconds as a plain decimal, from 0.001 to 86400: "2.5".
std::optional<std::chrono::milliseconds> parse_timeout(std::string_view seconds);

// Reads "bare" or "bearer".
std::optional<sdk::AuthScheme> parse_auth_scheme(std::string_view name);

}  // namespace farthing::cli
