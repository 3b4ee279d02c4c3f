// SPDX-License-Identifier: Apache-2.0
#include "verify/unique_keys.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::verify::unique_keys_test {

TEST(UniqueKeys, FindsNothingAmongKeysThatAreAllDifferent) {
  UniqueKeys keys;
  EXPECT_FALSE(keys.find_repeat());
  for (std::uint64_t seq = 1; seq <= 100'000; ++seq) keys.add("key " + std::to_string(seq), seq);
  EXPECT_FALSE(keys.find_repeat());
  EXPECT_FALSE(keys.has_failed());
}

TEST(UniqueKeys, FindsTheKeyThatWasRepeatedFirst) {
  UniqueKeys keys;
  for (std::uint64_t seq = 1; seq <= 1'000; ++seq) keys.add(std::to_string(seq % 990), seq);
  const auto repeat = keys.find_repeat();
  ASSERT_TRUE(repeat);
  EXPECT_EQ(repeat->first, 1U);
  EXPECT_EQ(repeat->second, 991U);
}

}  // namespace farthing::verify::unique_keys_test
