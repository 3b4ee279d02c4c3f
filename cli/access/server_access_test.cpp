// SPDX-License-Identifier: Apache-2.0
#include "cli/access/server_access.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "cli/tests/cli_run.hpp"

namespace farthing::cli::connection_test {

using std::chrono::milliseconds;

class ServerAccessTest : public testing::Test {
 protected:
  ServerAccessTest() { run_.environment["FARTHING_API_KEY"] = "sk-test"; }

  void write_profiles(const char* text) {
    run_.scratch.write("home/.config/farthing/config.toml", text);
  }
  Result<ServerAccess> resolve(const AccessOptions& given,
                               DefaultServer default_server = DefaultServer::of_sdk) {
    return resolve_access(given, default_server, run_.surroundings());
  }
  std::string base_url(const AccessOptions& given) {
    const auto access = resolve(given);
    return access ? access->options.base_url : access.error().message;
  }

  CliRun run_;
};

TEST_F(ServerAccessTest, TakesTheServerFromTheFirstPlaceThatHasOne) {
  EXPECT_EQ(base_url({}), sdk::Options{}.base_url);
  write_profiles(
      "[profiles.default]\nbase_url = \"http://default\"\n"
      "[profiles.work]\nbase_url = \"http://work\"\n[profiles.bare]\n");
  EXPECT_EQ(base_url({}), "http://default");
  run_.environment["API_HOST"] = "http://api-host";
  EXPECT_EQ(base_url({}), "http://api-host");
  run_.environment["FARTHING_URL"] = "http://farthing-url";
  EXPECT_EQ(base_url({}), "http://farthing-url");
  EXPECT_EQ(base_url({.profile = "bare"}), "http://farthing-url");
  EXPECT_EQ(base_url({.profile = "work"}), "http://work");
  EXPECT_EQ(base_url({.base_url = "http://option", .profile = "work"}), "http://option");
}

TEST_F(ServerAccessTest, HasNoServerByDefaultForTheOperator) {
  const auto access = resolve({}, DefaultServer::none);
  ASSERT_FALSE(access.has_value());
  EXPECT_EQ(access.error().code, ExitCode::usage);
}

TEST_F(ServerAccessTest, TakesTheOthersFromTheOptionThenTheProfile) {
  write_profiles(
      "[profiles.default]\napi_version = \"v1beta\"\nauth_scheme = \"bearer\"\n"
      "organization = \"org-1\"\ntimeout = 50\nretries = 5\n");
  auto access = resolve({});
  ASSERT_TRUE(access.has_value());
  EXPECT_EQ(access->options.api_version, "v1beta");
  EXPECT_EQ(access->options.auth_scheme, sdk::AuthScheme::bearer);
  EXPECT_EQ(access->organization, "org-1");
  EXPECT_EQ(access->options.deadline, milliseconds(50'000));
  EXPECT_EQ(access->options.attempt_timeout, milliseconds(30'000));
  EXPECT_EQ(access->options.retry.max_attempts, 6);

  access = resolve({.api_version = "v1",
                    .auth_scheme = sdk::AuthScheme::bare,
                    .timeout = milliseconds(2'000),
                    .retries = 0});
  ASSERT_TRUE(access.has_value());
  EXPECT_EQ(access->options.api_version, "v1");
  EXPECT_EQ(access->options.auth_scheme, sdk::AuthScheme::bare);
  EXPECT_EQ(access->options.deadline, milliseconds(2'000));
  EXPECT_EQ(access->options.attempt_timeout, milliseconds(2'000));
  EXPECT_EQ(access->options.connect_timeout, milliseconds(2'000));
  EXPECT_EQ(access->options.retry.max_attempts, 1);
}

TEST_F(ServerAccessTest, KeepsTheDefaultsOfTheSdk) {
  const auto access = resolve({});
  ASSERT_TRUE(access.has_value());
  const sdk::Options defaults;
  EXPECT_EQ(access->options.api_version, defaults.api_version);
  EXPECT_EQ(access->options.auth_scheme, defaults.auth_scheme);
  EXPECT_EQ(access->options.deadline, defaults.deadline);
  EXPECT_EQ(access->options.retry.max_attempts, defaults.retry.max_attempts);
}

}  // namespace farthing::cli::connection_test
