// SPDX-License-Identifier: Apache-2.0
#include "server/service/caller_keys.hpp"

#include <chrono>
#include <string>

#include "server/testing/store_fixture.hpp"

namespace farthing::service::caller_keys_test {

class CallerKeysTest : public StoreTest {
 protected:
  CallerKeysTest() { join(user_, organization_); }

  std::optional<CallerKey> find(std::string_view text, OrganizationId organization) {
    auto found = answer_of<std::optional<CallerKey>>(
        [&](auto reply) { keys_.find(present_key(text), organization, std::move(reply)); });
    EXPECT_TRUE(found);
    return found ? *found : std::nullopt;
  }
  std::optional<CallerKey> find(const MadeApiKey& made) {
    return find(made.secret.reveal(), organization_);
  }

  const CallerKeys keys_{store_};
  const UserId user_ = add_user("ada@example.com").id;
  const OrganizationId organization_ = add_organization("Acme").id;
};

TEST_F(CallerKeysTest, TheKeyOfAMemberMaySpend) {
  const MadeApiKey made = add_key(user_);
  const auto found = find(made);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made.key.id);
  EXPECT_EQ(found->caps, nullptr);
}

TEST_F(CallerKeysTest, CapsComeWithTheKey) {
  const MadeApiKey made = add_key(user_);
  const ledger::SpendCaps caps{.day = {}, .month = Credits::from_nano(5), .total = {}};
  const directory::ApiKeyChange change{.spend_caps = {.month = caps.month}};
  ASSERT_TRUE(answer_of<Change<directory::ApiKey>>(
      [&](auto reply) { registry_.change_api_key({}, made.key.id, change, std::move(reply)); }));
  const auto found = find(made);
  ASSERT_TRUE(found && found->caps);
  EXPECT_EQ(*found->caps, caps);
}

TEST_F(CallerKeysTest, WhatIsNoKeyMayNot) {
  EXPECT_FALSE(find("", organization_));
  EXPECT_FALSE(find("sk-123", organization_));
  EXPECT_FALSE(find(make_api_key_secret({}).reveal(), organization_));
  const MadeApiKey made = add_key(user_);
  std::string mistyped(made.secret.reveal());
  mistyped[10] = mistyped[10] == 'a' ? 'b' : 'a';
  EXPECT_FALSE(find(mistyped, organization_));
  EXPECT_FALSE(find("Bearer " + std::string(made.secret.reveal()), organization_));
}

TEST_F(CallerKeysTest, AKeyThatIsOverMayNot) {
  const MadeApiKey expiring =
      add_key(user_, directory::Scope::user, kStart.plus(std::chrono::hours(1)));
  EXPECT_TRUE(find(expiring));
  clock_.advance(std::chrono::hours(1));
  EXPECT_FALSE(find(expiring));
  const MadeApiKey revoked = add_key(user_);
  ASSERT_TRUE(answer_of<Change<directory::ApiKey>>(
      [&](auto reply) { registry_.revoke_api_key({}, revoked.key.id, std::move(reply)); }));
  EXPECT_FALSE(find(revoked));
}

TEST_F(CallerKeysTest, AKeyForOtherPurposesMayNot) {
  EXPECT_FALSE(find(add_key(user_, directory::Scope::service)));
  EXPECT_TRUE(find(add_key(user_, directory::Scope::admin)));
}

TEST_F(CallerKeysTest, OnlyOrganizationsOfTheUserAreOpen) {
  const MadeApiKey made = add_key(user_);
  EXPECT_FALSE(find(made.secret.reveal(), add_organization("Other").id));
  EXPECT_FALSE(find(made.secret.reveal(), OrganizationId::make(kStart)));
}

}  // namespace farthing::service::caller_keys_test
