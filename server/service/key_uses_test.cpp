// SPDX-License-Identifier: Apache-2.0
#include "server/service/key_uses.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace farthing::service::key_uses_test {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Instant kNow = Instant::from_us(1'800'000'000'000'000);

ApiKeyId key_of(std::uint8_t number) {
  ApiKeyId id;
  id.value.bytes[0] = 9;
  id.value.bytes[15] = number;
  return id;
}

TEST(KeyUses, TheLastOneIsRememberedToTheSecond) {
  KeyUses uses;
  EXPECT_FALSE(uses.last_use(key_of(1)));
  uses.note(key_of(1), kNow.plus(-seconds(60)));
  uses.note(key_of(1), kNow.plus(-seconds(2)).plus(milliseconds(999)));
  uses.note(key_of(2), kNow);
  EXPECT_EQ(uses.last_use(key_of(1)), kNow.plus(-seconds(2)));
  EXPECT_EQ(uses.last_use(key_of(2)), kNow);
}

TEST(KeyUses, EachIsTakenOnce) {
  KeyUses uses;
  uses.note(key_of(1), kNow);
  uses.note(key_of(1), kNow.plus(milliseconds(1)));
  const auto taken = uses.take_new();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].key, key_of(1));
  EXPECT_EQ(taken[0].at, kNow);
  EXPECT_TRUE(uses.take_new().empty());
  EXPECT_TRUE(uses.last_use(key_of(1))) << "it is still known";
  uses.note(key_of(1), kNow.plus(seconds(1)));
  EXPECT_EQ(uses.take_new().size(), 1U);
}

}  // namespace farthing::service::key_uses_test
