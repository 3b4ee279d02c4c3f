// SPDX-License-Identifier: Apache-2.0
#include "cli/options/decimal.hpp"

#include <gtest/gtest.h>

namespace farthing::cli::decimal_test {

struct Case {
  const char* left;
  const char* right;
  std::strong_ordering order;
};

class Decimals : public testing::TestWithParam<Case> {};

TEST_P(Decimals, AreComparedExactly) {
  const auto& [left, right, order] = GetParam();
  EXPECT_EQ(compare_decimals(left, right), order) << left << " and " << right;
  const auto reverse = std::is_eq(order)   ? std::strong_ordering::equal
                       : std::is_lt(order) ? std::strong_ordering::greater
                                           : std::strong_ordering::less;
  EXPECT_EQ(compare_decimals(right, left), reverse) << right << " and " << left;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Decimals,
    testing::Values(
        Case{"0", "0", std::strong_ordering::equal}, Case{"-0.0", "0", std::strong_ordering::equal},
        Case{"12.50", "12.5", std::strong_ordering::equal},
        Case{"1e3", "1000.0", std::strong_ordering::equal},
        Case{"0.00125E+2", "0.125", std::strong_ordering::equal},
        Case{"12.5", "12.4", std::strong_ordering::greater},
        Case{"9", "10", std::strong_ordering::less},
        Case{"0.6336833840314097", "0.6336833840314096", std::strong_ordering::greater},
        Case{"9.9999999999999999999", "10", std::strong_ordering::less},
        Case{"100000000000000000000", "99999999999999999999", std::strong_ordering::greater},
        Case{"-1", "0", std::strong_ordering::less}, Case{"-2", "-1.5", std::strong_ordering::less},
        Case{"-0.1", "-0.01", std::strong_ordering::less},
        Case{"0.000000001", "0", std::strong_ordering::greater},
        Case{"1e-400", "0", std::strong_ordering::greater},
        Case{"5", "51", std::strong_ordering::less}));

TEST(Decimals, RefuseWhatIsNotANumber) {
  for (const char* text :
       {"", "-", "+1", ".5", "5.", "01", "1e", "1e+", "nan", "1 ", "0x1", "1e99999999999"}) {
    EXPECT_FALSE(compare_decimals(text, "1").has_value()) << text;
    EXPECT_FALSE(compare_decimals("1", text).has_value()) << text;
  }
}

}  // namespace farthing::cli::decimal_test
