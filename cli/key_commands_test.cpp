// SPDX-License-Identifier: Apache-2.0
// The commands about API keys: what they send and show, and where a secret goes.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands/key_options.hpp"
#include "cli/tests/cli_run.hpp"

namespace farthing::cli::key_commands_test {

using Line = std::vector<std::string>;

constexpr std::string_view kRotated =
    R"({"id":"key-1","user":"user-1","name":"laptop","hint":"sk-b","scopes":["user","service"],)"
    R"("allowed_networks":["192.0.2.0/24","::1/128"],"rate_limit":{"requests":150,"per_s":10},)"
    R"("spend_caps":{"day":"5","total":"0.5"},"created_at":"c","expires_at":"e","previous_secret":{"hint":"sk-a","works_until":"w"},)"
    R"("last_used_at":"l","secret":"sk-made-by-the-server"})";
constexpr std::string_view kShown =
    "id\tkey-1\nuser\tuser-1\nname\tlaptop\nhint\tsk-b\nscopes\tuser,service\n"
    "allowed_networks\t192.0.2.0/24,::1/128\nrate_limit\t150/10s\n"
    "spend_caps\tday=5,total=0.5\ncreated_at\tc\nexpires_at\te\n"
    "revoked_at\t\nprevious_hint\tsk-a\nprevious_works_until\tw\nlast_used_at\tl\n";

class KeyCommands : public testing::Test {
 protected:
  KeyCommands() {
    run_.environment["FARTHING_API_KEY"] = "sk-test-0123456789";
    run_.environment["FARTHING_URL"] = "http://server.test";
  }

  CliResult run(const Line& arguments) { return run_.run(arguments); }
  CliResult answered(std::string_view body, const Line& arguments) {
    run_.transport->answer(200, std::string(body));
    return run(arguments);
  }
  // Method, path and body of the last request.
  std::string sent() const {
    const auto request = run_.transport->requests().back();
    return request.method + " " + request.url.substr(std::string("http://server.test").size()) +
           " " + request.body.value_or("");
  }
  const std::string* header(std::string_view name) {
    last_ = run_.transport->requests().back();
    return sdk::find_header(last_.headers, name);
  }

  CliRun run_;
  sdk::HttpRequest last_;
};

TEST_F(KeyCommands, SendWhatTheyAreTold) {
  const std::vector<std::pair<Line, std::string>> table = {
      {{"keys", "create"}, "POST /v1/api-keys {}"},
      {{"keys", "create", "--user", "user-1", "--name", "n", "--scope", "user", "--scope",
        "service", "--expires-at", "t", "--network", "192.0.2.0/24", "--network", "::1",
        "--rate-limit", "150/10s"},
       R"(POST /v1/api-keys {"user":"user-1","name":"n","scopes":["user","service"],)"
       R"("expires_at":"t","allowed_networks":["192.0.2.0/24","::1"],)"
       R"("rate_limit":{"requests":150,"per_s":10}})"},
      {{"keys", "update", "key-1", "--name", "n", "--scope", "service"},
       R"(PATCH /v1/api-keys/key-1 {"name":"n","scopes":["service"]})"},
      {{"keys", "update", "key-1", "--expires-at", "t", "--network", "::1", "--network", "::2",
        "--rate-limit", "1/86400s"},
       R"(PATCH /v1/api-keys/key-1 {"expires_at":"t","allowed_networks":["::1","::2"],)"
       R"("rate_limit":{"requests":1,"per_s":86400}})"},
      {{"keys", "update", "key-1", "--expires-at", "never", "--network", "any", "--rate-limit",
        "default"},
       R"(PATCH /v1/api-keys/key-1 {"expires_at":null,"allowed_networks":null,"rate_limit":null})"},
      {{"keys", "create", "--spend-cap", "day=0", "--spend-cap", "month=none"},
       R"(POST /v1/api-keys {"spend_caps":{"day":"0"}})"},
      {{"keys", "update", "key-1", "--spend-cap", "day=12.5", "--spend-cap", "total=none"},
       R"(PATCH /v1/api-keys/key-1 {"spend_caps":{"day":"12.5","total":null}})"},
      {{"keys", "rotate", "key-1"}, "POST /v1/api-keys/key-1/rotate "},
      {{"keys", "rotate", "key-1", "--overlap", "0"},
       R"(POST /v1/api-keys/key-1/rotate {"overlap_s":0})"},
  };
  for (const auto& [line, request] : table) {
    run_.transport->answer(404, R"({"id":"i","name":"not_found","message":"No such key."})");
    EXPECT_EQ(run(line).exit_code, 5) << request;
    EXPECT_EQ(sent(), request);
    EXPECT_TRUE(header("Idempotency-Key")) << request;
  }
}

TEST_F(KeyCommands, RefuseWrongUsage) {
  const std::vector<Line> lines = {
      {"keys", "update", "key-1"},
      {"keys", "update"},
      {"keys", "update", "key-1", "--scope", "root"},
      {"keys", "update", "key-1", "--network", "any", "--network", "::1"},
      {"keys", "update", "key-1", "--rate-limit", "fast"},
      {"keys", "create", "--rate-limit", "default"},
      {"keys", "create", "--spend-cap", "10"},
      {"keys", "create", "--spend-cap", "day"},
      {"keys", "create", "--spend-cap", "day="},
      {"keys", "create", "--spend-cap", "day=-1"},
      {"keys", "create", "--spend-cap", "week=1"},
      {"keys", "rotate"},
      {"keys", "rotate", "key-1", "--overlap", "-1"},
      {"keys", "rotate", "key-1", "--overlap", "2592001"},
      {"keys", "revoke-leaked"},
      {"keys", "revoke-leaked", "--secret-stdin", "--secret-file", "x"},
  };
  for (const Line& line : lines) {
    const auto result = run(line);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(line);
    EXPECT_FALSE(result.errors.empty());
  }
  EXPECT_TRUE(run_.transport->requests().empty());
}

TEST_F(KeyCommands, ReadARateAsItIsWritten) {
  for (const auto& [text, requests, per_s] :
       {std::tuple("150/10s", 150, 10), std::tuple("1000000/86400s", 1'000'000, 86'400)}) {
    const auto rate = parse_rate_limit(text);
    ASSERT_TRUE(rate) << text;
    EXPECT_EQ(rate->requests, requests);
    EXPECT_EQ(rate->per_s, per_s);
  }
  for (const char* text : {"", "150", "150/10", "150/s", "/10s", "0/10s", "1/0s", "1000001/1s",
                           "1/86401s", "+1/1s", "1 /1s", "1/1s ", "1/1ss", "1/1/1s", "a/1s"}) {
    EXPECT_FALSE(parse_rate_limit(text)) << text;
  }
}

TEST_F(KeyCommands, ShowAllThatAKeyHas) {
  const auto shown = answered(kRotated, {"keys", "rotate", "key-1"});
  EXPECT_EQ(shown.exit_code, 0) << shown.errors;
  EXPECT_EQ(shown.output, std::string(kShown) + "secret\tsk-made-by-the-server\n");
  EXPECT_EQ(shown.errors.find("sk-made"), std::string::npos);
  EXPECT_EQ(answered(kRotated, {"keys", "rotate", "key-1", "--json"}).output,
            std::string(kRotated) + "\n");
  const std::string without = std::string(kRotated.substr(0, kRotated.find(R"(,"secret")"))) + "}";
  for (const char* verb : {"show", "revoke"}) {
    EXPECT_EQ(answered(without, {"keys", verb, "key-1"}).output, kShown);
  }
  EXPECT_EQ(answered(without, {"keys", "update", "key-1", "--name", "laptop"}).output, kShown);
  EXPECT_EQ(answered(R"({"api_keys":[)" + without + R"(],"next":null})", {"keys", "list"}).output,
            "key-1\tuser-1\tlaptop\tsk-b\tuser,service\tc\te\t\tl\n");
}

TEST_F(KeyCommands, ANewSecretGoesToItsFileOnly) {
  for (const char* format : {"plain", "table", "json"}) {
    const std::string name = std::string("new.") + format;
    const auto kept = answered(kRotated, {"keys", "rotate", "key-1", "--secret-file",
                                          run_.scratch.path(name), "--format", format});
    EXPECT_EQ(kept.exit_code, 0) << kept.errors;
    EXPECT_EQ((kept.output + kept.errors).find("sk-made"), std::string::npos);
    EXPECT_EQ(run_.scratch.read(name), "sk-made-by-the-server\n");
  }
  const std::size_t requests = run_.transport->requests().size();
  EXPECT_EQ(
      run({"keys", "rotate", "key-1", "--secret-file", run_.scratch.path("new.json")}).exit_code,
      2);
  EXPECT_EQ(run_.transport->requests().size(), requests);
}

TEST_F(KeyCommands, ARepetitionSaysThatTheSecretIsAnother) {
  run_.transport->answer(200, std::string(kRotated), {{"idempotency-replayed", "true"}});
  const auto again = run({"keys", "rotate", "key-1", "--idempotency-key", "k"});
  EXPECT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_NE(again.errors.find("works no longer"), std::string::npos) << again.errors;
  EXPECT_EQ(again.errors.find("first answer"), std::string::npos) << again.errors;
}

TEST_F(KeyCommands, ALeakedSecretIsEndedWithoutAKey) {
  run_.environment.erase("FARTHING_API_KEY");
  run_.input = "sk-leaked-0123456789\n";
  const auto ended = answered(R"({"revoked":true})", {"keys", "revoke-leaked", "--secret-stdin"});
  EXPECT_EQ(ended.exit_code, 0) << ended.errors;
  EXPECT_EQ(ended.output, "revoked\ttrue\n");
  EXPECT_EQ(ended.errors, "");
  EXPECT_EQ(sent(), R"(POST /v1/api-keys/revoke-leaked {"secret":"sk-leaked-0123456789"})");
  EXPECT_FALSE(header("Authorization"));

  // Not with the key that happens to be there, either.
  run_.environment["FARTHING_API_KEY"] = "sk-test-0123456789";
  run_.scratch.write("found", "sk-leaked-0123456789");
  const auto unknown =
      answered(R"({"revoked":false})",
               {"keys", "revoke-leaked", "--verbose", "--secret-file", run_.scratch.path("found")});
  EXPECT_EQ(unknown.exit_code, 0) << unknown.errors;
  EXPECT_EQ(unknown.output, "revoked\tfalse\n");
  EXPECT_NE(unknown.errors.find("no key"), std::string::npos) << unknown.errors;
  EXPECT_EQ(unknown.errors.find("0123456789"), std::string::npos) << unknown.errors;
  EXPECT_FALSE(header("Authorization"));
}

TEST_F(KeyCommands, ASecretThatWasTypedIsNotRepeated) {
  for (const Line& line : {Line{"keys", "revoke-leaked", "--secret", "sk-precious-0123"},
                           Line{"keys", "revoke-leaked", "sk-precious-0123"},
                           Line{"keys", "revoke-leaked", "--secret-file", "sk-precious-0123"},
                           Line{"keys", "verify", "--caller-key", "sk-precious-0123"},
                           Line{"keys", "verify", "--caller-key-file", "sk-precious-0123"},
                           Line{"keys", "list", "--api-key-file", "sk-precious-0123"}}) {
    const auto refused = run(line);
    EXPECT_EQ(refused.exit_code, 2) << testing::PrintToString(line);
    EXPECT_EQ((refused.output + refused.errors).find("precious"), std::string::npos)
        << refused.errors;
  }
  EXPECT_TRUE(run_.transport->requests().empty());
}

}  // namespace farthing::cli::key_commands_test
