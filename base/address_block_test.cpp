// SPDX-License-Identifier: Apache-2.0
#include "base/address_block.hpp"

#include <gtest/gtest.h>

namespace farthing::address_block_test {

std::string block_of(std::string_view text) {
  return address_block_of(*IpAddress::parse(text)).to_string();
}

TEST(AddressBlock, IsAnAddressOfIpv4OrA64OfIpv6) {
  EXPECT_EQ(block_of("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(block_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(block_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
  EXPECT_EQ(block_of("2001:db8:1:2:ffff::"), "2001:db8:1:2::");
  EXPECT_NE(block_of("2001:db8:1:3::1"), block_of("2001:db8:1:2::1"));
}

TEST(AddressBlock, KnowsWhatIsLoopback) {
  for (const char* text : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback(*IpAddress::parse(text))) << text;
  }
  for (const char* text : {"126.0.0.1", "128.0.0.1", "::", "::2", "fe80::1"}) {
    EXPECT_FALSE(is_loopback(*IpAddress::parse(text))) << text;
  }
}

}  // namespace farthing::address_block_test
