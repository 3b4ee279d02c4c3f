// SPDX-License-Identifier: Apache-2.0
// What must not become too much or too little: the live keys of a user, the admin keys. Of owners
// members_test.cpp tells.
#include <atomic>
#include <chrono>
#include <thread>

#include "base/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::directory_bounds_test {

using std::chrono::seconds;

constexpr std::uint32_t kMax = 3;

class DirectoryBounds : public StoreTest {
 protected:
  std::string create(const directory::ApiKey& key, std::optional<std::uint32_t> max = kMax) {
    return name_of(
        change(store_, {.action = directory::CreateApiKey{.key = key, .max_live_keys = max}}));
  }
  directory::ApiKey key_until(std::string_view secret, std::optional<Instant> end) const {
    directory::ApiKey key = make_api_key(ada_, secret);
    key.expires_at = end;
    return key;
  }
  // A key of an admin's that is there.
  directory::ApiKey make_admin_key(UserId user, std::string_view secret) {
    directory::ApiKey key = make_api_key(user, secret);
    key.scopes = directory::Scope::admin;
    EXPECT_EQ(create(key), "ok");
    return key;
  }
  std::string change_key(ApiKeyId key, directory::ApiKeyChange to) {
    return name_of(
        change(store_, {.action = directory::ChangeApiKey{
                            .key = key, .change = std::move(to), .max_live_keys = kMax}}));
  }
  Result<directory::DirectoryOutcome> revoke(ApiKeyId key) {
    return change(store_, {.action = directory::RevokeApiKey{key}});
  }
  Result<directory::DirectoryOutcome> disable(UserId user) {
    return change(store_,
                  {.action = directory::SetUserStanding{user, directory::Standing::disabled}});
  }
  Result<directory::DirectoryOutcome> enable(UserId user) {
    return change(store_,
                  {.action = directory::SetUserStanding{user, directory::Standing::enabled}});
  }
  bool works(ApiKeyId key) {
    const auto read = await<Result<directory::ApiKey>>(
        [&](auto reply) { open_->store().read_api_key(key, reply); });
    return read && read->is_valid_at(clock_.now());
  }

  const UserId ada_ = make_user(store_, "ada@example.com");
  const UserId grace_ = make_user(store_, "grace@example.com");
};

TEST_P(DirectoryBounds, AUserHasOnlySoManyLiveKeys) {
  const directory::ApiKey first = make_api_key(ada_, "1");
  ASSERT_EQ(create(first), "ok");
  ASSERT_EQ(create(make_api_key(ada_, "2")), "ok");
  ASSERT_EQ(create(make_api_key(ada_, "3")), "ok");
  EXPECT_EQ(create(make_api_key(ada_, "4")), "too_many_api_keys");
  EXPECT_EQ(create(make_api_key(grace_, "5")), "ok") << "each user is counted alone";
  EXPECT_EQ(create(make_api_key(ada_, "6"), std::nullopt), "ok") << "who is not bound";
  EXPECT_EQ(create(make_api_key(ada_, "7"), 5), "ok") << "by another bound";
  for (const char* secret : {"1", "2", "3"}) {
    ASSERT_TRUE(change(store_, {.action = directory::RevokeSecret{sha256(secret)}}));
  }
  EXPECT_EQ(create(make_api_key(ada_, "8")), "ok");
  EXPECT_EQ(create(make_api_key(ada_, "9")), "too_many_api_keys");
}

TEST_P(DirectoryBounds, AKeyThatHasEndedCountsNoMore) {
  ASSERT_EQ(create(key_until("1", kStart.plus(seconds(5)))), "ok");
  ASSERT_EQ(create(key_until("2", kStart.plus(seconds(9)))), "ok");
  ASSERT_EQ(create(key_until("3", std::nullopt)), "ok");
  EXPECT_EQ(create(make_api_key(ada_, "4")), "too_many_api_keys");
  clock_.advance(seconds(5));
  EXPECT_EQ(create(make_api_key(ada_, "4")), "ok");
  EXPECT_EQ(create(make_api_key(ada_, "5")), "too_many_api_keys");
  open_->reopen();
  EXPECT_EQ(name_of(change(open_->store(),
                           {.action = directory::CreateApiKey{.key = make_api_key(ada_, "5"),
                                                              .max_live_keys = kMax}})),
            "too_many_api_keys");
}

TEST_P(DirectoryBounds, AnExpiredKeyIsNotGivenNewLifeBeyondTheBound) {
  const directory::ApiKey ended = key_until("ended", kStart.plus(seconds(5)));
  ASSERT_EQ(create(ended), "ok");
  clock_.advance(seconds(5));
  for (const char* secret : {"1", "2", "3"}) {
    ASSERT_EQ(create(make_api_key(ada_, secret)), "ok");
  }
  const directory::ApiKeyChange without_end{.expires_at = std::optional<Instant>()};
  EXPECT_EQ(change_key(ended.id, without_end), "too_many_api_keys");
  EXPECT_EQ(change_key(ended.id, {.name = "renamed"}), "ok") << "which gives it no life";
  ASSERT_TRUE(change(store_, {.action = directory::RevokeSecret{sha256("1")}}));
  EXPECT_EQ(change_key(ended.id, without_end), "ok");
  EXPECT_TRUE(works(ended.id));
  EXPECT_EQ(change_key(ended.id, without_end), "ok") << "a live one stays live";
}

TEST_P(DirectoryBounds, ARepeatedCreationIsNoFurtherKey) {
  const auto creation = [&](std::string_view secret) {
    return directory::DirectoryCommand{
        .origin = {.idempotency_key = "k", .fingerprint = {1}},
        .action = directory::CreateApiKey{.key = make_api_key(ada_, secret), .max_live_keys = 1}};
  };
  ASSERT_TRUE(change(store_, creation("1")));
  const auto again = change(store_, creation("2"));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->is_replayed);
}

// Whoever comes first, no key is one too many.
TEST_P(DirectoryBounds, KeysThatAreMadeAtOnceKeepToTheBound) {
  std::atomic<int> made = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        const std::string outcome = create(make_api_key(ada_, "at once " + std::to_string(i)));
        if (outcome == "ok") {
          ++made;
        } else {
          EXPECT_EQ(outcome, "too_many_api_keys");
        }
      });
    }
  }
  EXPECT_EQ(made, static_cast<int>(kMax));
}

TEST_P(DirectoryBounds, TheLastAdminKeyStays) {
  const directory::ApiKey adas = make_admin_key(ada_, "ada");
  ASSERT_EQ(create(make_api_key(grace_, "no admin's")), "ok");
  EXPECT_EQ(name_of(revoke(adas.id)), "last_admin");
  EXPECT_EQ(change_key(adas.id, {.scopes = directory::Scope::user}), "last_admin");
  EXPECT_EQ(name_of(disable(ada_)), "last_admin");
  EXPECT_TRUE(works(adas.id));
  EXPECT_EQ(change_key(adas.id, {.expires_at = kStart.plus(seconds(60))}), "ok")
      << "it may end by itself";
  EXPECT_EQ(name_of(disable(grace_)), "ok");

  const directory::ApiKey graces = make_admin_key(grace_, "grace");
  EXPECT_EQ(name_of(revoke(adas.id)), "last_admin") << "the other one's user is disabled";
  EXPECT_EQ(name_of(revoke(graces.id)), "ok") << "it lets nobody act";
  ASSERT_TRUE(enable(grace_));
  const directory::ApiKey second = make_admin_key(grace_, "grace again");
  EXPECT_EQ(name_of(revoke(adas.id)), "ok");
  EXPECT_EQ(name_of(revoke(adas.id)), "ok") << "it is revoked already";
  EXPECT_EQ(name_of(revoke(second.id)), "last_admin");
  EXPECT_EQ(name_of(disable(ada_)), "ok") << "who has no such key any more";
}

// A key with a spend cap manages nothing but itself.
TEST_P(DirectoryBounds, ACappedAdminKeyIsNobodysLast) {
  const directory::ApiKey adas = make_admin_key(ada_, "ada");
  directory::ApiKey capped = make_api_key(grace_, "capped");
  capped.scopes = directory::Scope::admin;
  capped.spend_caps.day = credits("1");
  ASSERT_EQ(create(capped), "ok");
  EXPECT_EQ(name_of(revoke(adas.id)), "last_admin");
  EXPECT_EQ(change_key(adas.id, {.spend_caps = {.day = credits("1")}}), "last_admin");
  EXPECT_EQ(name_of(revoke(capped.id)), "ok");
}

TEST_P(DirectoryBounds, SeveralAdminKeysOfOneUserAreEndedWithThatUser) {
  const directory::ApiKey first = make_admin_key(ada_, "first");
  make_admin_key(ada_, "second");
  EXPECT_EQ(name_of(disable(ada_)), "last_admin");
  EXPECT_EQ(name_of(revoke(first.id)), "ok");
  make_admin_key(grace_, "grace");
  EXPECT_EQ(name_of(disable(ada_)), "ok");
  EXPECT_EQ(name_of(disable(grace_)), "last_admin");
}

TEST_P(DirectoryBounds, AnAdminKeyThatHasEndedIsNobodysLast) {
  directory::ApiKey ending = key_until("ending", kStart.plus(seconds(5)));
  ending.scopes = directory::Scope::admin;
  ASSERT_EQ(create(ending), "ok");
  const directory::ApiKey adas = make_admin_key(grace_, "grace");
  ASSERT_EQ(change_key(adas.id, {.name = "still there"}), "ok");
  clock_.advance(seconds(5));
  EXPECT_EQ(name_of(revoke(adas.id)), "last_admin");
  EXPECT_EQ(name_of(revoke(ending.id)), "ok");
}

TEST_P(DirectoryBounds, ALeakedAdminKeyEndsWhateverIsLeft) {
  const directory::ApiKey first = make_admin_key(ada_, "first");
  make_admin_key(grace_, "second");
  const auto not_last = change(store_, {.action = directory::RevokeSecret{sha256("first")}});
  ASSERT_TRUE(not_last);
  EXPECT_FALSE(not_last->ends_last_admin);
  const auto last = change(store_, {.action = directory::RevokeSecret{sha256("second")}});
  ASSERT_TRUE(last);
  EXPECT_TRUE(last->ends_last_admin);
  EXPECT_FALSE(works(first.id));
  const directory::ApiKey other = make_api_key(ada_, "no admin's");
  ASSERT_EQ(create(other), "ok");
  const auto user_key = change(store_, {.action = directory::RevokeSecret{sha256("no admin's")}});
  ASSERT_TRUE(user_key);
  EXPECT_FALSE(user_key->ends_last_admin);
}

// Whoever comes first, one of the two keys goes on working.
TEST_P(DirectoryBounds, TwoAdminsCannotEndEachOtherAtOnce) {
  for (int round = 0; round < 10; ++round) {
    const std::string number = std::to_string(round);
    const directory::ApiKey keys[] = {make_admin_key(ada_, "ada " + number),
                                      make_admin_key(grace_, "grace " + number)};
    std::atomic<int> ended = 0;
    {
      std::vector<std::jthread> threads;
      for (const directory::ApiKey& key : keys) {
        threads.emplace_back([&, round] {
          const auto done = round % 2 == 0 ? revoke(key.id) : disable(key.user);
          if (done) {
            ++ended;
          } else {
            EXPECT_EQ(name_of(done), "last_admin");
          }
        });
      }
    }
    EXPECT_EQ(ended, 1) << "round " << round;
    for (const directory::ApiKey& key : keys) {
      ASSERT_TRUE(enable(key.user));
      ASSERT_TRUE(change(store_, {.action = directory::RevokeSecret{key.secret_digest}}) ||
                  !works(key.id));
    }
  }
}

TEST_P(DirectoryBounds, AChangeThatChangesNothingIsNotInTheAuditLog) {
  const directory::ApiKey key = make_api_key(ada_, "1");
  ASSERT_EQ(create(key), "ok");
  const auto acts = [&] {
    return await<Result<Page<directory::AuditRecord>>>(
               [&](auto reply) { store_.list_audit_log({}, {}, reply); })
        .value()
        .records.size();
  };
  const std::size_t before = acts();
  EXPECT_EQ(change_key(key.id, {}), "ok");
  EXPECT_EQ(change_key(key.id, {.name = key.name, .scopes = key.scopes}), "ok");
  EXPECT_EQ(acts(), before);
  EXPECT_EQ(change_key(key.id, {.name = "other"}), "ok");
  EXPECT_EQ(acts(), before + 1);
}

// Nobody fills a store with what is not counted among the acts of a user.
TEST_P(DirectoryBounds, RevokingWhatIsRevokedLeavesNoTrace) {
  const directory::ApiKey key = make_api_key(ada_, "1");
  ASSERT_EQ(create(key), "ok");
  ASSERT_TRUE(revoke(key.id));
  const auto again = [&](std::uint8_t fingerprint) {
    return change(store_, {.origin = {.idempotency_key = "again", .fingerprint = {fingerprint}},
                           .action = directory::RevokeApiKey{key.id}});
  };
  EXPECT_EQ(name_of(again(1)), "ok");
  const auto other = again(2);
  EXPECT_EQ(name_of(other), "ok") << "no receipt tells of the first";
  EXPECT_FALSE(other->is_replayed);
}

INSTANTIATE_TEST_SUITE_P(Stores, DirectoryBounds, ::testing::ValuesIn(all_store_kinds()),
                         name_of_kind);

}  // namespace farthing::store::testing::directory_bounds_test
