// SPDX-License-Identifier: Apache-2.0
#include "server/service/user_limits.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace farthing::service::user_limits_test {

using directory::Scope;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr nanoseconds kNow = seconds(1'000);
constexpr UserLimits kTwo{.acts = directory::RateLimit{.requests = 2, .per_s = 60}};

// A key of that number, of a user of that number.
directory::Principal principal(std::uint8_t user, std::uint8_t key,
                               directory::Scopes scopes = Scope::user) {
  directory::ApiKey record;
  record.id.value.bytes[15] = key;
  record.scopes = scopes;
  directory::Account account;
  account.user.id.value.bytes[0] = 1;
  account.user.id.value.bytes[15] = user;
  return {.key = std::make_shared<const directory::ApiKey>(record),
          .account = std::make_shared<const directory::Account>(account)};
}

TEST(UserLimits, AllKeysOfAUserCountTogether) {
  UserActs acts(kTwo);
  EXPECT_TRUE(acts.count(principal(1, 1), kNow)->is_allowed);
  EXPECT_TRUE(acts.count(principal(1, 2), kNow)->is_allowed);
  const auto refused = acts.count(principal(1, 3), kNow);
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->is_allowed);
  EXPECT_EQ(refused->retry_after, seconds(30));
  EXPECT_TRUE(acts.count(principal(2, 4), kNow)->is_allowed) << "another user";
  EXPECT_TRUE(acts.count(principal(1, 1), kNow + seconds(30))->is_allowed);
}

TEST(UserLimits, AnAdminIsNotBound) {
  UserActs acts(kTwo);
  directory::Scopes both = Scope::user;
  both.add(Scope::admin);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(acts.count(principal(1, 1, both), kNow));
  EXPECT_FALSE(kTwo.live_keys_for(principal(1, 1, both)));
  EXPECT_EQ(kTwo.live_keys_for(principal(1, 1)), 100U);
  directory::Scopes service = Scope::user;
  service.add(Scope::service);
  EXPECT_EQ(kTwo.live_keys_for(principal(1, 1, service)), 100U);
  EXPECT_TRUE(acts.count(principal(1, 1, service), kNow));
}

TEST(UserLimits, CanBeTakenAway) {
  UserActs acts({.acts = {}});
  EXPECT_FALSE(acts.count(principal(1, 1), kNow));
}

}  // namespace farthing::service::user_limits_test
