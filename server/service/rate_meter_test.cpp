// SPDX-License-Identifier: Apache-2.0
#include "server/service/rate_meter.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace farthing::service::rate_meter_test {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr directory::RateLimit kLimit{.requests = 150, .per_s = 10};
constexpr nanoseconds kStart = seconds(1'000);

int count_allowed(RateMeter& meter, const directory::RateLimit& limit, nanoseconds now,
                  int requests) {
  int allowed = 0;
  for (int i = 0; i < requests; ++i) allowed += meter.take(limit, now).is_allowed ? 1 : 0;
  return allowed;
}

TEST(RateMeter, AllowsAllAtOnceAndThenAnEvenPace) {
  RateMeter meter;
  EXPECT_EQ(count_allowed(meter, kLimit, kStart, 400), 150);
  EXPECT_EQ(count_allowed(meter, kLimit, kStart + milliseconds(60), 10), 0);
  EXPECT_EQ(count_allowed(meter, kLimit, kStart + milliseconds(67), 10), 1);
  EXPECT_EQ(count_allowed(meter, kLimit, kStart + seconds(5), 400), 74);
  EXPECT_EQ(count_allowed(meter, kLimit, kStart + seconds(1'000), 400), 150);
}

TEST(RateMeter, NeverRefusesWhoKeepsToTheLimit) {
  // As unevenly as can be: all of each period's requests at its end or its beginning.
  RateMeter meter;
  for (int period = 0; period < 20; ++period) {
    const nanoseconds now = kStart + period * seconds(10);
    EXPECT_EQ(count_allowed(meter, kLimit, now, 150), 150) << period;
  }
}

TEST(RateMeter, SaysWhatIsLeftAndWhenToComeBack) {
  constexpr directory::RateLimit kThree{.requests = 3, .per_s = 30};
  RateMeter meter;
  const auto first = meter.take(kThree, kStart);
  EXPECT_EQ(first.remaining, 2U);
  EXPECT_EQ(first.full_after, seconds(10));
  EXPECT_EQ(meter.take(kThree, kStart).remaining, 1U);
  const auto third = meter.take(kThree, kStart + seconds(4));
  EXPECT_EQ(third.remaining, 0U);
  EXPECT_EQ(third.full_after, seconds(26));
  const auto refused = meter.take(kThree, kStart + seconds(5));
  EXPECT_FALSE(refused.is_allowed);
  EXPECT_EQ(refused.retry_after, seconds(5));
  EXPECT_EQ(refused.full_after, seconds(25));
  EXPECT_TRUE(meter.take(kThree, kStart + seconds(10)).is_allowed);
}

TEST(RateMeter, AnotherLimitIsNotHeldUpByWhatTheLongerOneCounted) {
  constexpr directory::RateLimit kHourly{.requests = 2, .per_s = 3'600};
  RateMeter meter;
  EXPECT_EQ(count_allowed(meter, kHourly, kStart, 3), 2);
  // Full at first, and then as after any burst.
  const auto refused = meter.take(kLimit, kStart);
  EXPECT_FALSE(refused.is_allowed);
  EXPECT_EQ(refused.full_after, seconds(10));
  EXPECT_EQ(count_allowed(meter, kLimit, kStart + milliseconds(67), 10), 1);
  EXPECT_EQ(count_allowed(meter, kLimit, kStart + seconds(5), 400), 74);
}

TEST(RateMeter, CountsTheExtremes) {
  RateMeter one;
  constexpr directory::RateLimit kOneADay{.requests = 1, .per_s = 86'400};
  EXPECT_EQ(count_allowed(one, kOneADay, kStart, 3), 1);
  EXPECT_EQ(count_allowed(one, kOneADay, kStart + seconds(86'400), 3), 1);
  RateMeter many;
  constexpr directory::RateLimit kMost{.requests = 1'000'000, .per_s = 1};
  EXPECT_EQ(count_allowed(many, kMost, kStart, 1'000'001), 1'000'000);
}

TEST(RateMeter, CountsEachRequestOnceFromManyThreads) {
  RateMeter meter;
  constexpr directory::RateLimit kThousand{.requests = 1'000, .per_s = 1'000};
  std::atomic<int> allowed{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] { allowed += count_allowed(meter, kThousand, kStart, 500); });
    }
  }
  EXPECT_EQ(allowed, 1'000);
}

}  // namespace farthing::service::rate_meter_test
