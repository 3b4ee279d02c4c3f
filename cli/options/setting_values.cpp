// SPDX-License-Identifier: Apache-2.0
#include "cli/options/setting_values.hpp"

#include <charconv>
#include <cmath>
#include <system_error>

namespace farthing::cli {

std::optional<std::chrono::milliseconds> parse_timeout(std::string_view seconds) {
  constexpr double kShortest = 0.001;
  constexpr double kLongest = 86'400;
  double value = 0;
  const char* end = seconds.data() + seconds.size();
  const auto [stop, error] = std::from_chars(seconds.data(), end, value, std::chars_format::fixed);
  if (error != std::errc{} || stop != end) return {};
  // This form of the comparison also fails for NaN.
  if (!(value >= kShortest && value <= kLongest)) return {};
  return std::chrono::milliseconds(std::llround(value * 1'000));
}

std::optional<sdk::AuthScheme> parse_auth_scheme(std::string_view name) {
  if (name == "bare") return sdk::AuthScheme::bare;
  if (name == "bearer") return sdk::AuthScheme::bearer;
  return {};
}

}  // namespace farthing::cli
