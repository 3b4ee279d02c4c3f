// SPDX-License-Identifier: Apache-2.0
// API keys: changes, rotation with two secrets for a while, secrets that are ended, last use.
#include <chrono>

#include "base/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::api_keys_test {

using std::chrono::seconds;

constexpr seconds kOverlap{60};

class ApiKeysOf : public StoreTest {
 protected:
  ApiKeysOf() { EXPECT_TRUE(change(store_, {.action = directory::CreateApiKey{key_}})); }

  // A command under an idempotency key. Requests with the same `value` are the same request.
  template <class Action>
  directory::DirectoryCommand under_key(std::string key, std::uint8_t value, Action action) const {
    return {.origin = asked_by(admin_, "admin", std::move(key), value),
            .action = std::move(action)};
  }
  std::optional<directory::Principal> find(std::string_view secret) {
    return await<Result<std::optional<directory::Principal>>>(
               [&](auto reply) { store_.find_principal(sha256(secret), reply); })
        .value();
  }
  directory::ApiKey read() {
    return await<Result<directory::ApiKey>>(
               [&](auto reply) { store_.read_api_key(key_.id, reply); })
        .value();
  }
  directory::RotateApiKey to(std::string_view secret, seconds overlap = kOverlap) const {
    return {.key = key_.id,
            .secret_digest = sha256(secret),
            .hint = std::string(secret),
            .overlap = overlap};
  }
  std::string rotate(std::string_view secret, seconds overlap = kOverlap) {
    return name_of(change(store_, {.action = to(secret, overlap)}));
  }
  std::string revoke_secret(std::string_view secret) {
    return name_of(change(store_, {.action = directory::RevokeSecret{sha256(secret)}}));
  }
  std::optional<Instant> last_use(ApiKeyId key) {
    return await<Result<std::vector<std::optional<Instant>>>>([&](auto reply) {
             open_->store().read_key_uses({numbered_key(1), key}, reply);
           })
        .value()
        .at(1);
  }
  void note(std::vector<directory::KeyUse> uses) {
    EXPECT_EQ(name_of(await<Result<Done>>(
                  [&](auto reply) { store_.note_key_uses(std::move(uses), reply); })),
              "ok");
  }
  static ApiKeyId numbered_key(std::uint64_t number) { return {numbered_id(number)}; }

  const directory::ApiKey admin_ = make_admin_key(store_, "admin");
  const UserId user_ = make_user(store_, "ada@example.com");
  const directory::ApiKey key_ = make_api_key(user_, "first");
};

TEST_P(ApiKeysOf, AChangeIsSeenByEveryRead) {
  const std::vector networks = {*IpNetwork::parse("192.0.2.0/24"),
                                *IpNetwork::parse("2001:db8::/32")};
  const directory::ApiKeyChange all{.name = "renamed",
                                    .scopes = directory::Scope::service,
                                    .expires_at = kStart.plus(seconds(5)),
                                    .allowed_networks = networks,
                                    .rate_limit = directory::RateLimit{.requests = 3, .per_s = 2}};
  const auto changed = change(store_, {.action = directory::ChangeApiKey{key_.id, all}});
  ASSERT_TRUE(changed);
  const auto listed = await<Result<Page<directory::ApiKey>>>(
      [&](auto reply) { store_.list_api_keys(user_, {}, reply); });
  ASSERT_TRUE(listed && listed->records.size() == 1);
  const auto found = find("first");
  ASSERT_TRUE(found);
  for (const directory::ApiKey& key :
       {std::get<directory::ApiKey>(changed->record), read(), listed->records[0], *found->key}) {
    EXPECT_EQ(key.name, "renamed");
    EXPECT_EQ(key.scopes, directory::Scopes(directory::Scope::service));
    EXPECT_EQ(key.expires_at, kStart.plus(seconds(5)));
    EXPECT_EQ(key.allowed_networks, networks);
    EXPECT_EQ(key.rate_limit, (directory::RateLimit{.requests = 3, .per_s = 2}));
  }
}

TEST_P(ApiKeysOf, WhatAChangeDoesNotNameStays) {
  const directory::ApiKeyChange limits{
      .expires_at = kStart.plus(seconds(5)),
      .allowed_networks = {{*IpNetwork::parse("192.0.2.1")}},
      .rate_limit = directory::RateLimit{.requests = 3, .per_s = 2}};
  ASSERT_TRUE(change(store_, {.action = directory::ChangeApiKey{key_.id, limits}}));
  ASSERT_TRUE(change(store_, {.action = directory::ChangeApiKey{key_.id, {.name = "renamed"}}}));
  EXPECT_EQ(read().expires_at, kStart.plus(seconds(5)));
  EXPECT_EQ(read().allowed_networks.size(), 1U);
  EXPECT_TRUE(read().rate_limit);

  const directory::ApiKeyChange nothing{.expires_at = std::optional<Instant>(),
                                        .allowed_networks = std::vector<IpNetwork>(),
                                        .rate_limit = std::optional<directory::RateLimit>()};
  ASSERT_TRUE(change(store_, {.action = directory::ChangeApiKey{key_.id, nothing}}));
  EXPECT_EQ(read().name, "renamed");
  EXPECT_EQ(read().scopes, directory::Scopes(directory::Scope::user));
  EXPECT_FALSE(read().expires_at);
  EXPECT_TRUE(read().allowed_networks.empty());
  EXPECT_FALSE(read().rate_limit);
}

TEST_P(ApiKeysOf, ARevokedKeyAndOneThatIsNotThereStayAsTheyAre) {
  const ApiKeyId nothing = numbered_key(1);
  EXPECT_EQ(name_of(change(store_, {.action = directory::ChangeApiKey{nothing, {.name = "x"}}})),
            "not_found");
  directory::RotateApiKey rotation = to("second");
  rotation.key = nothing;
  EXPECT_EQ(name_of(change(store_, {.action = rotation})), "not_found");
  ASSERT_TRUE(change(store_, {.action = directory::RevokeApiKey{key_.id}}));
  EXPECT_EQ(name_of(change(store_, {.action = directory::ChangeApiKey{key_.id, {.name = "x"}}})),
            "conflict");
  EXPECT_EQ(rotate("second"), "conflict");
  EXPECT_EQ(read().name, "test");
}

TEST_P(ApiKeysOf, ARotationLeavesTheSecretOfBeforeForAWhile) {
  ASSERT_EQ(rotate("second"), "ok");
  ASSERT_TRUE(find("first") && find("second"));
  EXPECT_TRUE(find("first")->is_previous_secret);
  EXPECT_FALSE(find("second")->is_previous_secret);
  EXPECT_EQ(find("first")->key->id, key_.id);
  const directory::ApiKey key = read();
  EXPECT_EQ(key.hint, "second");
  ASSERT_TRUE(key.previous_secret);
  EXPECT_EQ(key.previous_secret->hint, "sk-1234...abcd");
  EXPECT_EQ(key.previous_secret->works_until, kStart.plus(kOverlap));
}

TEST_P(ApiKeysOf, AKeyHasTwoSecretsAtMost) {
  ASSERT_EQ(rotate("second"), "ok");
  ASSERT_EQ(rotate("third"), "ok");
  EXPECT_FALSE(find("first"));
  ASSERT_TRUE(find("second") && find("third"));
  EXPECT_TRUE(find("second")->is_previous_secret);
  ASSERT_EQ(rotate("fourth", seconds(0)), "ok");
  EXPECT_FALSE(find("second"));
  EXPECT_FALSE(find("third"));
  EXPECT_FALSE(find("fourth")->is_previous_secret);
  EXPECT_FALSE(read().previous_secret);
}

TEST_P(ApiKeysOf, ARepeatedRotationReplacesTheLostSecretOnly) {
  ASSERT_TRUE(change(store_, under_key("k", 1, to("lost"))));
  clock_.advance(seconds(10));
  for (const char* secret : {"lost too", "found"}) {
    const auto again = change(store_, under_key("k", 1, to(secret)));
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->is_replayed);
    EXPECT_EQ(std::get<directory::ApiKey>(again->record).hint, secret);
  }
  EXPECT_FALSE(find("lost"));
  EXPECT_FALSE(find("lost too"));
  EXPECT_TRUE(find("found"));
  ASSERT_TRUE(find("first"));
  EXPECT_EQ(read().previous_secret->works_until, kStart.plus(kOverlap));
}

TEST_P(ApiKeysOf, ARepetitionAfterALaterRotationIsRefused) {
  ASSERT_TRUE(change(store_, under_key("k", 1, to("second"))));
  ASSERT_EQ(rotate("third"), "ok");
  const auto late = change(store_, under_key("k", 1, to("fourth")));
  ASSERT_EQ(name_of(late), "conflict");
  EXPECT_EQ(late.error().field, "Idempotency-Key");
  EXPECT_TRUE(find("third"));
  EXPECT_TRUE(find("second"));
  EXPECT_FALSE(find("fourth"));
}

TEST_P(ApiKeysOf, ASecretThatIsTakenIsRefused) {
  ASSERT_TRUE(
      change(store_, {.action = directory::CreateApiKey{make_api_key(user_, "another's")}}));
  EXPECT_EQ(rotate("another's"), "already_exists");
  EXPECT_EQ(find("another's")->key->previous_secret.has_value(), false);
  EXPECT_TRUE(find("first"));
}

TEST_P(ApiKeysOf, WhoeverEndsThePresentSecretRevokesTheKey) {
  EXPECT_EQ(revoke_secret("unknown"), "not_found");
  EXPECT_EQ(revoke_secret("first"), "ok");
  EXPECT_EQ(read().revoked_at, kStart);
  EXPECT_EQ(revoke_secret("first"), "not_found");
}

TEST_P(ApiKeysOf, WhoeverEndsTheSecretOfBeforeEndsThatOneOnly) {
  ASSERT_EQ(rotate("second"), "ok");
  EXPECT_EQ(revoke_secret("first"), "ok");
  EXPECT_FALSE(find("first"));
  EXPECT_FALSE(read().revoked_at);
  EXPECT_TRUE(find("second"));

  ASSERT_EQ(rotate("third"), "ok");
  clock_.advance(kOverlap);
  EXPECT_EQ(revoke_secret("second"), "not_found") << "its time is over";
  EXPECT_FALSE(read().revoked_at);
}

TEST_P(ApiKeysOf, TheLatestUseCounts) {
  const directory::ApiKey other = make_api_key(user_, "other");
  ASSERT_TRUE(change(store_, {.action = directory::CreateApiKey{other}}));
  EXPECT_FALSE(last_use(key_.id));
  note({{.key = other.id, .at = kStart}, {.key = key_.id, .at = kStart.plus(seconds(2))}});
  note({{.key = key_.id, .at = kStart.plus(seconds(1))}});
  EXPECT_EQ(last_use(key_.id), kStart.plus(seconds(2)));
  EXPECT_EQ(last_use(other.id), kStart);
  note({});
  EXPECT_EQ(last_use(key_.id), kStart.plus(seconds(2)));
}

// Last: the store that the others use is gone then.
TEST_P(ApiKeysOf, KeysAndUsesAreKept) {
  ASSERT_EQ(rotate("second"), "ok");
  ASSERT_TRUE(
      change(store_, {.action = directory::ChangeApiKey{
                          key_.id, {.allowed_networks = {{*IpNetwork::parse("192.0.2.0/24")}}}}}));
  note({{.key = key_.id, .at = kStart}});
  open_->reopen();
  const auto found = await<Result<std::optional<directory::Principal>>>(
      [&](auto reply) { open_->store().find_principal(sha256("first"), reply); });
  ASSERT_TRUE(found && *found);
  EXPECT_TRUE((*found)->is_previous_secret);
  EXPECT_EQ((*found)->key->allowed_networks.size(), 1U);
  EXPECT_EQ(last_use(key_.id), kStart);
}

INSTANTIATE_TEST_SUITE_P(Stores, ApiKeysOf, ::testing::ValuesIn(all_store_kinds()), name_of_kind);

}  // namespace farthing::store::testing::api_keys_test
