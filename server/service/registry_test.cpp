// SPDX-License-Identifier: Apache-2.0
#include "server/service/registry.hpp"

#include <string>

#include "base/digest.hpp"
#include "server/testing/store_fixture.hpp"

namespace farthing::service::registry_test {

class DirectoryTest : public StoreTest {
 protected:
  Result<MadeApiKey> make_key(Requester requester, NewApiKey key) {
    return answer_of<MadeApiKey>([&](auto reply) {
      registry_.create_api_key(std::move(requester), std::move(key), std::move(reply));
    });
  }
  bool works(const Secret& secret) {
    const auto found = answer_of<std::optional<directory::Principal>>(
        [&](auto reply) { store_.find_principal(sha256(secret.reveal()), std::move(reply)); });
    return found.value().has_value();
  }
};

TEST_F(DirectoryTest, AUserGetsIdAndTime) {
  const directory::User user = add_user("ada@example.com");
  EXPECT_EQ(user.email, "ada@example.com");
  EXPECT_EQ(user.created_at, kStart);
  const auto read =
      answer_of<directory::User>([&](auto reply) { store_.read_user(user.id, std::move(reply)); });
  EXPECT_EQ(read.value().email, "ada@example.com");
}

TEST_F(DirectoryTest, AnIdempotencyKeyStandsForOneUser) {
  const auto create = [this](std::string email) {
    return answer_of<Change<directory::User>>([&](auto reply) {
      registry_.create_user(under("k"), {.email = std::move(email)}, std::move(reply));
    });
  };
  const auto first = create("ada@example.com");
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->is_replayed);
  const auto again = create("ada@example.com");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(again->record.id, first->record.id);
  const auto other = create("eve@example.com");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::idempotency_key_reused);
}

TEST_F(DirectoryTest, OnlyTheDigestOfAKeyIsKept) {
  const auto made = make_key({}, {.user = add_user("ada@example.com").id, .name = "laptop"});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->key.secret_digest, sha256(made->secret.reveal()));
  EXPECT_EQ(made->key.hint, hint_of(made->secret));
  EXPECT_EQ(made->key.scopes, directory::Scopes(directory::Scope::user));
  EXPECT_TRUE(works(made->secret));
}

TEST_F(DirectoryTest, ARepeatedKeyIsTheSameKeyWithANewSecret) {
  const UserId user = add_user("ada@example.com").id;
  const auto first = make_key(under("k"), {.user = user});
  const auto again = make_key(under("k"), {.user = user});
  ASSERT_TRUE(first);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(again->key.id, first->key.id);
  EXPECT_EQ(again->key.hint, hint_of(again->secret));
  EXPECT_TRUE(works(again->secret));
  EXPECT_FALSE(works(first->secret));
}

// Nobody could use it.
TEST_F(DirectoryTest, AKeyRepeatedAfterItsEndHasNoSecret) {
  const UserId user = add_user("ada@example.com").id;
  const Instant end = kStart.plus(std::chrono::seconds(1));
  const auto first = make_key(under("k"), {.user = user, .expires_at = end});
  ASSERT_TRUE(first);
  clock_.set(end);
  const auto again = make_key(under("k"), {.user = user, .expires_at = end});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->is_replayed);
  EXPECT_EQ(again->key.id, first->key.id);
  EXPECT_EQ(again->key.hint, first->key.hint);
  EXPECT_TRUE(again->secret.is_empty());
}

TEST_F(DirectoryTest, AKeyMustEndInTheFuture) {
  const UserId user = add_user("ada@example.com").id;
  const auto refused = make_key({}, {.user = user, .expires_at = kStart});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "expires_at");
}

TEST_F(DirectoryTest, AKeyNeedsAUser) {
  const auto refused = make_key({}, {.user = UserId::make(kStart)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_EQ(refused.error().field, "user");
}

}  // namespace farthing::service::registry_test
