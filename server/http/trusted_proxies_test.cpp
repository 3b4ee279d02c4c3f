// SPDX-License-Identifier: Apache-2.0
#include "server/http/trusted_proxies.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace farthing::http::trusted_proxies_test {

TrustedProxies proxies() {
  return TrustedProxies({*IpNetwork::parse("10.0.0.0/8"), *IpNetwork::parse("2001:db8:1::/48")});
}

// The client that a request from `peer` with these lines, in the order they were sent, comes from.
std::string client_of(std::string_view peer, const std::vector<std::string>& lines) {
  const TrustedProxies trusted = proxies();
  IpAddress client = *IpAddress::parse(peer);
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (!trusted.follow(*line, client)) break;
  }
  return client.to_string();
}

struct Case {
  std::string peer;
  std::vector<std::string> lines;
  std::string client;
};

TEST(TrustedProxies, AreBelievedAndNobodyElse) {
  const std::vector<Case> cases = {
      {"10.0.0.1", {}, "10.0.0.1"},
      {"10.0.0.1", {""}, "10.0.0.1"},
      {"10.0.0.1", {"192.0.2.1"}, "192.0.2.1"},
      // A stranger says what it likes.
      {"192.0.2.9", {"192.0.2.1"}, "192.0.2.9"},
      {"192.0.2.9", {"10.0.0.1"}, "192.0.2.9"},
      // What a client had sent before the first trusted proxy is passed over.
      {"10.0.0.1", {"198.51.100.7, 192.0.2.1"}, "192.0.2.1"},
      {"10.0.0.1", {"10.0.0.7, 192.0.2.1"}, "192.0.2.1"},
      // Several proxies, in one line or in several.
      {"10.0.0.1", {"198.51.100.7, 192.0.2.1, 10.0.0.2, 10.0.0.3"}, "192.0.2.1"},
      {"10.0.0.1", {"198.51.100.7", "192.0.2.1", "10.0.0.2"}, "192.0.2.1"},
      {"10.0.0.1", {"192.0.2.1,10.0.0.2", "10.0.0.3"}, "192.0.2.1"},
      // A client within the trusted network is the last one known.
      {"10.0.0.1", {"10.0.0.9, 10.0.0.2"}, "10.0.0.9"},
      // Forms of an address.
      {"10.0.0.1", {"192.0.2.1:4711"}, "192.0.2.1"},
      {"10.0.0.1", {"2001:db8::1"}, "2001:db8::1"},
      {"10.0.0.1", {"[2001:db8::1]"}, "2001:db8::1"},
      {"10.0.0.1", {"[2001:DB8:0::1]:443"}, "2001:db8::1"},
      {"10.0.0.1", {"::ffff:192.0.2.1"}, "192.0.2.1"},
      {"2001:db8:1::5", {" \t192.0.2.1\t "}, "192.0.2.1"},
      // Empty elements say nothing.
      {"10.0.0.1", {",192.0.2.1, ,\t,"}, "192.0.2.1"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(client_of(each.peer, each.lines), each.client)
        << each.peer << " " << testing::PrintToString(each.lines);
  }
}

TEST(TrustedProxies, WhatIsNoAddressEndsTheWay) {
  for (const std::string element :
       {"unknown",          "_hidden",     "\"192.0.2.1\"",    "for=192.0.2.1",
        "192.0.2.1/32",     "192.0.2",     "192.0.2.1:",       "192.0.2.1:x",
        "192.0.2.1:123456", "[192.0.2.1]", "[2001:db8::1",     "[2001:db8::1]443",
        "[2001:db8::1]:",   "[]",          "2001:db8::1%eth0", "192.0.2.1 192.0.2.2",
        "192.0.2.1;",       "\xff\xfe",    "999.0.2.1",        "example.com"}) {
    EXPECT_EQ(client_of("10.0.0.1", {element}), "10.0.0.1") << element;
    // What stands before it counts as little.
    EXPECT_EQ(client_of("10.0.0.1", {"192.0.2.7, " + element}), "10.0.0.1") << element;
    EXPECT_EQ(client_of("10.0.0.1", {"192.0.2.7", element}), "10.0.0.1") << element;
    EXPECT_EQ(client_of("10.0.0.1", {element + ", 10.0.0.2"}), "10.0.0.2") << element;
  }
}

TEST(TrustedProxies, NoneAreTrustedByDefault) {
  IpAddress client = *IpAddress::parse("127.0.0.1");
  EXPECT_FALSE(TrustedProxies().follow("192.0.2.1", client));
  EXPECT_EQ(client.to_string(), "127.0.0.1");
}

}  // namespace farthing::http::trusted_proxies_test
