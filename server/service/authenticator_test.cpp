// SPDX-License-Identifier: Apache-2.0
#include "server/service/authenticator.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/testing/store_fixture.hpp"

namespace farthing::service::authenticator_test {

using std::chrono::hours;

class AuthenticatorTest : public StoreTest {
 protected:
  Result<directory::Principal> authenticate(std::optional<std::string_view> authorization) {
    std::optional<Result<directory::Principal>> answer;
    authenticator_.authenticate(authorization, [&answer](Result<directory::Principal> principal) {
      answer.emplace(std::move(principal));
    });
    return std::move(answer).value();
  }
  void expect_refused(std::optional<std::string_view> authorization, std::string_view message) {
    const auto principal = authenticate(authorization);
    ASSERT_FALSE(principal) << authorization.value_or("(none)");
    EXPECT_EQ(principal.error().code, ErrorCode::unauthorized);
    EXPECT_EQ(principal.error().message, message);
  }

  const std::string wrong_{traits_of(ErrorCode::unauthorized).sentence};
  Authenticator authenticator_{store_};
};

TEST_F(AuthenticatorTest, TakesBareAndBearerKeys) {
  const directory::User user = add_user("ada@example.com");
  const MadeApiKey made = add_key(user.id);
  const std::string secret(made.secret.reveal());
  for (const std::string& value :
       {secret, "Bearer " + secret, "bearer " + secret, "BEARER   " + secret, " " + secret + " "}) {
    const auto principal = authenticate(value);
    ASSERT_TRUE(principal) << value.size();
    EXPECT_EQ(principal->key->id, made.key.id);
    EXPECT_EQ(principal->account->user.id, user.id);
  }
}

// The first use is kept before it is answered, once; no repetition replaces the secret afterwards.
TEST_F(AuthenticatorTest, KeepsTheFirstUseOfEachSecret) {
  const UserId user = add_user("ada@example.com").id;
  const auto make = [&] {
    return answer_of<MadeApiKey>([&](auto reply) {
      registry_.create_api_key(under("make"), {.user = user}, std::move(reply));
    });
  };
  const auto is_used = [&](ApiKeyId id) {
    return answer_of<directory::ApiKey>(
               [&](auto reply) { store_.read_api_key(id, std::move(reply)); })
        ->is_secret_used;
  };
  const auto lost = make();
  const auto made = make();
  ASSERT_TRUE(lost && made);
  expect_refused(lost->secret.reveal(), wrong_);
  EXPECT_FALSE(is_used(made->key.id));
  EXPECT_TRUE(authenticate(made->secret.reveal()));
  EXPECT_TRUE(is_used(made->key.id));
  const auto late = make();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::conflict);
  EXPECT_TRUE(authenticate(made->secret.reveal()));

  const auto rotated = answer_of<MadeApiKey>([&](auto reply) {
    registry_.rotate_api_key({}, made->key.id, kDefaultOverlap, std::move(reply));
  });
  ASSERT_TRUE(rotated);
  EXPECT_TRUE(authenticate(made->secret.reveal())) << "the secret of before";
  EXPECT_FALSE(is_used(made->key.id));
  EXPECT_TRUE(authenticate(rotated->secret.reveal()));
  EXPECT_TRUE(is_used(made->key.id));
}

TEST_F(AuthenticatorTest, SaysThatTheHeaderIsMissing) {
  expect_refused({}, "missing authorization header");
  expect_refused("", "missing authorization header");
  expect_refused("  ", "missing authorization header");
}

TEST_F(AuthenticatorTest, RefusesWhatIsNoKey) {
  const std::string secret(add_key(add_user("ada@example.com").id).secret.reveal());
  for (const std::string& value :
       {std::string("Bearer"), std::string("Bearer "), "Basic " + secret, "Bearer" + secret,
        "Bearer Bearer " + secret, secret + " " + secret, secret.substr(1), "\"" + secret + "\"",
        std::string(make_api_key_secret({}).reveal())}) {
    expect_refused(value, wrong_);
  }
}

TEST_F(AuthenticatorTest, RefusesARevokedKey) {
  const MadeApiKey made = add_key(add_user("ada@example.com").id);
  ASSERT_TRUE(authenticate(made.secret.reveal()));
  ASSERT_TRUE(answer_of<Change<directory::ApiKey>>(
      [&](auto reply) { registry_.revoke_api_key({}, made.key.id, std::move(reply)); }));
  expect_refused(made.secret.reveal(), wrong_);
}

TEST_F(AuthenticatorTest, RefusesAKeyFromItsExpiryOn) {
  const MadeApiKey made =
      add_key(add_user("ada@example.com").id, directory::Scope::user, kStart.plus(hours(1)));
  clock_.set(kStart.plus(hours(1)).plus(std::chrono::microseconds(-1)));
  EXPECT_TRUE(authenticate(made.secret.reveal()));
  clock_.set(kStart.plus(hours(1)));
  expect_refused(made.secret.reveal(), wrong_);
}

// Remembers what it was asked for.
class AskedStore final : public store::MemoryStore {
 public:
  using MemoryStore::MemoryStore;

  void find_principal(const Digest& secret_digest,
                      Reply<std::optional<directory::Principal>> reply) override {
    asked.push_back(secret_digest);
    MemoryStore::find_principal(secret_digest, std::move(reply));
  }

  std::vector<Digest> asked;
};

// So the time of an answer tells nothing of which keys there are: the work is the same, and what is
// looked up is a digest that nobody can choose the beginning of.
TEST_F(AuthenticatorTest, AKnownAndAnUnknownKeyCostTheSame) {
  AskedStore store(clock_);
  Registry registry(store, {});
  const Authenticator authenticator(store);
  const auto user = answer_of<Change<directory::User>>([&](auto reply) {
    registry.create_user({}, {.email = "ada@example.com"}, std::move(reply));
  });
  const auto made = answer_of<MadeApiKey>([&](auto reply) {
    registry.create_api_key({}, {.user = user.value().record.id}, std::move(reply));
  });
  const auto ask = [&](std::string_view key) {
    store.asked.clear();
    authenticator.authenticate(key, [](const Result<directory::Principal>&) {});
    return store.asked;
  };
  const std::string known(made.value().secret.reveal());
  EXPECT_EQ(ask(known), std::vector{sha256(known)});
  const std::string unknown(make_api_key_secret({}).reveal());
  EXPECT_EQ(ask(unknown), std::vector{sha256(unknown)});
  ASSERT_TRUE(answer_of<Change<directory::ApiKey>>(
      [&](auto reply) { registry.revoke_api_key({}, made.value().key.id, std::move(reply)); }));
  EXPECT_EQ(ask(known), std::vector{sha256(known)});
  // What is mistyped is none, which everybody can find out without asking.
  std::string mistyped = known;
  mistyped.back() = mistyped.back() == 'x' ? 'y' : 'x';
  EXPECT_TRUE(ask(mistyped).empty());
}

}  // namespace farthing::service::authenticator_test
