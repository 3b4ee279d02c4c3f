// SPDX-License-Identifier: Apache-2.0
// Compares decimal numbers of any size and precision exactly: other servers send balances with more
// places than `Credits` has, and a double would call unequal ones equal.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace farthing::cli {

// Compares two JSON number literals, exponents included; returns nothing when one of them is none.
std::optional<std::strong_ordering> compare_decimals(std::string_view left, std::string_view right);

}  // namespace farthing::cli
