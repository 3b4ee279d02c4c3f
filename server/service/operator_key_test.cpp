// SPDX-License-Identifier: Apache-2.0
#include "server/service/operator_key.hpp"

#include "base/digest.hpp"
#include "server/testing/store_fixture.hpp"

namespace farthing::service::operator_key_test {

class OperatorKeyTest : public StoreTest {
 protected:
  Result<directory::ApiKey> create(const Secret& secret) {
    return answer_of<directory::ApiKey>(
        [&](auto reply) { create_operator_key(store_, secret, std::move(reply)); });
  }
  bool store_has_no_keys() {
    return answer_of<bool>([&](auto reply) { has_no_keys(store_, std::move(reply)); }).value();
  }
};

TEST_F(OperatorKeyTest, TheFirstOneMakesTheOperatorToo) {
  EXPECT_TRUE(store_has_no_keys());
  const Secret secret = make_api_key_secret({});
  const auto key = create(secret);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->secret_digest, sha256(secret.reveal()));
  EXPECT_TRUE(key->scopes.allows(directory::Scope::admin));
  EXPECT_FALSE(store_has_no_keys());
  const auto user = answer_of<directory::User>(
      [&](auto reply) { store_.read_user(kOperator, std::move(reply)); });
  EXPECT_EQ(user.value().name, "operator");
}

TEST_F(OperatorKeyTest, LaterOnesBelongToTheSameUser) {
  const auto first = create(make_api_key_secret({}));
  const auto second = create(make_api_key_secret({}));
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_NE(first->id, second->id);
  EXPECT_EQ(second->user, kOperator);
}

// Or the one way back in would lead nowhere.
TEST_F(OperatorKeyTest, OneOfADisabledOperatorWorks) {
  ASSERT_TRUE(create(make_api_key_secret({})));
  add_key(add_user("admin@example.com").id, directory::Scope::admin);
  const auto disabled = answer_of<Change<directory::User>>([&](auto reply) {
    registry_.set_standing({}, kOperator, directory::Standing::disabled, std::move(reply));
  });
  ASSERT_TRUE(disabled) << disabled.error().message;
  ASSERT_TRUE(create(make_api_key_secret({})));
  const auto user = answer_of<directory::User>(
      [&](auto reply) { store_.read_user(kOperator, std::move(reply)); });
  EXPECT_FALSE(user.value().disabled_at);
}

}  // namespace farthing::service::operator_key_test
