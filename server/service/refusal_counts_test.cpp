// SPDX-License-Identifier: Apache-2.0
#include "server/service/refusal_counts.hpp"

#include <gtest/gtest.h>

#include <stop_token>

namespace farthing::service::refusal_counts_test {

using Lines = std::vector<std::string>;

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

IpAddress numbered(std::uint32_t number) {
  const auto byte = [number](int shift) { return static_cast<std::uint8_t>(number >> shift); };
  return IpAddress::from_v4({10, byte(16), byte(8), byte(0)});
}

TEST(RefusalCounts, OneLineSaysAllOfAnAddress) {
  RefusalCounts counts;
  for (int i = 0; i < 80'000; ++i) counts.note(Refusal::wrong_key, address("192.0.2.1"));
  const ApiKeyId key{Id128{{1}}};
  counts.note(Refusal::wrong_network, address("192.0.2.1"), key);
  counts.note(Refusal::rate_limit, address("192.0.2.1"), key);
  counts.note(Refusal::handshake, address("192.0.2.1"));
  counts.note(Refusal::large_request, address("192.0.2.1"));
  EXPECT_EQ(counts.take_lines(),
            Lines{"requests were refused client=192.0.2.1 wrong_keys=80000 wrong_networks=1 "
                  "rate_limits=1 handshakes=1 large_requests=1 last_key=" +
                  key.to_string()});
  EXPECT_EQ(counts.take_lines(), Lines{}) << "each refusal is told once";
}

TEST(RefusalCounts, AnAddressIsWhatOneCallerHas) {
  RefusalCounts counts;
  for (const char* text :
       {"2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "192.0.2.1", "::ffff:192.0.2.1"}) {
    counts.note(Refusal::wrong_key, address(text));
  }
  counts.note(Refusal::wrong_key, {});
  EXPECT_EQ(counts.take_lines(),
            (Lines{"requests were refused client=192.0.2.1 wrong_keys=2",
                   "requests were refused client=2001:db8:0:1::/64 wrong_keys=2",
                   "requests were refused client=unknown wrong_keys=1"}));
}

TEST(RefusalCounts, ThoseWithMostHaveALineAndOthersShareOne) {
  RefusalCounts counts;
  for (std::uint32_t i = 0; i < 100; ++i) {
    for (std::uint32_t times = 0; times <= i; ++times) counts.note(Refusal::wrong_key, numbered(i));
  }
  counts.note(Refusal::rate_limit, numbered(0));
  const Lines lines = counts.take_lines();
  ASSERT_EQ(lines.size(), 11U);
  EXPECT_EQ(lines.front(), "requests were refused client=10.0.0.99 wrong_keys=100");
  EXPECT_EQ(lines[9], "requests were refused client=10.0.0.90 wrong_keys=91");
  EXPECT_EQ(lines.back(), "requests were refused clients=90 others wrong_keys=4095 rate_limits=1");
}

TEST(RefusalCounts, AFloodOfAddressesTakesNoMemoryAndIsCounted) {
  RefusalCounts counts;
  for (int i = 0; i < 50; ++i) counts.note(Refusal::wrong_key, address("192.0.2.1"));
  for (std::uint32_t i = 0; i < 100'000; ++i) counts.note(Refusal::wrong_key, numbered(i));
  counts.note(Refusal::wrong_key, address("192.0.2.1"));
  const Lines lines = counts.take_lines();
  ASSERT_EQ(lines.size(), 11U);
  EXPECT_EQ(lines.front(), "requests were refused client=192.0.2.1 wrong_keys=51");
  EXPECT_EQ(lines.back(), "requests were refused clients=more than 4086 others wrong_keys=99991");
}

TEST(RefusalCounts, WaitsForTheFirst) {
  RefusalCounts counts;
  std::stop_source stop;
  counts.note(Refusal::wrong_key, {});
  EXPECT_TRUE(counts.wait(stop.get_token()));
  (void)counts.take_lines();
  stop.request_stop();
  EXPECT_FALSE(counts.wait(stop.get_token()));
}

}  // namespace farthing::service::refusal_counts_test
