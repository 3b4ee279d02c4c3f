// SPDX-License-Identifier: Apache-2.0
#include "server/service/request_limits.hpp"

#include <gtest/gtest.h>

namespace farthing::service::request_limits_test {

using directory::Scope;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr nanoseconds kNow = seconds(1'000);
constexpr directory::RateLimit kTwo{.requests = 2, .per_s = 10};

directory::ApiKey key_with(directory::Scopes scopes, std::uint8_t number = 1) {
  directory::ApiKey key;
  key.id.value.bytes[15] = number;
  key.scopes = scopes;
  return key;
}

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

TEST(RequestLimits, OnlyKeysForUsersAreLimitedByDefault) {
  RequestLimits limits(RateLimits{});
  const auto verdict = limits.count_use(key_with(Scope::user), KeyUser::holder, kNow);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->limit, (directory::RateLimit{.requests = 150, .per_s = 10}));
  directory::Scopes both = Scope::user;
  both.add(Scope::service);
  for (const directory::Scopes scopes :
       {directory::Scopes(Scope::service), directory::Scopes(Scope::admin), both}) {
    EXPECT_FALSE(limits.count_use(key_with(scopes), KeyUser::holder, kNow));
  }
}

TEST(RequestLimits, AKeysOwnLimitComesFirst) {
  RequestLimits limits({.user_keys = kTwo, .failures = {}});
  directory::ApiKey service_key = key_with(Scope::service);
  service_key.rate_limit = directory::RateLimit{.requests = 1, .per_s = 10};
  EXPECT_TRUE(limits.count_use(service_key, KeyUser::holder, kNow)->is_allowed);
  EXPECT_FALSE(limits.count_use(service_key, KeyUser::holder, kNow)->is_allowed);
  directory::ApiKey user = key_with(Scope::user, 2);
  user.rate_limit = directory::RateLimit{.requests = 3, .per_s = 10};
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(limits.count_use(user, KeyUser::holder, kNow)->is_allowed);
  EXPECT_FALSE(limits.count_use(user, KeyUser::holder, kNow)->is_allowed);
}

TEST(RequestLimits, WhatAServiceAsksCountsUnderAKeysOwnLimitOnly) {
  RequestLimits limits({.user_keys = kTwo, .failures = {}});
  directory::ApiKey key = key_with(Scope::user);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(limits.count_use(key, KeyUser::service, kNow));
  // Nothing of it was counted for what the holder asks.
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(limits.count_use(key, KeyUser::holder, kNow)->is_allowed);
  }
  EXPECT_FALSE(limits.count_use(key, KeyUser::holder, kNow)->is_allowed);

  directory::ApiKey limited = key_with(Scope::user, 2);
  limited.rate_limit = kTwo;
  EXPECT_TRUE(limits.count_use(limited, KeyUser::service, kNow)->is_allowed);
  EXPECT_TRUE(limits.count_use(limited, KeyUser::holder, kNow)->is_allowed);
  EXPECT_FALSE(limits.count_use(limited, KeyUser::service, kNow)->is_allowed);
}

TEST(RequestLimits, EachKeyIsCountedForItself) {
  RequestLimits limits({.user_keys = kTwo, .failures = {}});
  for (int i = 0; i < 2; ++i)
    EXPECT_TRUE(limits.count_use(key_with(Scope::user, 1), KeyUser::holder, kNow)->is_allowed);
  EXPECT_FALSE(limits.count_use(key_with(Scope::user, 1), KeyUser::holder, kNow)->is_allowed);
  EXPECT_TRUE(limits.count_use(key_with(Scope::user, 2), KeyUser::holder, kNow)->is_allowed);
}

TEST(RequestLimits, AddressesAreCountedByWhatOneCallerHas) {
  RequestLimits limits({.user_keys = {}, .failures = kTwo});
  const auto is_allowed = [&](std::string_view text) {
    return limits.count_failure(address(text), kNow)->is_allowed;
  };
  EXPECT_TRUE(is_allowed("192.0.2.1"));
  EXPECT_TRUE(is_allowed("::ffff:192.0.2.1"));
  EXPECT_FALSE(is_allowed("192.0.2.1"));
  EXPECT_TRUE(is_allowed("192.0.2.2"));
  EXPECT_TRUE(is_allowed("2001:db8:0:1::1"));
  EXPECT_TRUE(is_allowed("2001:db8:0:1:ffff::2"));
  EXPECT_FALSE(is_allowed("2001:db8:0:1::3")) << "the same /64";
  EXPECT_TRUE(is_allowed("2001:db8:0:2::1"));
}

TEST(RequestLimits, AFloodOfAddressesDoesNotFreeWhoIsRefused) {
  RequestLimits limits(
      {.user_keys = {}, .failures = directory::RateLimit{.requests = 20, .per_s = 60}});
  const IpAddress worst = address("192.0.2.1");
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(limits.count_failure(worst, kNow)->is_allowed);
  for (std::uint32_t i = 0; i < 200'000; ++i) {
    const auto byte = [i](int shift) { return static_cast<std::uint8_t>(i >> shift); };
    (void)limits.count_failure(IpAddress::from_v4({10, byte(16), byte(8), byte(0)}), kNow);
  }
  EXPECT_FALSE(limits.count_failure(worst, kNow)->is_allowed);
}

TEST(RequestLimits, NoneIsNone) {
  RequestLimits limits(RateLimits::none());
  EXPECT_FALSE(limits.count_use(key_with(Scope::user), KeyUser::holder, kNow));
  EXPECT_FALSE(limits.count_failure(address("192.0.2.1"), kNow));
}

TEST(RequestLimits, ReadsARateStrictly) {
  EXPECT_EQ(parse_rate_limit("150/10s"), (directory::RateLimit{.requests = 150, .per_s = 10}));
  EXPECT_EQ(parse_rate_limit("1000000/86400s"),
            (directory::RateLimit{.requests = 1'000'000, .per_s = 86'400}));
  for (const char* wrong :
       {"", "150", "150/10", "150/s", "/10s", "0/10s", "150/0s", "-1/10s", "150/10m", "150 / 10s",
        "1000001/1s", "1/86401s", "1.5/10s", "150/10ss"}) {
    EXPECT_FALSE(parse_rate_limit(wrong)) << wrong;
  }
}

TEST(RequestLimits, ARefusalSaysWholeSeconds) {
  RateVerdict verdict;
  verdict.retry_after = std::chrono::milliseconds(66);
  EXPECT_EQ(rate_limit_exceeded(verdict, "x").details.front().value, "1");
  verdict.retry_after = seconds(2) + nanoseconds(1);
  EXPECT_EQ(rate_limit_exceeded(verdict, "x").details.front().value, "3");
}

}  // namespace farthing::service::request_limits_test
