// SPDX-License-Identifier: Apache-2.0
#include "cli/access/profile.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "cli/tests/cli_run.hpp"

namespace farthing::cli::profile_test {

constexpr const char* kPath = "home/.config/farthing/config.toml";
constexpr const char* kText = R"([profiles.default]
base_url = "http://127.0.0.1:8080"
api_key = "sk-profile"

[profiles.work]
api_key_file = "/keys/work"
ca_file = "/keys/ca.pem"
api_version = "v1"
auth_scheme = "bearer"
organization = "org-1"
timeout = 2.5
retries = 0
)";

TEST(Profile, ReadsEverySetting) {
  const auto work = parse_profile(kText, "config.toml", "work");
  ASSERT_TRUE(work.has_value()) << work.error().message;
  EXPECT_EQ(work->api_key_file, "/keys/work");
  EXPECT_EQ(work->ca_file, "/keys/ca.pem");
  EXPECT_EQ(work->api_version, "v1");
  EXPECT_EQ(work->auth_scheme, sdk::AuthScheme::bearer);
  EXPECT_EQ(work->organization, "org-1");
  EXPECT_EQ(work->timeout, std::chrono::milliseconds(2'500));
  EXPECT_EQ(work->retries, 0);
  EXPECT_TRUE(work->api_key.is_empty());

  const auto standard = parse_profile(kText, "config.toml", "default");
  ASSERT_TRUE(standard.has_value());
  EXPECT_EQ(standard->api_key.reveal(), "sk-profile");
  EXPECT_EQ(standard->base_url, "http://127.0.0.1:8080");
}

TEST(Profile, IsEmptyByDefaultAndMissingByName) {
  EXPECT_TRUE(parse_profile("", "config.toml", "default").has_value());
  const auto missing = parse_profile(kText, "config.toml", "wrok");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ExitCode::usage);
  EXPECT_EQ(missing.error().notes.at(0), "Profiles there: default, work");
}

struct BadText {
  const char* text;
  const char* place;  // has to be in the message
};

class BadProfiles : public testing::TestWithParam<BadText> {};

TEST_P(BadProfiles, AreRefusedAndTheKeyIsNotRepeated) {
  const auto profile = parse_profile(GetParam().text, "config.toml", "default");
  ASSERT_FALSE(profile.has_value());
  EXPECT_EQ(profile.error().code, ExitCode::usage);
  const std::string text = to_text(profile.error());
  EXPECT_NE(text.find(GetParam().place), std::string::npos) << text;
  EXPECT_EQ(text.find("sk-secret"), std::string::npos) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadProfiles,
    testing::Values(BadText{"[profiles.default]\napi_key = \"sk-secret", "line 2"},
                    BadText{"[profiles.default]\napikey = \"sk-secret\"", "apikey"},
                    BadText{"[profiles.default]\napi_key = 5", "api_key"},
                    BadText{"[profiles.default]\napi_key = \"\"", "api_key"},
                    BadText{"[profiles.default]\napi_key_file = \"relative\"", "absolute"},
                    BadText{"[profiles.default]\nca_file = \"ca.pem\"", "absolute"},
                    BadText{"[profiles.default]\napi_key = \"sk-secret\"\napi_key_file = \"/x\"",
                            "keep one"},
                    BadText{"[profiles.default]\nauth_scheme = \"basic\"", "auth_scheme"},
                    BadText{"[profiles.default]\ntimeout = 0", "timeout"},
                    BadText{"[profiles.default]\nretries = -1", "retries"},
                    BadText{"[profiles.default]\nretries = 1.5", "retries"},
                    BadText{"[default]\napi_key = \"sk-secret\"", "line 1"},
                    BadText{"profiles = 1", "table"}, BadText{"[profiles]\ndefault = 1", "table"}));

TEST(ProfileFile, IsFoundInTheConfigHome) {
  CliRun run;
  EXPECT_EQ(profile_path(run.surroundings()), run.scratch.path(kPath));
  run.environment["XDG_CONFIG_HOME"] = "/elsewhere";
  EXPECT_EQ(profile_path(run.surroundings()), "/elsewhere/farthing/config.toml");
  run.environment["XDG_CONFIG_HOME"] = "relative";
  EXPECT_EQ(profile_path(run.surroundings()), run.scratch.path(kPath));
}

TEST(ProfileFile, MayBeMissing) {
  const CliRun run;
  EXPECT_TRUE(load_profile(run.surroundings(), "default").has_value());
  EXPECT_FALSE(load_profile(run.surroundings(), "work").has_value());
}

TEST(ProfileFile, IsRefusedUnlessItsModeIs0600) {
  const CliRun run;
  for (const unsigned mode : {0644U, 0640U, 0604U, 0660U, 0700U, 0400U, 0666U}) {
    run.scratch.write(kPath, kText, std::filesystem::perms(mode));
    const auto profile = load_profile(run.surroundings(), "default");
    ASSERT_FALSE(profile.has_value()) << std::oct << mode;
    EXPECT_EQ(profile.error().code, ExitCode::usage);
    EXPECT_NE(to_text(profile.error()).find("chmod 600"), std::string::npos);
  }
  run.scratch.write(kPath, kText, std::filesystem::perms(0600));
  EXPECT_TRUE(load_profile(run.surroundings(), "default").has_value());
}

TEST(ProfileFile, OfAnotherUserIsRefused) {
  const CliRun run;
  run.scratch.write(kPath, kText);
  if (::chown(run.scratch.path(kPath).c_str(), 65'534, 65'534) != 0) {
    GTEST_SKIP() << "giving a file away needs root";
  }
  const auto profile = load_profile(run.surroundings(), "default");
  ASSERT_FALSE(profile.has_value());
  EXPECT_NE(profile.error().message.find("another user"), std::string::npos);
}

TEST(ProfileFile, HasToBeARegularFile) {
  const CliRun run;
  std::filesystem::create_directories(run.scratch.path("home/.config/farthing"));
  ASSERT_EQ(::mkfifo(run.scratch.path(kPath).c_str(), 0600), 0);
  const auto profile = load_profile(run.surroundings(), "default");
  ASSERT_FALSE(profile.has_value());
  EXPECT_NE(profile.error().message.find("regular"), std::string::npos);
}

}  // namespace farthing::cli::profile_test
