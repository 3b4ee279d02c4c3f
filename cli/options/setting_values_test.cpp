// SPDX-License-Identifier: Apache-2.0
#include "cli/options/setting_values.hpp"

#include <gtest/gtest.h>

namespace farthing::cli::setting_values_test {

using std::chrono::milliseconds;

TEST(Timeout, IsAPlainDecimalOfSeconds) {
  EXPECT_EQ(parse_timeout("30"), milliseconds(30'000));
  EXPECT_EQ(parse_timeout("2.5"), milliseconds(2'500));
  EXPECT_EQ(parse_timeout("0.001"), milliseconds(1));
  EXPECT_EQ(parse_timeout("86400"), milliseconds(86'400'000));
}

TEST(Timeout, RefusesEverythingElse) {
  for (const char* text : {"", "0", "-1", "0.0001", "86401", "1e3", "5s", " 5", "inf", "nan"}) {
    EXPECT_FALSE(parse_timeout(text).has_value()) << text;
  }
}

TEST(AuthSchemes, HaveTwoNames) {
  EXPECT_EQ(parse_auth_scheme("bare"), sdk::AuthScheme::bare);
  EXPECT_EQ(parse_auth_scheme("bearer"), sdk::AuthScheme::bearer);
  EXPECT_FALSE(parse_auth_scheme("Basic").has_value());
}

}  // namespace farthing::cli::setting_values_test
