// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/program.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <farthing/version.hpp>
#include <string>
#include <vector>

#include "cli/tests/cli_run.hpp"
#include "server/app/settings.hpp"

namespace farthing::cli::program_test {

constexpr const char* kUser =
    R"({"id":"user-1","email":"ada@example.com","name":"Ada",)"
    R"("default_organization":null,"created_at":"2026-11-22T00:00:00.000000Z"})";
constexpr const char* kKey =
    R"({"id":"key-1","user":"user-1","hint":"sk-abcd…wxyz",)"
    R"("scopes":["user","service"],"created_at":"2026-11-22T00:00:00.000000Z",)"
    R"("secret":"sk-made-by-the-server"})";

class Program : public testing::Test {
 protected:
  Program() {
    run_.environment["FARTHING_API_KEY"] = "sk-test-0123456789";
    run_.environment["FARTHING_URL"] = "http://server.test";
  }

  sdk::mocks::ScriptedTransport& transport() { return *run_.transport; }
  CliResult run(const std::vector<std::string>& arguments) { return run_.run(arguments); }

  CliRun run_;
};

TEST_F(Program, ShowsTheAccountInThreeForms) {
  const char* body = R"({"id":"user-1","email":"a@b.c","organizations":)"
                     R"([{"id":"org-1","name":"Lab","role":"OWNER","is_default":true}]})";
  for (int i = 0; i < 3; ++i) transport().answer(200, body);
  EXPECT_EQ(run({"account"}).output,
            "id\tuser-1\nemail\ta@b.c\nprofile_picture\t\n"
            "organization\torg-1\tLab\tOWNER\tyes\n");
  EXPECT_EQ(run({"account", "--format", "table"}).output,
            "id               user-1\n"
            "email            a@b.c\n"
            "profile picture  -\n"
            "\n"
            "ID     NAME  ROLE   IS DEFAULT\n"
            "org-1  Lab   OWNER  yes\n");
  EXPECT_EQ(run({"account", "--json"}).output, std::string(body) + "\n");
}

TEST_F(Program, SendsTheKeyAndTheOrganization) {
  transport().answer(200, R"({"credits":1})");
  EXPECT_EQ(
      run({"balance", "--organization", "org-7", "--auth-scheme", "bearer", "--api-version", "v1"})
          .exit_code,
      0);
  const auto requests = transport().requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].url, "http://server.test/v1/user/balance");
  EXPECT_EQ(*sdk::find_header(requests[0].headers, "authorization"), "Bearer sk-test-0123456789");
  EXPECT_EQ(*sdk::find_header(requests[0].headers, "organization"), "org-7");
}

TEST_F(Program, KeepsEveryDigitOfABalance) {
  transport().answer(200, R"({"credits":0.6336833840314097})");
  EXPECT_EQ(run({"balance"}).output, "0.6336833840314097\n");
}

TEST_F(Program, ComparesTheMinimumExactly) {
  struct Case {
    const char* credits;
    const char* minimum;
    int exit_code;
  };
  for (const auto& [credits, minimum, exit_code] :
       {Case{"10", "10", 0}, Case{"9.999999999", "10", 8}, Case{"0.3", "0.300000001", 8},
        Case{"0.30000000000000004", "0.3", 0}, Case{"0.29999999999999998", "0.3", 8},
        Case{"-1", "0", 8}, Case{"1e3", "999.999999999", 0},
        Case{"9007199254740993", "9223372036.854775807", 0}}) {
    transport().answer(200, std::string(R"({"credits":)") + credits + "}");
    const auto result = run({"balance", "--min", minimum});
    EXPECT_EQ(result.exit_code, exit_code) << credits << " " << minimum << result.errors;
    EXPECT_EQ(result.output, std::string(credits) + "\n");
  }
}

TEST_F(Program, RefusesAKeyAsAnArgumentAndDoesNotRepeatIt) {
  const std::vector<std::vector<std::string>> lines = {
      {"balance", "--api-key", "sk-precious-0123"},
      {"balance", "--api-key=sk-precious-0123"},
      {"--api-key", "sk-precious-0123", "account"},
      {"keys", "--api-key=sk-precious-0123"},
      {"users", "list", "--api-key"},
  };
  for (const auto& line : lines) {
    const auto result = run(line);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.errors.find("--api-key-file"), std::string::npos) << result.errors;
    EXPECT_EQ((result.output + result.errors).find("precious"), std::string::npos);
  }
  const auto misplaced = run({"balance", "sk-precious-0123"});
  EXPECT_EQ(misplaced.exit_code, 2);
  EXPECT_EQ(misplaced.errors.find("precious"), std::string::npos) << misplaced.errors;
}

TEST_F(Program, ExplainsWrongUsage) {
  const std::vector<std::vector<std::string>> lines = {
      {},
      {"blance"},
      {"users"},
      {"users", "create"},
      {"balance", "--min", "1.0000000001"},
      {"balance", "--timeout", "0"},
      {"balance", "--retries", "-1"},
      {"balance", "--auth-scheme", "basic"},
      {"account", "--json", "--format", "plain"},
      {"account", "--api-key-stdin", "--api-key-file", "x"},
      {"users", "list", "--all", "--limit", "5"},
      {"users", "list", "--limit", "1001"},
      {"grants", "create", "--amount", "0"},
      {"grants", "list"},
      {"members", "create", "org-1", "--user", "u", "--role", "owner"},
      {"audit-log", "list", "--limit", "0"},
  };
  for (const auto& line : lines) {
    const auto result = run(line);
    EXPECT_EQ(result.exit_code, 2) << (line.empty() ? "" : line.back());
    EXPECT_EQ(result.output, "");
    EXPECT_NE(result.errors, "");
  }
  EXPECT_TRUE(transport().requests().empty());
}

TEST_F(Program, SendsTheVendorTheTwoCallsAndNoOther) {
  const std::string vendor = "https://api.stability.ai";
  for (const auto& line : std::vector<std::vector<std::string>>{
           {"users", "list"},
           {"organizations", "balance", "org-1"},
           {"charges", "create", "--organization", "org-1", "--amount", "1"},
           {"entries", "list", "--organization", "org-1"},
           {"entries", "verify", "--organization", "org-00000000000000000000000000"},
           {"audit-log", "list"}}) {
    auto arguments = line;
    arguments.insert(arguments.end(), {"--base-url", vendor});
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << line.front() << result.errors;
    EXPECT_NE(result.errors.find("no Farthing server is named"), std::string::npos)
        << line.front() << result.errors;
  }
  EXPECT_TRUE(transport().requests().empty());
  transport().answer(200, R"({"credits":1})");
  EXPECT_EQ(run({"balance", "--base-url", vendor}).exit_code, 0);
  EXPECT_EQ(transport().requests().size(), 1U);
}

TEST_F(Program, NamesACommandThatDoesNotExist) {
  EXPECT_NE(run({"blance"}).errors.find("no command blance"), std::string::npos);
  EXPECT_NE(run({"users", "lsit"}).errors.find("farthing users has no command lsit"),
            std::string::npos);
  EXPECT_NE(run({"users"}).errors.find("farthing users needs a command"), std::string::npos);
}

TEST_F(Program, HasHelpWithAnExampleForEveryCommand) {
  const std::vector<std::vector<std::string>> commands = {
      {"account"},
      {"balance"},
      {"users", "create"},
      {"users", "list"},
      {"users", "show"},
      {"users", "erase"},
      {"users", "disable"},
      {"users", "enable"},
      {"organizations", "create"},
      {"organizations", "list"},
      {"organizations", "update"},
      {"organizations", "show"},
      {"organizations", "balance"},
      {"members", "create"},
      {"members", "list"},
      {"members", "update"},
      {"members", "remove"},
      {"organizations", "set-default"},
      {"organizations", "disable"},
      {"organizations", "enable"},
      {"audit-log", "list"},
      {"clock", "show"},
      {"clock", "confirm"},
      {"audit-log", "verify"},
      {"keys", "create"},
      {"keys", "list"},
      {"keys", "show"},
      {"keys", "revoke"},
      {"keys", "update"},
      {"keys", "rotate"},
      {"keys", "revoke-leaked"},
      {"keys", "verify"},
      {"grants", "create"},
      {"grants", "list"},
      {"grants", "show"},
      {"grants", "void"},
      {"charges", "create"},
      {"charges", "list"},
      {"charges", "show"},
      {"charges", "explain"},
      {"charges", "refund"},
      {"charges", "batch"},
      {"holds", "create"},
      {"holds", "show"},
      {"holds", "capture"},
      {"holds", "extend"},
      {"holds", "release"},
      {"entries", "list"},
      {"entries", "outcome"},
      {"entries", "erase"},
      {"entries", "verify"},
      {"entries", "statement"},
      {"entries", "statement-key"},
      {"entries", "check-statement"},
      {"serve"},
      {"store", "verify"},
      {"store", "copy"},
      {"store", "migrate"},
      {"store", "admin-key"},
      {"store", "accept-loss"},
      {"completion"},
  };
  for (auto line : commands) {
    std::string name = "farthing";
    for (const auto& word : line) name += " " + word;
    line.emplace_back("--help");
    const auto result = run(line);
    EXPECT_EQ(result.exit_code, 0) << name;
    EXPECT_NE(result.output.find("Usage: " + name + " ["), std::string::npos) << result.output;
    EXPECT_NE(result.output.find("Example"), std::string::npos) << name;
    EXPECT_EQ(result.output.find("--api-key "), std::string::npos) << name;
  }
  EXPECT_NE(run({"--help"}).output.find("Exit codes:"), std::string::npos);
}

TEST_F(Program, ShowsEverySettingOfAServerThatHasAnOption) {
  const std::string help = run({"serve", "--help"}).output;
  for (const app::Setting& setting : app::all_settings()) {
    if (setting.option.empty()) continue;
    const std::string option = fmt::format("{} {}", setting.option, setting.placeholder);
    EXPECT_NE(help.find(option), std::string::npos) << option;
    EXPECT_NE(help.find(setting.summary), std::string::npos) << option;
  }
  EXPECT_NE(help.find("Default: 127.0.0.1:8080."), std::string::npos) << help;
}

TEST_F(Program, CommandsOfTheServersMachineEndAsOthersDo) {
  struct Case {
    std::vector<std::string> arguments;
    int exit_code;
    const char* words;
  };
  const std::string none = run_.scratch.path("none");
  const std::string full = run_.scratch.path("full");
  run_.scratch.write("full/note", "mine");
  for (const auto& [arguments, exit_code, words] : {
           Case{{"store", "admin-key"}, 2, "farthing: Say where the store is: "},
           Case{{"store", "admin-key", "--data", none}, 2, "farthing: there is no store in "},
           Case{{"clock", "set-back"}, 2, "farthing: Say where the store is: "},
           Case{{"clock", "set-back", "--data", none}, 1, "farthing: The data directory "},
           Case{{"store", "accept-loss"}, 2, "--data is required"},
           Case{{"store", "accept-loss", "--data", none}, 1, "farthing: The data directory "},
           Case{{"store", "migrate"}, 2, "farthing: Say which database: "},
           Case{{"store", "migrate", "--store", "postgres://127.0.0.1:1/none"}, 1, "connect"},
           Case{{"serve"}, 2, "farthing: say where the data is to be: "},
           Case{{"serve", "--data", none, "--threads", "0"}, 2, "threads must be "},
           Case{
               {"store", "verify", "--data", none, "--store", "postgres://db/f"}, 2, "give one of"},
           Case{{"selftest", "--data", full}, 2, "is not empty"},
       }) {
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, exit_code) << arguments.front() << result.errors;
    EXPECT_NE(result.errors.find(words), std::string::npos) << result.errors;
    EXPECT_EQ(result.output, "") << arguments.front();
  }
  EXPECT_EQ(run({"version"}).output, fmt::format("farthing {}\n", sdk::kVersion));
}

TEST_F(Program, ReadsTheKeyFromStandardInput) {
  run_.input = "sk-from-input\n";
  transport().answer(200, R"({"credits":1})");
  EXPECT_EQ(run({"balance", "--api-key-stdin"}).exit_code, 0);
  EXPECT_EQ(*sdk::find_header(transport().requests().at(0).headers, "authorization"),
            "sk-from-input");
}

TEST_F(Program, TellsTheRequestIdOfAnError) {
  transport().answer(403, R"({"id":"0a1b","name":"permission_denied","message":"Not yours."})",
                     {{"x-request-id", "0a1b"}});
  const auto result = run({"balance", "--api-version", "v1"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_EQ(result.output, "");
  EXPECT_NE(result.errors.find("request id: 0a1b"), std::string::npos) << result.errors;
}

TEST_F(Program, ListsOnePageAndSaysHowToGoOn) {
  transport().answer(200, std::string(R"({"users":[)") + kUser + R"(],"next":"c2"})");
  const auto result = run({"users", "list", "--limit", "1", "--cursor", "c1"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output, "user-1\tada@example.com\tAda\t\t2026-11-22T00:00:00.000000Z\n");
  EXPECT_NE(result.errors.find("--cursor c2"), std::string::npos);
  const std::string url = transport().requests().at(0).url;
  EXPECT_NE(url.find("limit=1"), std::string::npos) << url;
  EXPECT_NE(url.find("cursor=c1"), std::string::npos) << url;
}

TEST_F(Program, JoinsAllPages) {
  transport().answer(200, std::string(R"({"users":[)") + kUser + R"(],"next":"c2"})");
  transport().answer(200, std::string(R"({"users":[)") + kUser + R"(],"next":null})");
  const auto result = run({"users", "list", "--all", "--json"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(result.output.starts_with(R"({"users":[{"id":"user-1")")) << result.output;
  EXPECT_TRUE(result.output.ends_with("],\"next\":null}\n")) << result.output;
  EXPECT_NE(transport().requests().at(1).url.find("cursor=c2"), std::string::npos);
}

TEST_F(Program, DoesNotFollowAPageThatNamesItself) {
  for (int i = 0; i < 2; ++i) transport().answer(200, R"({"users":[],"next":"c"})");
  EXPECT_EQ(run({"users", "list", "--all"}).exit_code, 6);
}

TEST_F(Program, ShowsANewSecretOnceOrWritesItToAFile) {
  transport().answer(201, kKey);
  const auto shown = run({"keys", "create", "--user", "user-1"});
  EXPECT_EQ(shown.exit_code, 0) << shown.errors;
  EXPECT_TRUE(shown.output.ends_with("\nsecret\tsk-made-by-the-server\n")) << shown.output;
  EXPECT_EQ(shown.errors.find("sk-made"), std::string::npos);

  const std::string path = run_.scratch.path("new.key");
  for (const char* format : {"plain", "table", "json"}) {
    transport().answer(201, kKey);
    const std::string file = path + format;
    const auto kept =
        run({"keys", "create", "--user", "user-1", "--secret-file", file, "--format", format});
    EXPECT_EQ(kept.exit_code, 0) << kept.errors;
    EXPECT_EQ((kept.output + kept.errors).find("sk-made"), std::string::npos);
    EXPECT_EQ(run_.scratch.read(std::string("new.key") + format), "sk-made-by-the-server\n");
  }
}

TEST_F(Program, MakesNoKeyWithoutAPlaceForItsSecret) {
  run_.scratch.write("taken", "precious");
  const auto result =
      run({"keys", "create", "--user", "user-1", "--secret-file", run_.scratch.path("taken")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(transport().requests().empty());
}

TEST_F(Program, LeavesNoSecretFileWhenTheServerRefuses) {
  transport().answer(404, R"({"id":"1","name":"not_found","message":"No such user."})");
  const auto result =
      run({"keys", "create", "--user", "user-9", "--secret-file", run_.scratch.path("new.key")});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_FALSE(run_.scratch.has("new.key"));
}

TEST_F(Program, SendsTheIdempotencyKeyAndTheExactAmount) {
  transport().answer(
      201,
      R"({"id":"charge-1","organization":"org-1","amount":"0.000000001","refunded":"0",)"
      R"("grants":[{"grant":"grant-1","amount":"0.000000001"}],)"
      R"("balance":{"available":"12.5","held":"0"},"created_at":"2026-11-22T00:00:00.000000Z"})",
      {{"idempotency-replayed", "true"}});
  const auto result = run({"charges", "create", "--organization", "org-1", "--amount",
                           "0.000000001", "--idempotency-key", "job-1"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_NE(result.output.find("available\t12.5\n"), std::string::npos) << result.output;
  EXPECT_TRUE(result.output.ends_with("grant\tgrant-1\t0.000000001\n")) << result.output;
  EXPECT_NE(result.errors.find("first answer"), std::string::npos) << result.errors;
  const auto request = transport().requests().at(0);
  EXPECT_EQ(*sdk::find_header(request.headers, "idempotency-key"), "job-1");
  EXPECT_NE(request.body->find(R"("amount":"0.000000001")"), std::string::npos) << *request.body;
}

TEST_F(Program, SendsAnAdminKeyOnlyToANamedServer) {
  run_.environment.erase("FARTHING_URL");
  const auto result = run({"users", "list"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.errors.find("--base-url"), std::string::npos);
  EXPECT_TRUE(transport().requests().empty());
}

TEST_F(Program, WritesTheOutputFileOnlyForAGoodAnswer) {
  const std::string path = run_.scratch.path("out");
  transport().answer(401, R"({"id":"1","name":"unauthorized","message":"No."})");
  EXPECT_EQ(run({"balance", "-o", path, "--api-version", "v1"}).exit_code, 4);
  EXPECT_FALSE(run_.scratch.has("out"));
  transport().answer(200, R"({"credits":5})");
  const auto result = run({"balance", "-o", path, "--min", "6"});
  EXPECT_EQ(result.exit_code, 8);
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(run_.scratch.read("out"), "5\n");
}

TEST_F(Program, SaysWhatItUsesWhenVerboseButNoKey) {
  transport().answer(200, R"({"credits":5})");
  const auto result = run({"balance", "-v"});
  EXPECT_EQ(result.output, "5\n");
  EXPECT_NE(result.errors.find("FARTHING_API_KEY"), std::string::npos);
  EXPECT_NE(result.errors.find("http://server.test"), std::string::npos);
  EXPECT_EQ(result.errors.find("sk-test"), std::string::npos);
}

TEST_F(Program, MakesABashCompletionOfItsCommands) {
  const auto result = run({"completion", "bash"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* text : {"'users list')", "--secret-file", "complete -F _farthing farthing"}) {
    EXPECT_NE(result.output.find(text), std::string::npos) << text;
  }
  EXPECT_EQ(result.output.find("--api-key "), std::string::npos);
}

TEST_F(Program, CompletesTheOptionsOfAGroupWithItsCommand) {
  const std::string output = run({"completion", "bash"}).output;
  const std::size_t begin = output.find("'selftest') words='");
  ASSERT_NE(begin, std::string::npos);
  const std::string line = output.substr(begin, output.find('\n', begin) - begin);
  for (const char* option : {"--minutes", "--data", "--base-url"}) {
    EXPECT_NE(line.find(option), std::string::npos) << line;
  }
  EXPECT_EQ(output.find("'selftest ')"), std::string::npos);
}

}  // namespace farthing::cli::program_test
