// SPDX-License-Identifier: Apache-2.0
#include "base/ip_network.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/model/ip_reference.hpp"

namespace farthing::ip_network_test {

struct Reading {
  std::string text;
  std::string expected;
};

std::string address_of(const std::string& text) {
  const auto address = IpAddress::parse(text);
  return address ? address->to_string() : "refused";
}

std::string network_of(const std::string& text) {
  const auto network = IpNetwork::parse(text);
  return network ? network->to_string() : "refused";
}

TEST(IpAddress, ReadsEveryFormAndPrintsOne) {
  const std::vector<Reading> cases = {
      {"0.0.0.0", "0.0.0.0"},
      {"127.0.0.1", "127.0.0.1"},
      {"255.255.255.255", "255.255.255.255"},
      // IPv4 in its IPv6 form is IPv4.
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::FFFF:c000:0201", "192.0.2.1"},
      {"0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"},
      // The examples of RFC 5952, sections 1 and 4.
      {"2001:0db8::0001", "2001:db8::1"},
      {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
      {"2001:db8::2:1", "2001:db8::2:1"},
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
      {"2001:DB8::ABCD", "2001:db8::abcd"},
      {"2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:1"},
      // Gaps at either end, all there is, and of one group.
      {"::", "::"},
      {"0:0:0:0:0:0:0:0", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
  };
  for (const Reading& each : cases) EXPECT_EQ(address_of(each.text), each.expected) << each.text;
}

TEST(IpAddress, RefusesWhatIsNotAnAddress) {
  const std::vector<std::string> cases = {"",
                                          " ",
                                          ".",
                                          ":",
                                          "1",
                                          "1.2.3",
                                          "1.2.3.",
                                          ".1.2.3",
                                          "1..2.3",
                                          "1.2.3.4.",
                                          "1.2.3.4.5",
                                          "256.0.0.1",
                                          "1.2.3.999",
                                          "1.2.3.1000",
                                          "01.2.3.4",
                                          "1.2.3.00",
                                          "+1.2.3.4",
                                          "-1.2.3.4",
                                          "1.2.3.4 ",
                                          " 1.2.3.4",
                                          "0x7f.0.0.1",
                                          "127.1",
                                          "2130706433",
                                          "1.2.3.4:80",
                                          ":::",
                                          "::1::",
                                          "1::2::3",
                                          "1:2:3:4:5:6:7",
                                          "1:2:3:4:5:6:7:8:9",
                                          "1:2:3:4:5:6:7:8:",
                                          ":1:2:3:4:5:6:7:8",
                                          "1:2:3:4:5:6:7:8::",
                                          "::1:2:3:4:5:6:7:8",
                                          "1:2:3:4::5:6:7:8",
                                          "12345::",
                                          "::00001",
                                          "g::",
                                          "::-1",
                                          "::+1",
                                          "[::1]",
                                          "fe80::1%eth0",
                                          "fe80::1%25eth0",
                                          "::1.2.3",
                                          "::1.2.3.4:5",
                                          "1.2.3.4::",
                                          "1:2:3:4:5:6:7:1.2.3.4",
                                          "::1.2.3.256",
                                          "::ffff:01.2.3.4",
                                          "localhost",
                                          "::1 ",
                                          " ::1",
                                          "::1/128",
                                          std::string("::1\0", 4),
                                          std::string("1.2.3.4\0", 8)};
  for (const std::string& text : cases) EXPECT_EQ(address_of(text), "refused") << text;
}

TEST(IpAddress, IsMadeOfTheBytesOfASocketAddress) {
  EXPECT_EQ(IpAddress::from_v4({192, 0, 2, 1}).to_string(), "192.0.2.1");
  EXPECT_TRUE(IpAddress::from_v4({192, 0, 2, 1}).is_v4());
  const IpAddress v6 =
      IpAddress::from_v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  EXPECT_EQ(v6, IpAddress::parse("2001:db8::1"));
  EXPECT_FALSE(v6.is_v4());
  // What a socket that listens on both families says of an IPv4 client.
  EXPECT_EQ(
      IpAddress::from_v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1}).to_string(),
      "192.0.2.1");
  EXPECT_EQ(IpAddress().to_string(), "::");
}

TEST(IpNetwork, ReadsNetworksAndPrintsOneForm) {
  const std::vector<Reading> cases = {
      {"0.0.0.0/0", "0.0.0.0/0"},
      {"10.0.0.0/8", "10.0.0.0/8"},
      {"192.0.2.128/25", "192.0.2.128/25"},
      {"192.0.2.1/32", "192.0.2.1/32"},
      {"192.0.2.1", "192.0.2.1/32"},
      {"::/0", "::/0"},
      {"2001:DB8:0::/32", "2001:db8::/32"},
      {"2001:db8::1", "2001:db8::1/128"},
      {"::ffff:192.0.2.0/120", "192.0.2.0/24"},
      {"::ffff:0:0/96", "0.0.0.0/0"},
      {"::ffff:192.0.2.1", "192.0.2.1/32"},
      {"::fffe:0:0/95", "::fffe:0:0/95"},
      // Bits behind the prefix.
      {"192.0.2.1/24", "refused"},
      {"192.0.2.128/24", "refused"},
      {"0.0.0.1/0", "refused"},
      {"2001:db8::1/127", "refused"},
      {"::ffff:0:0/95", "refused"},
      // Prefixes.
      {"10.0.0.0/33", "refused"},
      {"::/129", "refused"},
      {"10.0.0.0/104", "refused"},
      {"10.0.0.0/", "refused"},
      {"10.0.0.0/08", "refused"},
      {"10.0.0.0/+8", "refused"},
      {"10.0.0.0/-8", "refused"},
      {"10.0.0.0/8 ", "refused"},
      {"10.0.0.0/8/8", "refused"},
      {"10.0.0.0/255.0.0.0", "refused"},
      {"10.0.0.0/4294967304", "refused"},
      // Addresses.
      {"", "refused"},
      {"/", "refused"},
      {"/8", "refused"},
      {"10/8", "refused"},
      {"10.0.0/24", "refused"},
      {"localhost/8", "refused"},
  };
  for (const Reading& each : cases) EXPECT_EQ(network_of(each.text), each.expected) << each.text;
}

TEST(IpNetwork, HoldsTheAddressesOfItsFamilyThatShareItsBits) {
  struct Case {
    std::string network;
    std::string address;
    bool is_inside;
  };
  const std::vector<Case> cases = {
      {"192.0.2.0/24", "192.0.2.0", true},
      {"192.0.2.0/24", "192.0.2.255", true},
      {"192.0.2.0/24", "192.0.1.255", false},
      {"192.0.2.0/24", "192.0.3.0", false},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.2", false},
      {"0.0.0.0/0", "255.255.255.255", true},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"::/0", "2001:db8::1", true},
      // The families stay apart, whatever form an address is written in.
      {"::/0", "192.0.2.1", false},
      {"0.0.0.0/0", "::1", false},
      {"0.0.0.0/0", "::192.0.2.1", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},
      {"::ffff:10.0.0.0/104", "10.1.2.3", true},
      {"::fffe:0:0/95", "192.0.2.1", false},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(IpNetwork::parse(each.network)->contains(*IpAddress::parse(each.address)),
              each.is_inside)
        << each.network << " " << each.address;
  }
}

rc::Gen<IpAddress> addresses() {
  return rc::gen::map(rc::gen::container<std::vector<std::uint8_t>>(
                          16, rc::gen::element<std::uint8_t>(0, 0, 0, 0, 1, 10, 0x80, 0xfe, 0xff)),
                      [](const std::vector<std::uint8_t>& chosen) {
                        if (chosen[0] == 1) {
                          return IpAddress::from_v4({chosen[1], chosen[2], chosen[3], chosen[4]});
                        }
                        IpAddress::Bytes bytes{};
                        std::copy(chosen.begin(), chosen.end(), bytes.begin());
                        return IpAddress::from_v6(bytes);
                      });
}

RC_GTEST_PROP(IpAddressProperty, ReadsBackWhatItPrints, ()) {
  const IpAddress address = *addresses();
  RC_ASSERT(IpAddress::parse(address.to_string()) == address);
  RC_ASSERT(ip_reference::read_address(address.to_string()).has_value());
}

// One character of a good text changed, lost or doubled.
RC_GTEST_PROP(IpNetworkProperty, AgreesWithASecondReadingOfBentText, ()) {
  std::string text = (*addresses()).to_string() + "/" + std::to_string(*rc::gen::inRange(0, 130));
  if (*rc::gen::arbitrary<bool>()) {
    const auto place =
        static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(text.size())));
    const char changed = *rc::gen::element('0', '1', '9', 'f', 'A', ':', '.', '/', '-', ' ');
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        text[place] = changed;
        break;
      case 1:
        text.erase(place, 1);
        break;
      default:
        text.insert(place, 1, changed);
    }
  }
  const auto network = IpNetwork::parse(text);
  const auto reference = ip_reference::read_network(text);
  RC_ASSERT(network.has_value() == reference.has_value());
  if (!network) return;
  const std::string address = (*addresses()).to_string();
  RC_ASSERT(network->contains(*IpAddress::parse(address)) ==
            ip_reference::contains(*reference, *ip_reference::read_address(address)));
  RC_ASSERT(IpNetwork::parse(network->to_string()) == network);
}

}  // namespace farthing::ip_network_test
