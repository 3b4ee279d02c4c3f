// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/idempotency_key.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sdk/cpp/src/session/header_rules.hpp"

namespace farthing::sdk::idempotency_key_test {

using std::chrono::milliseconds;
using std::chrono::system_clock;

TEST(IdempotencyKey, IsOrderedByTime) {
  std::string last;
  // Up to the last time that system_clock can say.
  for (std::int64_t time = 1; time < (std::int64_t{1} << 43); time *= 3) {
    const std::string key = make_idempotency_key(system_clock::time_point(milliseconds(time)));
    EXPECT_EQ(key.size(), 26U);
    EXPECT_LT(last, key);
    last = key;
  }
}

TEST(IdempotencyKey, NeverComesTwice) {
  const auto now = system_clock::time_point(milliseconds(1'800'000'000'000));
  std::set<std::string> keys;
  for (int i = 0; i < 10'000; ++i) keys.insert(make_idempotency_key(now));
  EXPECT_EQ(keys.size(), 10'000U);
}

TEST(IdempotencyKey, MayStandInAHeader) {
  EXPECT_FALSE(credential_flaw(make_idempotency_key(system_clock::now())));
}

}  // namespace farthing::sdk::idempotency_key_test
