// SPDX-License-Identifier: Apache-2.0
#include "server/service/api_keys.hpp"

#include <chrono>
#include <string>

#include "server/service/authenticator.hpp"
#include "server/service/store_fixture.hpp"

namespace farthing::service {
namespace {

using store::Scope;

store::Scopes both_of(Scope a, Scope b) {
  store::Scopes scopes = a;
  scopes.add(b);
  return scopes;
}

class ApiKeysTest : public StoreTest {
 protected:
  store::Principal principal_of(const Secret& secret) {
    return answer_of<store::Principal>([&](auto reply) {
             authenticator_.identify(sha256(secret.reveal()), std::move(reply));
           })
        .value();
  }
  bool works(const Secret& secret) {
    return answer_of<store::Principal>([&](auto reply) {
             authenticator_.identify(sha256(secret.reveal()), std::move(reply));
           })
        .has_value();
  }
  Result<MadeApiKey> create(const store::Principal& asker, NewApiKey key) {
    return answer_of<MadeApiKey>(
        [&](auto reply) { keys_.create(asker, {}, std::move(key), std::move(reply)); });
  }
  Result<ApiKeyStatus> read(ApiKeyId key) {
    return answer_of<ApiKeyStatus>([&](auto reply) { keys_.read(key, std::move(reply)); });
  }
  Result<Change<store::ApiKey>> change(const store::Principal& asker, ApiKeyId key,
                                       store::ApiKeyChange what) {
    return answer_of<Change<store::ApiKey>>(
        [&](auto reply) { keys_.change(asker, {}, key, std::move(what), std::move(reply)); });
  }
  Result<MadeApiKey> rotate(const store::Principal& asker, ApiKeyId key,
                            std::chrono::seconds overlap = kDefaultOverlap) {
    return answer_of<MadeApiKey>(
        [&](auto reply) { keys_.rotate(asker, {}, key, overlap, std::move(reply)); });
  }
  // The name of the refusal and the field it is about, or "ok".
  template <class T>
  static std::string told(const Result<T>& result) {
    if (result) return "ok";
    const std::string name(traits_of(result.error().code).name);
    return result.error().field.empty() ? name : name + " " + result.error().field;
  }

  KeyUses uses_;
  ApiKeys keys_{store_, directory_, uses_};
  Authenticator authenticator_{store_};
  const UserId ada_ = add_user("ada@example.com").id;
  const UserId eve_ = add_user("eve@example.com").id;
  const MadeApiKey adas_ = add_key(ada_);
  const MadeApiKey adas_meter_ = add_key(ada_, both_of(Scope::user, Scope::meter));
  const MadeApiKey eves_ = add_key(eve_);
  const store::Principal ada_asks_ = principal_of(adas_.secret);
  const store::Principal ada_meters_ = principal_of(adas_meter_.secret);
  const store::Principal admin_ =
      principal_of(add_key(add_user("root@example.com").id, Scope::admin).secret);
};

TEST_F(ApiKeysTest, NobodyMakesAKeyWithAScopeThatTheyDoNotHold) {
  struct Case {
    const store::Principal& asker;
    store::Scopes scopes;
    std::string told;
  };
  const Case cases[] = {
      {ada_asks_, Scope::user, "ok"},
      {ada_asks_, Scope::meter, "permission_denied scopes"},
      {ada_asks_, Scope::admin, "permission_denied scopes"},
      {ada_asks_, both_of(Scope::user, Scope::admin), "permission_denied scopes"},
      {ada_meters_, both_of(Scope::user, Scope::meter), "ok"},
      {ada_meters_, Scope::admin, "permission_denied scopes"},
  };
  int number = 0;
  for (const Case& each : cases) {
    EXPECT_EQ(told(create(each.asker, {.user = ada_, .scopes = each.scopes})), each.told) << number;
    EXPECT_EQ(told(change(each.asker, adas_.key.id, {.scopes = each.scopes})), each.told)
        << number++;
    ASSERT_TRUE(change(admin_, adas_.key.id, {.scopes = store::Scopes(Scope::user)}));
  }
  EXPECT_EQ(told(create(admin_, {.user = ada_, .scopes = Scope::admin})), "ok");
}

// Or else the secret of a key would be a way to its scopes.
TEST_F(ApiKeysTest, OnlyWhoHoldsAllItsScopesChangesOrRotatesAKey) {
  EXPECT_EQ(told(change(ada_asks_, adas_meter_.key.id, {.name = "x"})), "permission_denied scopes");
  EXPECT_EQ(told(rotate(ada_asks_, adas_meter_.key.id)), "permission_denied scopes");
  EXPECT_EQ(told(rotate(ada_meters_, adas_meter_.key.id)), "ok");
  EXPECT_EQ(told(rotate(admin_, adas_meter_.key.id)), "ok");
}

TEST_F(ApiKeysTest, OnlyAnAdminSetsARateLimit) {
  const store::RateLimit limit{.requests = 1000, .per_s = 1};
  EXPECT_EQ(told(create(ada_asks_, {.user = ada_, .rate_limit = limit})),
            "permission_denied rate_limit");
  EXPECT_EQ(told(change(ada_asks_, adas_.key.id, {.rate_limit = limit})),
            "permission_denied rate_limit");
  EXPECT_EQ(
      told(change(ada_asks_, adas_.key.id, {.rate_limit = std::optional<store::RateLimit>()})),
      "permission_denied rate_limit");
  EXPECT_EQ(told(change(admin_, adas_.key.id, {.rate_limit = limit})), "ok");
  EXPECT_EQ(told(create(admin_, {.user = ada_, .rate_limit = limit})), "ok");
}

TEST_F(ApiKeysTest, AReplacedSecretWorksUntilTheOverlapEnds) {
  const auto rotated = rotate(ada_asks_, adas_.key.id, std::chrono::seconds(60));
  ASSERT_TRUE(rotated);
  EXPECT_EQ(rotated->key.id, adas_.key.id);
  clock_.advance(std::chrono::seconds(60) - std::chrono::microseconds(1));
  EXPECT_TRUE(works(adas_.secret));
  clock_.advance(std::chrono::microseconds(1));
  EXPECT_FALSE(works(adas_.secret));
  EXPECT_TRUE(works(rotated->secret));
}

TEST_F(ApiKeysTest, AnExpiryLiesAhead) {
  EXPECT_EQ(told(change(ada_asks_, adas_.key.id, {.expires_at = std::optional(kStart)})),
            "bad_request expires_at");
  const Instant soon = kStart.plus(std::chrono::seconds(1));
  EXPECT_EQ(told(change(ada_asks_, adas_.key.id, {.expires_at = std::optional(soon)})), "ok");
  clock_.set(soon);
  EXPECT_FALSE(works(adas_.secret));
  EXPECT_EQ(told(change(admin_, adas_.key.id, {.expires_at = std::optional<Instant>()})), "ok");
  EXPECT_TRUE(works(adas_.secret));
}

TEST_F(ApiKeysTest, AListHasKeysWithTheirLastUse) {
  const auto noted = answer_of<Done>([&](auto reply) {
    store_.note_key_uses({{.key = adas_meter_.key.id, .at = kStart}}, std::move(reply));
  });
  ASSERT_TRUE(noted);
  const auto list = [this](std::optional<UserId> user) {
    return answer_of<store::Page<ApiKeyStatus>>(
        [&](auto reply) { keys_.list(user, {}, std::move(reply)); });
  };
  const auto own = list(ada_);
  ASSERT_TRUE(own);
  ASSERT_EQ(own->records.size(), 2U);
  EXPECT_EQ(own->records[0].key.id, adas_.key.id);
  EXPECT_FALSE(own->records[0].last_used_at);
  EXPECT_EQ(own->records[1].last_used_at, kStart);
  EXPECT_EQ(read(adas_meter_.key.id)->last_used_at, kStart);
  uses_.note(adas_meter_.key.id, kStart.plus(std::chrono::hours(1)));
  EXPECT_EQ(read(adas_meter_.key.id)->last_used_at, kStart.plus(std::chrono::hours(1)))
      << "seen by this node";
  EXPECT_EQ(list(eve_)->records.size(), 1U);
  EXPECT_EQ(list({})->records.size(), 4U);
}

}  // namespace
}  // namespace farthing::service
