// SPDX-License-Identifier: Apache-2.0
#include "server/service/api_keys.hpp"

#include <chrono>
#include <string>

#include "server/service/authenticator.hpp"
#include "server/testing/store_fixture.hpp"

namespace farthing::service::api_keys_test {

using directory::Scope;

class ApiKeysTest : public StoreTest {
 protected:
  bool works(const Secret& secret) {
    return answer_of<directory::Principal>([&](auto reply) {
             authenticator_.identify(sha256(secret.reveal()), std::move(reply));
           })
        .has_value();
  }
  Result<ApiKeyStatus> read(ApiKeyId key) {
    return answer_of<ApiKeyStatus>([&](auto reply) { keys_.read(key, std::move(reply)); });
  }
  Result<Change<directory::ApiKey>> change(ApiKeyId key, directory::ApiKeyChange what) {
    return answer_of<Change<directory::ApiKey>>(
        [&](auto reply) { registry_.change_api_key({}, key, std::move(what), std::move(reply)); });
  }
  Result<MadeApiKey> rotate(ApiKeyId key, std::chrono::seconds overlap = kDefaultOverlap) {
    return answer_of<MadeApiKey>(
        [&](auto reply) { registry_.rotate_api_key({}, key, overlap, std::move(reply)); });
  }
  // The name of the refusal and the field it is about, or "ok".
  template <class T>
  static std::string told(const Result<T>& result) {
    if (result) return "ok";
    const std::string name(traits_of(result.error().code).name);
    return result.error().field.empty() ? name : name + " " + result.error().field;
  }

  KeyUses uses_;
  ApiKeys keys_{store_, uses_};
  Authenticator authenticator_{store_};
  const UserId ada_ = add_user("ada@example.com").id;
  const UserId eve_ = add_user("eve@example.com").id;
  const MadeApiKey adas_ = add_key(ada_);
  const MadeApiKey adas_service_key_ = add_key(ada_, Scope::service);
  const MadeApiKey eves_ = add_key(eve_);
  const MadeApiKey roots_ = add_key(add_user("root@example.com").id, Scope::admin);
};

TEST_F(ApiKeysTest, AReplacedSecretWorksUntilTheOverlapEnds) {
  const auto rotated = rotate(adas_.key.id, std::chrono::seconds(60));
  ASSERT_TRUE(rotated);
  EXPECT_EQ(rotated->key.id, adas_.key.id);
  clock_.advance(std::chrono::seconds(60) - std::chrono::microseconds(1));
  EXPECT_TRUE(works(adas_.secret));
  clock_.advance(std::chrono::microseconds(1));
  EXPECT_FALSE(works(adas_.secret));
  EXPECT_TRUE(works(rotated->secret));
}

TEST_F(ApiKeysTest, AnExpiryLiesAhead) {
  EXPECT_EQ(told(change(adas_.key.id, {.expires_at = std::optional(kStart)})),
            "bad_request expires_at");
  const Instant soon = kStart.plus(std::chrono::seconds(1));
  EXPECT_EQ(told(change(adas_.key.id, {.expires_at = std::optional(soon)})), "ok");
  clock_.set(soon);
  EXPECT_FALSE(works(adas_.secret));
  EXPECT_EQ(told(change(adas_.key.id, {.expires_at = std::optional<Instant>()})), "ok");
  EXPECT_TRUE(works(adas_.secret));
}

TEST_F(ApiKeysTest, AListHasKeysWithTheirLastUse) {
  const auto noted = answer_of<Done>([&](auto reply) {
    store_.note_key_uses({{.key = adas_service_key_.key.id, .at = kStart}}, std::move(reply));
  });
  ASSERT_TRUE(noted);
  const auto list = [this](std::optional<UserId> user) {
    return answer_of<Page<ApiKeyStatus>>(
        [&](auto reply) { keys_.list(user, {}, std::move(reply)); });
  };
  const auto own = list(ada_);
  ASSERT_TRUE(own);
  ASSERT_EQ(own->records.size(), 2U);
  EXPECT_EQ(own->records[0].key.id, adas_.key.id);
  EXPECT_FALSE(own->records[0].last_used_at);
  EXPECT_EQ(own->records[1].last_used_at, kStart);
  EXPECT_EQ(read(adas_service_key_.key.id)->last_used_at, kStart);
  uses_.note(adas_service_key_.key.id, kStart.plus(std::chrono::hours(1)));
  EXPECT_EQ(read(adas_service_key_.key.id)->last_used_at, kStart.plus(std::chrono::hours(1)))
      << "seen by this node";
  EXPECT_EQ(list(eve_)->records.size(), 1U);
  EXPECT_EQ(list({})->records.size(), 4U);
}

}  // namespace farthing::service::api_keys_test
