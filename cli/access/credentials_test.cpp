// SPDX-License-Identifier: Apache-2.0
#include "cli/access/credentials.hpp"

#include <gtest/gtest.h>

#include <string>

#include "cli/tests/cli_run.hpp"

namespace farthing::cli::credentials_test {

// Every place has a key of its own; the case says which places have one and whose is taken.
struct Precedence {
  bool file;
  bool farthing_variable;
  bool stability_variable;
  bool profile;
  ProfileChoice choice;
  const char* winner;
};

class KeyPrecedence : public testing::TestWithParam<Precedence> {};

TEST_P(KeyPrecedence, TakesTheFirstPlaceThatHasOne) {
  CliRun run;
  KeyOptions options;
  Profile profile;
  if (GetParam().file) {
    run.scratch.write("key", "sk-file\n");
    options.file = run.scratch.path("key");
  }
  if (GetParam().farthing_variable) run.environment["FARTHING_API_KEY"] = "sk-farthing";
  if (GetParam().stability_variable) run.environment["STABILITY_API_KEY"] = "sk-stability";
  if (GetParam().profile) profile.api_key = "sk-profile";
  const auto found = find_credentials(options, profile, GetParam().choice, run.surroundings());
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(found->api_key.reveal(), GetParam().winner);
}

constexpr auto kNamed = ProfileChoice::by_name;
constexpr auto kDefault = ProfileChoice::by_default;

INSTANTIATE_TEST_SUITE_P(
    Table, KeyPrecedence,
    testing::Values(Precedence{true, true, true, true, kNamed, "sk-file"},
                    Precedence{true, true, true, true, kDefault, "sk-file"},
                    Precedence{false, true, true, true, kNamed, "sk-profile"},
                    Precedence{false, true, true, true, kDefault, "sk-farthing"},
                    Precedence{false, false, true, true, kDefault, "sk-stability"},
                    Precedence{false, false, false, true, kDefault, "sk-profile"},
                    Precedence{false, true, true, false, kNamed, "sk-farthing"},
                    Precedence{false, false, true, false, kNamed, "sk-stability"}));

TEST(Credentials, AreMissingWithoutAnyPlace) {
  const CliRun run;
  const auto found = find_credentials({}, {}, kDefault, run.surroundings());
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ExitCode::usage);
}

TEST(Credentials, PassOverAnEmptyVariable) {
  CliRun run;
  run.environment["FARTHING_API_KEY"] = "";
  run.environment["STABILITY_API_KEY"] = "sk-stability";
  const auto found = find_credentials({}, {}, kDefault, run.surroundings());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->api_key.reveal(), "sk-stability");
}

TEST(Credentials, ReadTheKeyFileOfAProfile) {
  const CliRun run;
  run.scratch.write("key", "sk-file\n");
  const Profile profile{.api_key_file = run.scratch.path("key")};
  const auto found = find_credentials({}, profile, kDefault, run.surroundings());
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->api_key.reveal(), "sk-file");
}

TEST(KeyFile, LosesOneNewlineAtItsEnd) {
  struct Case {
    const char* text;
    const char* key;
  };
  const CliRun run;
  for (const auto& [text, key] : {Case{"sk-a", "sk-a"}, Case{"sk-a\n", "sk-a"},
                                  Case{"sk-a\r\n", "sk-a"}, Case{"sk-a\n\n", "sk-a\n"}}) {
    run.scratch.write("key", text);
    const auto found =
        find_credentials({.file = run.scratch.path("key")}, {}, kDefault, run.surroundings());
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->api_key.reveal(), key);
  }
}

TEST(KeyFile, IsRefusedWhenItHoldsNoKey) {
  const CliRun run;
  run.scratch.write("empty", "\n");
  run.scratch.write("long", std::string(5'000, 'x'));
  for (const char* name : {"empty", "long", "missing"}) {
    const auto found =
        find_credentials({.file = run.scratch.path(name)}, {}, kDefault, run.surroundings());
    ASSERT_FALSE(found.has_value()) << name;
    EXPECT_EQ(found.error().code, ExitCode::usage);
    EXPECT_NE(found.error().message.find(run.scratch.path(name)), std::string::npos);
  }
}

}  // namespace farthing::cli::credentials_test
