// SPDX-License-Identifier: Apache-2.0
// Exact comparison of decimal numbers of any size and precision: other servers send balances with
// more places than `Credits` has, and a double would call unequal ones equal.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace farthing::cli {

// Both are JSON number literals, exponents included. Nothing when one of them is not.
std::optional<std::strong_ordering> compare_decimals(std::string_view left, std::string_view right);

}  // namespace farthing::cli
