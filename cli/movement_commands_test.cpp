// SPDX-License-Identifier: Apache-2.0
// The commands that move credits and those that tell what was moved: what they send and show.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "cli/tests/cli_run.hpp"

namespace farthing::cli::movement_commands_test {

using Line = std::vector<std::string>;

constexpr std::string_view kHold =
    R"({"id":"hold-1","organization":"org-1","amount":"5","captured":"0","released":"0",)"
    R"("state":"open","over_capture":"reject","expires_at":"t",)"
    R"("balance":{"available":"7.5","held":"5"}})";
constexpr std::string_view kCharge =
    R"({"id":"charge-1","organization":"org-1","amount":"2.5","refunded":"0",)"
    R"("grants":[{"grant":"grant-1","amount":"2.5"}],)"
    R"("balance":{"available":"7.5","held":"0"},"created_at":"t"})";
constexpr std::string_view kEntry =
    R"({"seq":2,"kind":"charge","amount":"2.5","available":"7.5","held":"0","at":"t",)"
    R"("ref":"charge-1","operation":"image","grants":[],"hash":"00ff"})";

std::string with(std::string_view object, std::string_view members) {
  return std::string(object.substr(0, object.size() - 1)) + "," + std::string(members) + "}";
}

class MovementCommands : public testing::Test {
 protected:
  MovementCommands() {
    run_.environment["FARTHING_API_KEY"] = "sk-test-0123456789";
    run_.environment["FARTHING_URL"] = "http://server.test";
  }

  void answer(std::string body, int status = 200) {
    run_.transport->answer(status, std::move(body));
  }
  CliResult run(const Line& arguments) { return run_.run(arguments); }
  // Method, path and body of the last request.
  std::string sent() const {
    const auto request = run_.transport->requests().back();
    return request.method + " " + request.url.substr(std::string("http://server.test").size()) +
           " " + request.body.value_or("");
  }
  std::string header(std::string_view name) const {
    const auto request = run_.transport->requests().back();
    const std::string* value = sdk::find_header(request.headers, name);
    return value ? *value : "";
  }

  CliRun run_;
};

TEST_F(MovementCommands, SendWhatTheyAreTold) {
  struct Case {
    Line line;
    std::string request;
  };
  const std::vector<Case> table = {
      {{"organizations", "update", "org-1", "--overdraft-limit", "25"},
       R"(PATCH /v1/organizations/org-1 {"overdraft_limit":"25"})"},
      {{"organizations", "update", "org-1", "--name", "Lab"},
       R"(PATCH /v1/organizations/org-1 {"name":"Lab"})"},
      {{"members", "create", "org-1", "--user", "user-1"},
       R"(POST /v1/organizations/org-1/members {"user":"user-1","role":"MEMBER"})"},
      {{"members", "create", "org-1", "--email", "ada@example.com", "--role", "OWNER"},
       R"(POST /v1/organizations/org-1/members {"email":"ada@example.com","role":"OWNER"})"},
      {{"members", "list", "org-1"}, "GET /v1/organizations/org-1/members "},
      {{"members", "update", "org-1", "--user", "user-1", "--role", "ACCOUNTANT"},
       R"(PUT /v1/organizations/org-1/members/user-1 {"role":"ACCOUNTANT"})"},
      {{"members", "remove", "org-1", "--user", "user-1"},
       "DELETE /v1/organizations/org-1/members/user-1 "},
      {{"organizations", "balance", "org-1"}, "GET /v1/organizations/org-1/balance "},
      {{"organizations", "balance", "org-1", "--at", "2026-01-01T00:00:00Z"},
       "GET /v1/organizations/org-1/balance?at=2026-01-01T00%3A00%3A00Z "},
      {{"grants", "void", "grant-1", "--idempotency-key", "k"}, "POST /v1/grants/grant-1/void "},
      {{"grants", "void", "grant-1", "--reason", "paid twice"},
       R"(POST /v1/grants/grant-1/void {"reason":"paid twice"})"},
      {{"grants", "create", "--organization", "org-1", "--amount", "1000", "--price-paid", "49.00",
        "--currency", "EUR", "--payment-reference", "in_7", "--tag", "team=red", "--tag",
        "job=a=b"},
       R"(POST /v1/organizations/org-1/grants {"amount":"1000","price_paid":{"amount":"49",)"
       R"("currency":"EUR"},"payment_reference":"in_7","tags":{"team":"red","job":"a=b"}})"},
      {{"charges", "refund", "charge-1"}, "POST /v1/charges/charge-1/refunds "},
      {{"charges", "refund", "charge-1", "--reason", "blurred", "--tag", "team=red", "--metadata",
        R"({"a":1})"},
       R"(POST /v1/charges/charge-1/refunds {"tags":{"team":"red"},"reason":"blurred",)"
       R"("metadata":{"a":1}})"},
      {{"charges", "refund", "charge-1", "--amount", "0.5"},
       R"(POST /v1/charges/charge-1/refunds {"amount":"0.5"})"},
      {{"holds", "create", "--organization", "org-1", "--amount", "5"},
       R"(POST /v1/holds {"organization":"org-1","amount":"5"})"},
      {{"holds", "create", "--organization", "org-1", "--amount", "5", "--ttl", "90",
        "--over-capture", "up_to_available", "--operation", "video", "--model", "v3", "--metadata",
        R"({"job":7})"},
       R"(POST /v1/holds {"organization":"org-1","amount":"5","ttl_s":90,)"
       R"("over_capture":"up_to_available","operation":"video","model":"v3","metadata":{"job":7}})"},
      {{"charges", "show", "charge-1"}, "GET /v1/charges/charge-1 "},
      {{"charges", "explain", "charge-1"}, "GET /v1/charges/charge-1/explain "},
      {{"holds", "show", "hold-1"}, "GET /v1/holds/hold-1 "},
      {{"holds", "capture", "hold-1"}, R"(POST /v1/holds/hold-1/capture {"final":true})"},
      {{"holds", "capture", "hold-1", "--amount", "1", "--part"},
       R"(POST /v1/holds/hold-1/capture {"amount":"1","final":false})"},
      {{"holds", "extend", "hold-1", "--ttl", "600"},
       R"(POST /v1/holds/hold-1/extend {"ttl_s":600})"},
      {{"holds", "release", "hold-1"}, "POST /v1/holds/hold-1/release "},
      {{"entries", "outcome", "--organization", "org-1", "order 1/2"},
       "GET /v1/organizations/org-1/outcomes/order%201%2F2 "},
      {{"entries", "list", "--organization", "org-1", "--kind", "charge", "--from", "a", "--to",
        "b", "--operation", "c", "--key", "key-1", "--limit", "5"},
       "GET "
       "/v1/organizations/org-1/entries?kind=charge&from=a&to=b&operation=c&key=key-1&limit=5 "},
  };
  for (const auto& [line, request] : table) {
    answer(R"({"id":"i","name":"not_found","message":"No such thing."})", 404);
    EXPECT_EQ(run(line).exit_code, 5) << request;
    EXPECT_EQ(sent(), request);
    const bool needs_key = !request.starts_with("GET") && !request.starts_with("PUT");
    EXPECT_EQ(!header("Idempotency-Key").empty(), needs_key) << request;
  }
}

TEST_F(MovementCommands, RefuseWrongUsage) {
  const std::vector<Line> lines = {
      {"organizations", "update", "org-1"},
      {"organizations", "update", "org-1", "--overdraft-limit", "-1"},
      {"members", "create", "org-1"},
      {"members", "create", "org-1", "--user", "user-1", "--email", "ada@example.com"},
      {"members", "update", "org-1", "--user", "user-1"},
      {"members", "remove", "org-1"},
      {"grants", "void"},
      {"grants", "void", "g", "--tag", "team"},
      {"grants", "void", "g", "--tag", "=red"},
      {"grants", "create", "--organization", "o", "--amount", "1", "--price-paid", "49"},
      {"grants", "create", "--organization", "o", "--amount", "1", "--currency", "EUR"},
      {"grants", "create", "--organization", "o", "--amount", "1", "--price-paid", "-1",
       "--currency", "EUR"},
      {"charges", "refund", "charge-1", "--amount", "0"},
      {"charges", "batch"},
      {"charges", "batch", "-", "--api-key-stdin"},
      {"charges", "batch", run_.scratch.path("missing.csv")},
      {"holds", "create", "--organization", "org-1"},
      {"holds", "create", "--organization", "org-1", "--amount", "1", "--ttl", "86401"},
      {"holds", "create", "--organization", "org-1", "--amount", "1", "--over-capture", "maybe"},
      {"holds", "create", "--amount", "1"},
      {"holds", "extend", "hold-1"},
      {"holds", "create", "--organization", "o", "--amount", "1", "--caller-key", "sk-precious-01"},
      {"holds", "create", "--organization", "o", "--amount", "1", "--caller-key=sk-precious-01"},
      {"holds", "create", "--organization", "o", "--amount", "1", "--caller-key-env"},
      {"charges", "create", "--organization", "o", "--amount", "1", "--caller-key-file",
       run_.scratch.path("missing.key")},
      {"charges", "create", "--organization", "o", "--amount", "1", "--caller-key-stdin",
       "--api-key-stdin"},
      {"entries", "list", "--organization", "org-1", "--csv", "--json"},
      {"entries", "list", "--organization", "org-1", "--raw"},
      {"entries", "list", "--organization", "org-1", "--csv", "--format", "plain"},
      {"entries", "outcome", "order-1"},
  };
  run_.input = "sk-from-stdin\n";
  for (const Line& line : lines) {
    const auto result = run(line);
    EXPECT_EQ(result.exit_code, 2) << line.at(1) << " " << line.back() << result.errors;
    EXPECT_EQ(result.output, "");
    EXPECT_NE(result.errors, "");
    EXPECT_EQ(result.errors.find("precious"), std::string::npos) << result.errors;
  }
  EXPECT_TRUE(run_.transport->requests().empty());
}

TEST_F(MovementCommands, PresentTheKeyOfACaller) {
  run_.scratch.write("caller.key", "sk-in-the-file\n");
  run_.input = "sk-in-the-input";
  run_.environment["FARTHING_CALLER_KEY"] = "sk-in-the-environment";
  const std::vector<std::pair<Line, std::string>> table = {
      {{}, R"({"organization":"org-1","amount":"1"})"},
      {{"--caller-key-file", run_.scratch.path("caller.key")},
       R"({"organization":"org-1","api_key":"sk-in-the-file","amount":"1"})"},
      {{"--caller-key-stdin"},
       R"({"organization":"org-1","api_key":"sk-in-the-input","amount":"1"})"},
      {{"--caller-key-env"},
       R"({"organization":"org-1","api_key":"sk-in-the-environment","amount":"1"})"},
  };
  for (const auto& [options, body] : table) {
    for (const Line& verb : {Line{"charges", "create"}, Line{"holds", "create"}}) {
      Line line = verb;
      line.insert(line.end(), {"--organization", "org-1", "--amount", "1"});
      line.insert(line.end(), options.begin(), options.end());
      answer(R"({"id":"i","name":"caller_key_invalid","message":"No.","field":"api_key"})", 403);
      const auto result = run(line);
      EXPECT_EQ(result.exit_code, 4) << result.errors;
      EXPECT_TRUE(sent().ends_with(body)) << sent();
      EXPECT_NE(result.errors.find("caller_key_invalid"), std::string::npos);
    }
  }
}

TEST_F(MovementCommands, VerifyTheKeyOfACaller) {
  run_.environment["FARTHING_CALLER_KEY"] = "sk-in-the-environment";
  const Line line = {"keys", "verify",    "--caller-key-env", "--organization", "org-1", "--scope",
                     "user", "--address", "192.0.2.1",        "--could-spend",  "2.5"};
  constexpr std::string_view kGood =
      R"({"valid":true,"api_key":{"id":"key-1","scopes":["user","service"]},)"
      R"("user":{"id":"user-1","email":"a@b"},"organization":{"id":"org-1","name":"Lab"},)"
      R"("role":"OWNER","balance":{"available":"7.5","held":"0"}})";
  answer(std::string(kGood));
  const auto good = run(line);
  EXPECT_EQ(good.exit_code, 0) << good.errors;
  EXPECT_EQ(
      good.output,
      "valid\ttrue\napi_key\tkey-1\nname\t\nscopes\tuser,service\nexpires_at\t\nuser\tuser-1\n"
      "email\ta@b\norganization\torg-1\norganization_name\tLab\nrole\tOWNER\n"
      "available\t7.5\nheld\t0\n");
  EXPECT_EQ(sent(),
            R"(POST /v1/api-keys/verify {"api_key":"sk-in-the-environment","organization":"org-1",)"
            R"("scope":"user","address":"192.0.2.1","could_spend":"2.5"})");
  answer(std::string(kGood));
  EXPECT_EQ(run({"keys", "verify", "--caller-key-env", "--json"}).output,
            std::string(kGood) + "\n");

  const std::vector<std::pair<int, int>> exit_codes = {
      {401, 4}, {403, 4}, {402, 5}, {404, 5}, {429, 7}};
  for (const auto& [status, exit_code] : exit_codes) {
    answer(R"({"valid":false,"status":)" + std::to_string(status) +
           R"(,"error":{"name":"a_name","message":"No.","required":"5"}})");
    const auto refused = run({"keys", "verify", "--caller-key-env"});
    EXPECT_EQ(refused.exit_code, exit_code) << status;
    EXPECT_EQ(refused.output, "valid\tfalse\nstatus\t" + std::to_string(status) +
                                  "\nerror\ta_name\nmessage\tNo.\nrequired\t5\n");
  }
  const auto without = run({"keys", "verify"});
  EXPECT_EQ(without.exit_code, 2);
  EXPECT_NE(without.errors.find("--caller-key-file"), std::string::npos);
}

TEST_F(MovementCommands, ShowAHold) {
  answer(std::string(kHold), 201);
  EXPECT_EQ(run({"holds", "create", "--organization", "org-1", "--amount", "5"}).output,
            "id\thold-1\norganization\torg-1\napi_"
            "key\t\namount\t5\ncaptured\t0\nreleased\t0\nstate\topen\n"
            "over_capture\treject\nexpires_at\tt\navailable\t7.5\nheld\t5\n");
  answer(with(kHold, R"("charge":)" + std::string(kCharge)));
  const auto captured = run({"holds", "capture", "hold-1"});
  EXPECT_TRUE(
      captured.output.ends_with("held\t5\ncharge\tcharge-1\ncharged\t2.5\ngrant\tgrant-1\t2.5\n"))
      << captured.output;
  answer(std::string(kHold));
  EXPECT_EQ(run({"holds", "release", "hold-1", "--json"}).output, std::string(kHold) + "\n");
}

TEST_F(MovementCommands, ShowWhatWasRefundedAndVoided) {
  answer(R"({"id":"refund-1","organization":"org-1","charge":"charge-1","amount":"2.5",)"
         R"("ended":"1","grants":[{"grant":"grant-1","amount":"2.5"}],)"
         R"("balance":{"available":"9","held":"0"},"created_at":"t"})",
         201);
  EXPECT_EQ(run({"charges", "refund", "charge-1"}).output,
            "id\trefund-1\norganization\torg-1\ncharge\tcharge-1\namount\t2."
            "5\nended\t1\ntags\t\nreason\t\nmetadata\t\n"
            "available\t9\nheld\t0\ncreated_at\tt\ngrant\tgrant-1\t2.5\n");
  answer(R"({"id":"grant-1","organization":"org-1","voided":"9",)"
         R"("balance":{"available":"0","held":"0"},"voided_at":"t"})");
  EXPECT_EQ(run({"grants", "void", "grant-1"}).output,
            "id\tgrant-1\norganization\torg-"
            "1\nvoided\t9\ntags\t\nreason\t\nmetadata\t\navailable\t0\nheld\t0\nvoided_at\tt\n");
}

TEST_F(MovementCommands, TellWhatBecameOfAHoldAndACharge) {
  answer(with(kHold, R"("operation":"video","grants":[{"grant":"grant-1","amount":"5"}],)"
                     R"("extensions":[{"expires_at":"u","at":"t1"}],)"
                     R"("captures":[{"charge":"charge-1","amount":"2","at":"t2"}],)"
                     R"("releases":[{"amount":"3","at":"t3"}],"created_at":"t0")"));
  const auto hold = run({"holds", "show", "hold-1"});
  EXPECT_TRUE(hold.output.ends_with(
      "operation\tvideo\nmodel\t\ntags\t\nreason\t\nmetadata\t\navailable\t7.5\nheld\t5\n"
      "created_at\tt0\n"
      "grant\tgrant-1\t5\n"
      "change\textend\tt1\t\t\tu\n"
      "change\tcapture\tt2\t2\tcharge-1\t\n"
      "change\trelease\tt3\t3\t\t\n"))
      << hold.output;

  answer(with(kCharge, R"("refunds":[{"id":"refund-1","amount":"1","ended":"0.5","grants":[],)"
                       R"("created_at":"t1"}],"has_more":true)"));
  const auto charge = run({"charges", "show", "charge-1"});
  EXPECT_TRUE(charge.output.ends_with("grant\tgrant-1\t2.5\nrefund\trefund-1\t1\t0.5\tt1\n"))
      << charge.output;
  EXPECT_NE(charge.errors.find("first 1000"), std::string::npos);
}

TEST_F(MovementCommands, ExplainACharge) {
  answer(R"({"charge":)" + std::string(kCharge) +
         R"(,"grants":[{"grant":"grant-1","category":"paid","priority":100,"effective_at":"t",)"
         R"("paid":"2","repaid":"0.5","refunded":"1","ended":"0"}],)"
         R"("debt":{"incurred":"0.5","repaid":"0.5","refunded":"0","owed":"0"},)"
         R"("steps":[{"kind":"charge","amount":"2.5","debt":"0.5","grants":[],"at":"t"},)"
         R"({"kind":"refund","refund":"refund-1","amount":"1","grants":[],"at":"u"}]})");
  EXPECT_EQ(run({"charges", "explain", "charge-1"}).output,
            "id\tcharge-1\norganization\torg-1\namount\t2.5\nrefunded\t0\n"
            "debt_incurred\t0.5\ndebt_repaid\t0.5\ndebt_refunded\t0\nowed\t0\n"
            "grant\tgrant-1\tpaid\t100\t\t2\t0.5\t1\t0\n"
            "step\tt\tcharge\t2.5\t0.5\t\nstep\tu\trefund\t1\t\trefund-1\n");
}

TEST_F(MovementCommands, ShowABalanceGrantByGrant) {
  answer(R"({"available":"7.5","held":"2","grants":[{"grant":"grant-1","remaining":"7.5",)"
         R"("held":"2","priority":100,"category":"paid"}],"expiring":"0","burn_per_day":"0",)"
         R"("as_of":"t"})");
  EXPECT_EQ(run({"organizations", "balance", "org-1"}).output,
            "available\t7.5\nheld\t2\nexpiring\t0\nburn_per_day\t0\nrunway_s\t\nas_of\tt\n"
            "grant\tgrant-1\t7.5\t2\tpaid\t100\t\n");
}

TEST_F(MovementCommands, ShowTheLimitThatWasSet) {
  answer(R"({"id":"org-1","name":"Lab","overdraft_limit":"25","created_at":"t"})");
  EXPECT_EQ(run({"organizations", "update", "org-1", "--overdraft-limit", "25"}).output,
            "id\torg-1\nname\tLab\noverdraft_limit\t25\ncreated_at\tt\ndisabled_at\t\n");
}

TEST_F(MovementCommands, TellWhyCreditsDoNotSuffice) {
  answer(R"({"id":"i","name":"insufficient_credits","message":"Too few.","required":"5",)"
         R"("available":"1","held":"2","next_grant_at":"2027-01-01T00:00:00.000000Z"})",
         402);
  const auto result = run({"holds", "create", "--organization", "org-1", "--amount", "5"});
  EXPECT_EQ(result.exit_code, 5);
  for (const char* fact : {"required: 5", "available: 1", "held: 2", "next_grant_at: 2027-01-01"}) {
    EXPECT_NE(result.errors.find(fact), std::string::npos) << result.errors;
  }
}

TEST_F(MovementCommands, ShowEntriesAndOutcomes) {
  answer(R"({"entries":[)" + std::string(kEntry) + R"(],"next":"c2"})");
  const auto entries = run({"entries", "list", "--organization", "org-1"});
  EXPECT_EQ(entries.output, "2\tcharge\t2.5\t7.5\t0\tt\tcharge-1\timage\t\n");
  EXPECT_NE(entries.errors.find("--cursor c2"), std::string::npos);

  answer(R"({"idempotency_key":"k","entries":[)" + std::string(kEntry) + "]}");
  EXPECT_EQ(run({"entries", "outcome", "k", "--organization", "org-1"}).output,
            "idempotency_key\tk\nentry\t2\tcharge\t2.5\t7.5\t0\tt\tcharge-1\timage\t\n");
}

TEST_F(MovementCommands, JoinPagesOfCsvUnderOneHeader) {
  const auto respond = [&](const char* text, std::vector<sdk::Header> headers) {
    headers.insert(headers.begin(), {"content-type", "text/csv; charset=utf-8"});
    run_.transport->answer(200, text, std::move(headers));
  };
  respond("seq,kind\r\n1,grant\r\n", {{"next-cursor", "c2"}});
  const auto page = run({"entries", "list", "--organization", "org-1", "--csv", "--limit", "1"});
  EXPECT_EQ(page.output, "seq,kind\r\n1,grant\r\n");
  EXPECT_NE(page.errors.find("--cursor c2"), std::string::npos);
  EXPECT_EQ(header("Accept"), "text/csv");

  respond("seq,operation\r\n1,=1\r\n", {});
  EXPECT_EQ(run({"entries", "list", "--organization", "org-1", "--csv", "--raw"}).output,
            "seq,operation\r\n1,=1\r\n");
  EXPECT_NE(run_.transport->requests().back().url.find("raw=true"), std::string::npos);

  respond("seq,kind\r\n1,grant\r\n", {{"next-cursor", "c2"}});
  respond("seq,kind\r\n2,\"a\nb\"\r\n", {});
  const std::string path = run_.scratch.path("out.csv");
  const auto all =
      run({"entries", "list", "--organization", "org-1", "--csv", "--all", "-o", path});
  EXPECT_EQ(all.exit_code, 0) << all.errors;
  EXPECT_EQ(run_.scratch.read("out.csv"), "seq,kind\r\n1,grant\r\n2,\"a\nb\"\r\n");

  respond("seq\r\n", {{"next-cursor", "c"}});
  respond("seq\r\n", {{"next-cursor", "c"}});
  EXPECT_EQ(run({"entries", "list", "--organization", "org-1", "--csv", "--all"}).exit_code, 6);
}

std::string made(std::string_view more = "") {
  return R"({"status":201,)" + std::string(more) + R"("charge":)" + std::string(kCharge) + "}";
}

TEST_F(MovementCommands, ChargeWhatAFileLists) {
  run_.scratch.write("charges.csv",
                     "amount,organization,idempotency_key\n2.5,,\n2.5,org-2,mine\n9,org-1,\n");
  answer(R"({"results":[)" + made() + "," + made(R"("replayed":true,)") +
         R"(,{"status":402,"error":{"name":"insufficient_credits","message":"Too few.",)"
         R"("required":"9","available":"7.5","held":"0"}}]})");
  const auto result = run({"charges", "batch", run_.scratch.path("charges.csv"), "--organization",
                           "org-1", "--idempotency-key", "base"});
  EXPECT_EQ(result.exit_code, 5) << result.errors;
  EXPECT_EQ(result.output,
            "base-1\t201\tcharge-1\t2.5\t7.5\t\t\n"
            "mine\t201\tcharge-1\t2.5\t7.5\t\t\n"
            "base-3\t402\t\t\t\tinsufficient_credits\tToo few.\n");
  EXPECT_NE(result.errors.find("1 of 3 charges"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("--idempotency-key base"), std::string::npos) << result.errors;
  EXPECT_EQ(sent(), R"(POST /v1/charges/batch {"charges":[)"
                    R"({"idempotency_key":"base-1","organization":"org-1","amount":"2.5"},)"
                    R"({"idempotency_key":"mine","organization":"org-2","amount":"2.5"},)"
                    R"({"idempotency_key":"base-3","organization":"org-1","amount":"9"}]})");
}

TEST_F(MovementCommands, ABatchHasAKeyOfItsOwnOrNone) {
  run_.input = R"({"organization":"org-1","amount":"2.5"})";
  for (const char* key : {"", "\xc3\xa9", "a\tb"}) {
    const auto result = run({"charges", "batch", "-", "--idempotency-key", key});
    EXPECT_EQ(result.exit_code, 2) << key;
    EXPECT_NE(result.errors.find("--idempotency-key must be 1 to 255"), std::string::npos)
        << result.errors;
  }
  EXPECT_TRUE(run_.transport->requests().empty());
}

TEST_F(MovementCommands, ChargeWhatStandardInputLists) {
  run_.input = R"({"organization":"org-1","amount":"2.5","metadata":{"a":1}})";
  answer(R"({"results":[)" + made(R"("replayed":true,)") + "]}");
  const auto result = run({"charges", "batch", "-", "--json", "--idempotency-key", "b"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(result.output,
            R"({"results":[{"idempotency_key":"b-1","status":201,"replayed":true,"charge":)" +
                std::string(kCharge) + "}]}\n");
  EXPECT_NE(sent().find(R"("metadata":{"a":1})"), std::string::npos) << sent();
}

TEST_F(MovementCommands, ChargeALongListInSeveralRequests) {
  std::string lines = "amount,organization\n";
  std::string first_results;
  for (int i = 0; i < 1002; ++i) lines += "2.5,org-1\n";
  for (int i = 0; i < 1000; ++i) first_results += (i > 0 ? "," : "") + made();
  run_.input = lines;
  answer(R"({"results":[)" + first_results + "]}");
  answer(R"({"results":[)" + made() + "," + made() + "]}");
  const auto result = run({"charges", "batch", "-", "--idempotency-key", "b"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_TRUE(
      result.output.ends_with("b-1001\t201\tcharge-1\t2.5\t7.5\t\t\n"
                              "b-1002\t201\tcharge-1\t2.5\t7.5\t\t\n"));
  EXPECT_EQ(run_.transport->requests().size(), 2U);
}

TEST_F(MovementCommands, CutAListWhereARequestGetsTooLong) {
  const std::string metadata = R"({"text":")" + std::string(16'000, 'x') + R"("})";
  std::string lines;
  for (int i = 0; i < 100; ++i) {
    lines += R"({"organization":"org-1","amount":"1","metadata":)" + metadata + "}\n";
  }
  run_.input = lines;
  answer("{}", 500);
  EXPECT_EQ(run({"charges", "batch", "-", "--retries", "0"}).exit_code, 6);
  const std::string body = *run_.transport->requests().back().body;
  EXPECT_LT(body.size(), std::size_t{1} << 20U);
  EXPECT_GT(body.size(), 800'000U);
}

TEST_F(MovementCommands, SayHowToLearnWhatBecameOfALostBatch) {
  run_.input = "amount,organization\n1,org-1\n";
  run_.transport->fail(
      {.kind = sdk::FailureKind::transport, .message = "lost", .is_outcome_unknown = true});
  const auto result = run({"charges", "batch", "-", "--idempotency-key", "b", "--retries", "0"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "");
  EXPECT_NE(result.errors.find("--idempotency-key b "), std::string::npos) << result.errors;

  // Made freshly, the key is told, and is the one that was sent.
  run_.transport->fail(
      {.kind = sdk::FailureKind::transport, .message = "lost", .is_outcome_unknown = true});
  const auto fresh = run({"charges", "batch", "-", "--retries", "0"});
  const std::size_t at = fresh.errors.find("--idempotency-key ") + 18;
  const std::string key = fresh.errors.substr(at, fresh.errors.find(' ', at) - at);
  EXPECT_EQ(key.size(), 26U) << fresh.errors;
  EXPECT_NE(sent().find("\"" + key + "-1\""), std::string::npos) << sent();
}

}  // namespace farthing::cli::movement_commands_test
