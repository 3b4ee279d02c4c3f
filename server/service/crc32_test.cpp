// SPDX-License-Identifier: Apache-2.0
#include "server/service/crc32.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::service::crc32_test {

TEST(Crc32, AgreesWithTheCheckValueOfItsCatalogue) { EXPECT_EQ(crc32("123456789"), 0xcbf43926U); }

TEST(Crc32, OfNothingIsZero) { EXPECT_EQ(crc32(""), 0U); }

TEST(Crc32, TakesLengthsThatAreNoMultipleOfEight) {
  EXPECT_EQ(crc32("a"), 0xe8b7be43U);
  EXPECT_EQ(crc32("abc"), 0x352441c2U);
  EXPECT_EQ(crc32("message digest"), 0x20159d7fU);
  EXPECT_EQ(crc32("The quick brown fox jumps over the lazy dog"), 0x414fa339U);
}

}  // namespace farthing::service::crc32_test
