// SPDX-License-Identifier: Apache-2.0
// Tags, reason and metadata of every movement, and what was paid for a grant.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::remarks_routes_test {

constexpr std::string_view kRemarks =
    R"("tags":{"team":"red","project":"atlas é"},"reason":"why","metadata":{"b":2,"a":1})";
// As answers have them.
constexpr std::string_view kShown =
    R"("tags":{"project":"atlas é","team":"red"},"reason":"why","metadata":{"a":1,"b":2})";

class RemarksRoutesTest : public LedgerApiTest {
 protected:
  std::string remarks(std::string_view members = "") const {
    return "{" + std::string(members) + std::string(kRemarks) + "}";
  }
  // Expects the movement to be done, and returns its answer.
  std::string move(const std::string& path, const std::string& body, int status) {
    return expect(status, post(path, body, "k" + std::to_string(++made_)));
  }
  std::string grants_path() const { return "/v1/organizations/" + organization_ + "/grants"; }
  std::string entries() {
    return expect(200, get("/v1/organizations/" + organization_ + "/entries"));
  }

 private:
  int made_ = 0;
};

TEST_F(RemarksRoutesTest, EveryMovementHasThem) {
  const std::string grant = move(grants_path(), remarks(R"("amount":"100",)"), 201);
  const std::string charge =
      move("/v1/charges", for_it(R"("amount":"1",)" + std::string(kRemarks)), 201);
  const std::string refund =
      move("/v1/charges/" + text_at(charge, "id") + "/refunds", remarks(), 201);
  const std::string hold =
      move("/v1/holds", for_it(R"("amount":"5",)" + std::string(kRemarks)), 201);
  const std::string path = "/v1/holds/" + text_at(hold, "id");
  move(path + "/extend", remarks(R"("ttl_s":900,)"), 200);
  const std::string captured =
      move(path + "/capture", remarks(R"("amount":"1","final":false,)"), 200);
  move(path + "/release", remarks(), 200);
  const std::string voided = move("/v1/grants/" + text_at(grant, "id") + "/void", remarks(), 200);
  for (const std::string& answer : {grant, charge, refund, captured, voided}) {
    EXPECT_NE(answer.find(kShown), std::string::npos) << answer;
  }
  // Every entry has them, and so has each step of the stories.
  const std::string page = entries();
  std::size_t count = 0;
  for (std::size_t at = page.find(kShown); at != std::string::npos;
       at = page.find(kShown, at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 8U) << page;
  const std::string story = expect(200, get(path));
  for (const char* step : {"extensions.0", "captures.0", "releases.0"}) {
    EXPECT_EQ(text_at(story, std::string(step) + ".reason"), "why") << step;
    EXPECT_EQ(text_at(story, std::string(step) + ".tags.team"), "red") << step;
  }
  EXPECT_EQ(text_at(story, "reason"), "why");
  EXPECT_EQ(text_at(expect(200, get("/v1/charges/" + text_at(charge, "id"))), "refunds.0.reason"),
            "why");
}

TEST_F(RemarksRoutesTest, AGrantTellsWhatWasPaid) {
  const std::string grant = move(
      grants_path(),
      R"({"amount":"100","price_paid":{"currency":"EUR","amount":"49.00"},"payment_reference":"in_7"})",
      201);
  const std::string shown =
      R"("price_paid":{"amount":"49","currency":"EUR"},"payment_reference":"in_7")";
  EXPECT_NE(grant.find(shown), std::string::npos) << grant;
  EXPECT_NE(expect(200, get("/v1/grants/" + text_at(grant, "id"))).find(shown), std::string::npos);
  EXPECT_NE(entries().find(shown), std::string::npos);
  // Nothing was paid, which is something else than nothing said.
  const std::string free =
      move(grants_path(), R"({"amount":"1","price_paid":{"amount":0,"currency":"EUR"}})", 201);
  EXPECT_EQ(text_at(free, "price_paid.amount"), "0");
}

TEST_F(RemarksRoutesTest, ARepeatMustSayTheSame) {
  move(grants_path(), R"({"amount":"100"})", 201);
  const auto with = [this](const std::string& members) {
    return post("/v1/charges", for_it(R"("amount":"1",)" + members), "same");
  };
  const std::string first = R"("reason":"why","tags":{"team":"red","project":"x"})";
  const std::string charge = expect(201, with(first));
  EXPECT_EQ(expect(201, with(R"("tags":{"project":"x","team":"red"},"reason":"why")")), charge);
  for (const std::string members :
       {R"("reason":"why")", R"("reason":"why","tags":{"team":"red"})",
        R"("reason":"why","tags":{"team":"blue","project":"x"})",
        R"("reason":"why!","tags":{"team":"red","project":"x"})",
        R"("reason":"why","tags":{"team":"red","project":"x"},"metadata":{})"}) {
    expect_error(409, "idempotency_key_reused", "", with(members));
  }
}

TEST_F(RemarksRoutesTest, WrongOnesAreNamed) {
  struct Case {
    std::string members;
    std::string field;
  };
  const std::string long_text(501, 'x');
  const std::vector<Case> cases = {
      {R"("tags":[])", "tags"},
      {R"("tags":"team=red")", "tags"},
      {R"("tags":{"Team":"red"})", "tags"},
      {R"("tags":{"":"red"})", "tags"},
      {R"("tags":{"te am":"red"})", "tags"},
      {R"("tags":{")" + std::string(33, 'a') + R"(":"red"})", "tags"},
      {R"("tags":{"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1"})", "tags"},
      {R"("tags":{"team":""})", "tags.team"},
      {R"("tags":{"team":null})", "tags.team"},
      {R"("tags":{"team":1})", "tags.team"},
      {R"("tags":{"team":"a\u0000"})", "tags.team"},
      {R"("tags":{"team":")" + std::string(65, 'x') + R"("})", "tags.team"},
      {R"("tags":{"color":"red"})", "tags.color"},
      {R"("reason":"")", "reason"},
      {R"("reason":7)", "reason"},
      {R"("reason":")" + long_text + R"(")", "reason"},
      {R"("reason":"a\nb")", "reason"},
  };
  const std::string grant = text_at(move(grants_path(), R"({"amount":"9"})", 201), "id");
  for (const Case& each : cases) {
    expect_error(400, "bad_request", each.field,
                 post("/v1/charges", for_it(R"("amount":"1",)" + each.members), "c"));
    expect_error(400, "bad_request", each.field,
                 post("/v1/grants/" + grant + "/void", "{" + each.members + "}", "v"));
  }
  // The longest are counted in characters.
  std::string longest;
  for (int i = 0; i < 64; ++i) longest += "é";
  move("/v1/charges", for_it(R"("amount":"1","tags":{"team":")" + longest + R"("})"), 201);
  // What is not there may be null.
  move("/v1/charges", for_it(R"("amount":"1","tags":null,"reason":null,"metadata":null)"), 201);
  move("/v1/charges", for_it(R"("amount":"1","tags":{})"), 201);
  EXPECT_NE(ask(post("/v1/charges", for_it(R"("amount":"1","tags":{"color":"red"})"), "c"))
                .body.find("project team"),
            std::string::npos)
      << "the message names the tags that there are";
}

TEST_F(RemarksRoutesTest, AWrongPriceIsNamed) {
  for (const std::string price :
       {"{}", "[]", R"("49 EUR")", R"({"amount":"49"})", R"({"currency":"EUR"})",
        R"({"amount":"-1","currency":"EUR"})", R"({"amount":"1","currency":"eur"})",
        R"({"amount":"1","currency":"EURO"})", R"({"amount":"1","currency":7})",
        R"({"amount":"0.0000000001","currency":"EUR"})",
        R"({"amount":"1","currency":"EUR","tax":"0"})"}) {
    expect_error(400, "bad_request", "price_paid",
                 post(grants_path(), R"({"amount":"1","price_paid":)" + price + "}", "g"));
  }
  expect_error(
      400, "bad_request", "payment_reference",
      post(grants_path(),
           R"({"amount":"1","payment_reference":")" + std::string(256, 'x') + R"("})", "g"));
  // Only a grant is paid for.
  expect_error(400, "bad_request", "price_paid",
               post("/v1/charges",
                    for_it(R"("amount":"1","price_paid":{"amount":"1","currency":"EUR"})"), "c"));
}

TEST_F(RemarksRoutesTest, OfABatchOnlyTheWrongChargeIsRefused) {
  move(grants_path(), R"({"amount":"9"})", 201);
  const auto charge = [this](const std::string& key, const std::string& tags) {
    return for_it(R"("amount":"1","idempotency_key":")" + key + R"(","tags":)" + tags);
  };
  const std::string results = expect(
      200, post("/v1/charges/batch",
                R"({"charges":[)" + charge("a", R"({"team":"red"})") + "," +
                    charge("b", R"({"color":"red"})") + "," + charge("c", R"({"team":7})") + "]}",
                ""));
  EXPECT_EQ(text_at(results, "results.0.charge.tags.team"), "red");
  EXPECT_EQ(text_at(results, "results.1.error.field"), "tags.color");
  EXPECT_EQ(text_at(results, "results.2.error.field"), "tags.team");
}

TEST_F(RemarksRoutesTest, CsvHasThem) {
  move(grants_path(),
       R"({"amount":"9","price_paid":{"amount":"4.5","currency":"EUR"},"payment_reference":"-in",)"
       R"("reason":"=1+1","tags":{"team":"red"}})",
       201);
  Ask request = get("/v1/organizations/" + organization_ + "/entries");
  request.headers = {"Accept: text/csv"};
  const std::string csv = ask(request).body;
  EXPECT_NE(csv.find(R"csv(,4.5,EUR,'-in,"{""team"":""red""}",'=1+1,,)csv"), std::string::npos)
      << csv;
}

}  // namespace farthing::api::remarks_routes_test
