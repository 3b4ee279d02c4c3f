// SPDX-License-Identifier: Apache-2.0
#include "verify/spool.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::verify::spool_test {

std::string value_of(std::uint64_t number) {
  return std::string(number % 100, static_cast<char>('a' + number % 26)) + std::to_string(number);
}

TEST(Spool, KeepsMoreThanItsFirstPages) {
  constexpr std::uint64_t kNumbers = 300'000;
  Spool spool;
  EXPECT_TRUE(spool.get(0).empty());
  for (std::uint64_t number = 1; number <= kNumbers; ++number) spool.put(number, value_of(number));
  spool.put(7, "another");
  for (std::uint64_t number = 8; number <= kNumbers; ++number) {
    ASSERT_EQ(spool.get(number), value_of(number));
  }
  EXPECT_EQ(spool.get(7), "another");
  EXPECT_TRUE(spool.get(kNumbers + 1).empty());
  EXPECT_FALSE(spool.has_failed());
}

TEST(Spool, IsEmptyAfterItWasCleared) {
  Spool spool;
  spool.put(3, "three");
  spool.clear();
  EXPECT_TRUE(spool.get(3).empty());
  spool.put(2, "two");
  EXPECT_EQ(spool.get(2), "two");
  EXPECT_TRUE(spool.get(3).empty());
}

}  // namespace farthing::verify::spool_test
