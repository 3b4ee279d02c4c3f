// SPDX-License-Identifier: Apache-2.0
// A check of options and arguments that are whole numbers: CLI11 by itself takes 011 for nine, 0x10
// for sixteen, and a number that is too large for the largest that there is.
#pragma once

#include <CLI/Validators.hpp>
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace farthing::cli {

// Refuses everything but at most so many decimal digits without zeros in front, behind a minus sign
// or none.
inline CLI::Validator whole_number(std::size_t most_digits = 18) {
  const auto find_flaw = [most_digits](const std::string& text) -> std::string {
    std::string_view digits = text;
    if (digits.starts_with('-')) digits.remove_prefix(1);
    const bool is_decimal =
        std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    const bool has_zeros_in_front = digits.size() > 1 && digits.front() == '0';
    if (is_decimal && !digits.empty() && digits.size() <= most_digits && !has_zeros_in_front) {
      return {};
    }
    return "it must be a whole number that is not too large, in decimal digits without zeros in "
           "front";
  };
  return {find_flaw, ""};
}

}  // namespace farthing::cli
