// SPDX-License-Identifier: Apache-2.0
#include "cli/access/connection.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "cli/tests/cli_run.hpp"

namespace farthing::cli::connection_test {

using std::chrono::milliseconds;

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() { run_.environment["FARTHING_API_KEY"] = "sk-test"; }

  void write_profiles(const char* text) {
    run_.scratch.write("home/.config/farthing/config.toml", text);
  }
  Result<Connection> resolve(const ConnectionOptions& given,
                             DefaultServer default_server = DefaultServer::of_sdk) {
    return resolve_connection(given, default_server, run_.surroundings());
  }
  std::string base_url(const ConnectionOptions& given) {
    const auto connection = resolve(given);
    return connection ? connection->options.base_url : connection.error().message;
  }

  CliRun run_;
};

TEST_F(ConnectionTest, TakesTheServerFromTheFirstPlaceThatHasOne) {
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

TEST_F(ConnectionTest, HasNoServerByDefaultForTheOperator) {
  const auto connection = resolve({}, DefaultServer::none);
  ASSERT_FALSE(connection.has_value());
  EXPECT_EQ(connection.error().code, ExitCode::usage);
}

TEST_F(ConnectionTest, TakesTheOthersFromTheOptionThenTheProfile) {
  write_profiles(
      "[profiles.default]\napi_version = \"v1beta\"\nauth_scheme = \"bearer\"\n"
      "organization = \"org-1\"\ntimeout = 50\nretries = 5\n");
  auto connection = resolve({});
  ASSERT_TRUE(connection.has_value());
  EXPECT_EQ(connection->options.api_version, "v1beta");
  EXPECT_EQ(connection->options.auth_scheme, sdk::AuthScheme::bearer);
  EXPECT_EQ(connection->organization, "org-1");
  EXPECT_EQ(connection->options.deadline, milliseconds(50'000));
  EXPECT_EQ(connection->options.attempt_timeout, milliseconds(30'000));
  EXPECT_EQ(connection->options.retry.max_attempts, 6);

  connection = resolve({.api_version = "v1",
                        .auth_scheme = sdk::AuthScheme::bare,
                        .timeout = milliseconds(2'000),
                        .retries = 0});
  ASSERT_TRUE(connection.has_value());
  EXPECT_EQ(connection->options.api_version, "v1");
  EXPECT_EQ(connection->options.auth_scheme, sdk::AuthScheme::bare);
  EXPECT_EQ(connection->options.deadline, milliseconds(2'000));
  EXPECT_EQ(connection->options.attempt_timeout, milliseconds(2'000));
  EXPECT_EQ(connection->options.connect_timeout, milliseconds(2'000));
  EXPECT_EQ(connection->options.retry.max_attempts, 1);
}

TEST_F(ConnectionTest, KeepsTheDefaultsOfTheSdk) {
  const auto connection = resolve({});
  ASSERT_TRUE(connection.has_value());
  const sdk::Options defaults;
  EXPECT_EQ(connection->options.api_version, defaults.api_version);
  EXPECT_EQ(connection->options.auth_scheme, defaults.auth_scheme);
  EXPECT_EQ(connection->options.deadline, defaults.deadline);
  EXPECT_EQ(connection->options.retry.max_attempts, defaults.retry.max_attempts);
}

}  // namespace farthing::cli::connection_test
