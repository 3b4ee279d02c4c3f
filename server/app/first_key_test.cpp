// SPDX-License-Identifier: Apache-2.0
#include "server/app/first_key.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include "base/digest.hpp"
#include "server/app/secret_file.hpp"
#include "server/service/operator_key.hpp"
#include "server/testing/store_fixture.hpp"
#include "tests/support/temporary_directory.hpp"

namespace farthing::app::first_key_test {

namespace fs = std::filesystem;
using service::answer_of;

// Where the process may die on its way is set up by hand here.
class FirstKeyTest : public service::StoreTest {
 protected:
  bool works(const fs::path& file) {
    const auto secret = read_secret_file(file);
    if (!secret || !*secret) return false;
    const auto found = answer_of<std::optional<directory::Principal>>(
        [&](auto reply) { store_.find_principal(sha256((*secret)->reveal()), std::move(reply)); });
    return found && *found && (**found).key->scopes.allows(directory::Scope::admin);
  }
  std::size_t count_keys() {
    return answer_of<Page<directory::ApiKey>>(
               [&](auto reply) { store_.list_api_keys({}, {}, std::move(reply)); })
        .value()
        .records.size();
  }
  void make_durable(const Secret& secret) {
    ASSERT_TRUE(answer_of<directory::ApiKey>(
        [&](auto reply) { service::create_operator_key(store_, secret, std::move(reply)); }));
  }

  TemporaryDirectory directory_;
  const fs::path file_ = directory_.path() / "admin.key";
  const fs::path pending_ = directory_.path() / "admin.key.pending";
};

TEST_F(FirstKeyTest, AnEmptyStoreGetsOne) {
  EXPECT_EQ(ensure_first_key(store_, file_, {}).value(), FirstKey::written);
  EXPECT_TRUE(works(file_));
  EXPECT_FALSE(fs::exists(pending_));
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FirstKeyTest, BeginsWithThePrefixThatIsSet) {
  ASSERT_TRUE(ensure_first_key(store_, file_, *KeyPrefix::parse("acme_")));
  EXPECT_TRUE(read_secret_file(file_).value()->reveal().starts_with("acme_"));
  EXPECT_TRUE(works(file_));
}

TEST_F(FirstKeyTest, ThereIsOneOnly) {
  ASSERT_TRUE(ensure_first_key(store_, file_, {}));
  EXPECT_EQ(ensure_first_key(store_, file_, {}).value(), FirstKey::existed);
  fs::remove(file_);
  EXPECT_EQ(ensure_first_key(store_, file_, {}).value(), FirstKey::existed);
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_EQ(count_keys(), 1U);
}

TEST_F(FirstKeyTest, ADeathBeforeTheKeyWasDurableIsForgotten) {
  ASSERT_TRUE(write_secret_file(pending_, service::make_api_key_secret({})));
  EXPECT_EQ(ensure_first_key(store_, file_, {}).value(), FirstKey::written);
  EXPECT_TRUE(works(file_));
  EXPECT_FALSE(fs::exists(pending_));
  EXPECT_EQ(count_keys(), 1U);
}

TEST_F(FirstKeyTest, ADeathWhileTheSecretWasWrittenIsForgotten) {
  std::ofstream(pending_) << "sk-12";
  EXPECT_EQ(ensure_first_key(store_, file_, {}).value(), FirstKey::written);
  EXPECT_TRUE(works(file_));
}

TEST_F(FirstKeyTest, ADeathAfterTheKeyWasDurableIsHealed) {
  const Secret secret = service::make_api_key_secret({});
  ASSERT_TRUE(write_secret_file(pending_, secret));
  make_durable(secret);
  EXPECT_EQ(ensure_first_key(store_, file_, {}).value(), FirstKey::written);
  EXPECT_TRUE(works(file_));
  EXPECT_FALSE(fs::exists(pending_));
  EXPECT_EQ(count_keys(), 1U);
}

TEST_F(FirstKeyTest, ADeathBetweenTheTwoNamesIsHealed) {
  const Secret secret = service::make_api_key_secret({});
  ASSERT_TRUE(write_secret_file(pending_, secret));
  make_durable(secret);
  fs::create_hard_link(pending_, file_);
  EXPECT_EQ(ensure_first_key(store_, file_, {}).value(), FirstKey::written);
  EXPECT_TRUE(works(file_));
  EXPECT_FALSE(fs::exists(pending_));
}

TEST_F(FirstKeyTest, AKeyFileOfAnotherStoreIsLeftAlone) {
  std::ofstream(file_) << "sk-precious\n";
  const auto outcome = ensure_first_key(store_, file_, {});
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().find("move that file away"), std::string::npos);
  EXPECT_EQ(std::string(read_secret_file(file_).value()->reveal()), "sk-precious");
  EXPECT_EQ(count_keys(), 0U);
}

}  // namespace farthing::app::first_key_test
