// SPDX-License-Identifier: Apache-2.0
#include "server/app/store_location.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "tests/support/temporary_directory.hpp"

namespace farthing::app::store_location_test {

class StoreLocationTest : public testing::Test {
 protected:
  void SetUp() override { ::unsetenv(kStoreVariable); }
  void TearDown() override { ::unsetenv(kStoreVariable); }

  std::string error_of(const StoreArguments& arguments) {
    const auto found = find_store(arguments);
    return found ? "no error" : found.error();
  }

  TemporaryDirectory directory_;
  const std::string file_ = (directory_.path() / "store.url").string();
};

TEST_F(StoreLocationTest, IsADirectoryOrADatabase) {
  const auto directory = find_store({.data = "d"});
  ASSERT_TRUE(directory && *directory);
  EXPECT_EQ((*directory)->data, "d");
  EXPECT_FALSE((*directory)->is_database());
  const auto database = find_store({.store = "postgres://farthing@db/farthing"});
  ASSERT_TRUE(database && *database);
  EXPECT_EQ((*database)->database.reveal(), "postgres://farthing@db/farthing");
}

TEST_F(StoreLocationTest, NothingNamesIt) {
  const auto found = find_store({});
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST_F(StoreLocationTest, AFileAndTheEnvironmentMayHoldAPassword) {
  std::ofstream(file_) << "postgres://farthing:hidden@db/one\n";
  ::chmod(file_.c_str(), 0600);
  ::setenv(kStoreVariable, "postgresql://farthing:hidden@db/two", 1);
  const auto from_file = find_store({.store_file = file_});
  ASSERT_TRUE(from_file && *from_file);
  EXPECT_EQ((*from_file)->database.reveal(), "postgres://farthing:hidden@db/one");
  const auto from_environment = find_store({});
  ASSERT_TRUE(from_environment && *from_environment);
  EXPECT_EQ((*from_environment)->database.reveal(), "postgresql://farthing:hidden@db/two");
}

TEST_F(StoreLocationTest, AFileWithAPasswordThatOthersCanReadIsRefused) {
  std::ofstream(file_) << "postgres://farthing:hidden@db/farthing\n";
  ::chmod(file_.c_str(), 0644);
  const std::string error = error_of({.store_file = file_});
  EXPECT_NE(error.find("can be read or changed by other users (mode 0644)"), std::string::npos)
      << error;
  EXPECT_NE(error.find("shared_secret_files"), std::string::npos) << error;
  EXPECT_EQ(error.find("hidden"), std::string::npos) << error;
  EXPECT_TRUE(find_store({.store_file = file_}, SharedSecrets::allowed));
  ::setenv(kSharedSecretsVariable, "true", 1);
  EXPECT_EQ(error_of({.store_file = file_}), "no error");
  ::unsetenv(kSharedSecretsVariable);
  std::ofstream(file_) << "postgres://farthing@db/farthing\n";
  EXPECT_EQ(error_of({.store_file = file_}), "no error");
}

TEST_F(StoreLocationTest, TheCommandLineMayNotHoldAPassword) {
  for (const std::string url :
       {"postgres://farthing:hidden@db/farthing", "postgres://db/farthing?password=hidden"}) {
    const std::string error = error_of({.store = url});
    EXPECT_TRUE(error.starts_with("a password does not belong on the command line")) << error;
    EXPECT_EQ(error.find("hidden"), std::string::npos) << error;
  }
}

TEST_F(StoreLocationTest, SaysWhatIsWrongWithoutWhatItSays) {
  EXPECT_EQ(error_of({.data = "d", .store = "postgres://db/farthing"}),
            "give one of --data, --store and --store-file");
  EXPECT_EQ(error_of({.store = "mysql://db"}),
            "the store must be a URL that begins with postgres://");
  EXPECT_EQ(error_of({.store_file = "/nowhere/at/all"}), "there is no file /nowhere/at/all");
  std::ofstream(file_) << "postgres://user:hidden@db:port:5/x?nothing=like this\n";
  const std::string error = error_of({.store_file = file_});
  EXPECT_TRUE(error.starts_with("in " + file_ + ": the store's URL cannot be read")) << error;
  EXPECT_EQ(error.find("hidden"), std::string::npos) << error;
}

}  // namespace farthing::app::store_location_test
