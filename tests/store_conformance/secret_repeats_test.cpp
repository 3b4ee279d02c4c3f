// SPDX-License-Identifier: Apache-2.0
// A creation or a rotation whose answer was lost is repeated for another secret: while nobody was
// let in with the first one, and not for long.
#include <chrono>
#include <thread>

#include "base/await.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::secret_repeats_test {

using std::chrono::microseconds;
using std::chrono::minutes;

class SecretRepeatsOf : public StoreTest {
 protected:
  std::optional<directory::Principal> find(std::string_view secret) {
    return await<Result<std::optional<directory::Principal>>>(
               [&](auto reply) { open_->store().find_principal(sha256(secret), std::move(reply)); })
        .value();
  }
  Result<directory::DirectoryOutcome> use(std::string_view secret) {
    return change(open_->store(),
                  {.origin = {}, .action = directory::NoteFirstUse{sha256(secret)}});
  }
  // Makes a key, or repeats that.
  Result<directory::DirectoryOutcome> create(std::string secret,
                                             std::string idempotency_key = "make",
                                             std::optional<Instant> expires_at = {}) {
    directory::ApiKey key = make_api_key(user_, secret);
    key.hint = std::move(secret);
    key.expires_at = expires_at;
    return change(open_->store(), {asked_by(admin_, "admin", std::move(idempotency_key), 1),
                                   directory::CreateApiKey{key}});
  }
  Result<directory::DirectoryOutcome> rotate(ApiKeyId key, std::string secret,
                                             std::string idempotency_key = "rotate") {
    const Digest digest = sha256(secret);
    return change(
        open_->store(),
        {asked_by(admin_, "admin", std::move(idempotency_key), 2),
         directory::RotateApiKey{.key = key, .secret_digest = digest, .hint = std::move(secret)}});
  }
  static void expect_in_vain(const Result<directory::DirectoryOutcome>& repeated) {
    ASSERT_EQ(name_of(repeated), "conflict");
    EXPECT_EQ(repeated.error().field, "Idempotency-Key");
  }
  static directory::ApiKey key_of(const Result<directory::DirectoryOutcome>& outcome) {
    EXPECT_TRUE(outcome);
    return outcome ? std::get<directory::ApiKey>(outcome->record) : directory::ApiKey();
  }
  std::size_t count_acts() {
    return await<Result<Page<directory::AuditRecord>>>([&](auto reply) {
             open_->store().list_audit_log({}, {.after = {}, .limit = 1'000}, std::move(reply));
           })
        .value()
        .records.size();
  }

  const directory::ApiKey admin_ = make_admin_key(store_, "admin");
  const UserId user_ = make_user(store_, "ada@example.com");
};

TEST_P(SecretRepeatsOf, EndWithTheFirstUse) {
  const ApiKeyId id = key_of(create("first")).id;
  EXPECT_FALSE(find("first")->key->is_secret_used);
  EXPECT_TRUE(create("second"));
  EXPECT_EQ(name_of(use("first")), "not_found") << "it was replaced";
  const std::size_t acts = count_acts();
  EXPECT_TRUE(use("second"));
  EXPECT_TRUE(use("second")) << "which changes nothing";
  EXPECT_EQ(count_acts(), acts) << "it is no act";
  EXPECT_TRUE(find("second")->key->is_secret_used);
  expect_in_vain(create("third"));
  EXPECT_TRUE(find("second"));
  EXPECT_FALSE(find("third"));

  EXPECT_TRUE(rotate(id, "rotated"));
  EXPECT_FALSE(find("rotated")->key->is_secret_used);
  EXPECT_TRUE(rotate(id, "rotated again"));
  EXPECT_TRUE(use("rotated again"));
  expect_in_vain(rotate(id, "late"));
  EXPECT_TRUE(rotate(id, "late", "another rotation"));
}

TEST_P(SecretRepeatsOf, EndAfterAQuarterOfAnHour) {
  const ApiKeyId id = key_of(create("first")).id;
  EXPECT_TRUE(rotate(key_of(create("other", "make other")).id, "other rotated"));
  clock_.advance(minutes(10));
  EXPECT_TRUE(create("second"));
  clock_.advance(minutes(5));
  EXPECT_TRUE(create("third")) << "counted from the first answer";
  clock_.advance(microseconds(1));
  expect_in_vain(create("fourth"));
  EXPECT_EQ(find("third")->key->id, id);
  expect_in_vain(rotate(find("other rotated")->key->id, "late"));
  EXPECT_TRUE(find("other rotated"));
}

TEST_P(SecretRepeatsOf, EndWithTheKey) {
  const ApiKeyId id = key_of(create("first")).id;
  EXPECT_TRUE(rotate(id, "rotated"));
  ASSERT_TRUE(change(store_, {.origin = {}, .action = directory::RevokeApiKey{id}}));
  expect_in_vain(create("second"));
  expect_in_vain(rotate(id, "late"));
  EXPECT_FALSE(find("late"));
}

// Nobody could use a secret of it; the request that made it is answered all the same.
TEST_P(SecretRepeatsOf, OfAKeyThatHasEndedTellWhatItWas) {
  const Instant end = kStart.plus(minutes(1));
  const directory::ApiKey made = key_of(create("first", "make", end));
  clock_.set(end);
  for (const auto after : {minutes(0), minutes(1), minutes(60)}) {
    clock_.advance(after);
    const auto repeated = create("second", "make", end);
    ASSERT_TRUE(repeated) << after.count();
    EXPECT_TRUE(repeated->is_replayed);
    EXPECT_EQ(key_of(repeated).id, made.id);
    EXPECT_EQ(key_of(repeated).secret_digest, sha256("first"));
    EXPECT_FALSE(find("second"));
  }
  const auto fresh = create("third", "make another", end);
  ASSERT_EQ(name_of(fresh), "bad_request");
  EXPECT_EQ(fresh.error().field, "expires_at");
}

// One of them comes first: a secret that let somebody in stays, one that was replaced lets nobody
// in.
TEST_P(SecretRepeatsOf, AndAFirstUseAtOnceDoNotBothSucceed) {
  int used = 0;
  for (int round = 0; round < 40; ++round) {
    const std::string name = std::to_string(round);
    ASSERT_TRUE(create("first " + name, name));
    Result<directory::DirectoryOutcome> noted = make_error(ErrorCode::server_error);
    Result<directory::DirectoryOutcome> repeated = make_error(ErrorCode::server_error);
    {
      const std::jthread user([&] { noted = use("first " + name); });
      const std::jthread repeater([&] { repeated = create("second " + name, name); });
    }
    EXPECT_NE(noted.has_value(), repeated.has_value()) << round;
    EXPECT_EQ(find("first " + name).has_value(), noted.has_value());
    EXPECT_EQ(find("second " + name).has_value(), repeated.has_value());
    if (noted) ++used;
  }
  RecordProperty("secrets_that_were_used_first", used);
}

TEST_P(SecretRepeatsOf, KnowTheFirstUseAndTheTimeOverARestart) {
  ASSERT_TRUE(create("used"));
  ASSERT_TRUE(use("used"));
  ASSERT_TRUE(create("unused", "make another"));
  ASSERT_TRUE(create("old", "make an old one"));
  open_->reopen();
  EXPECT_TRUE(find("used")->key->is_secret_used);
  expect_in_vain(create("again"));
  EXPECT_TRUE(create("another", "make another"));
  clock_.advance(directory::kSecretRepeatTime + microseconds(1));
  open_->reopen();
  expect_in_vain(create("late", "make an old one"));
  EXPECT_TRUE(find("old"));
}

INSTANTIATE_TEST_SUITE_P(Stores, SecretRepeatsOf, ::testing::ValuesIn(all_store_kinds()),
                         name_of_kind);

}  // namespace farthing::store::testing::secret_repeats_test
