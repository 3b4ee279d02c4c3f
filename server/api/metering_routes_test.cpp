// SPDX-License-Identifier: Apache-2.0
// Grants, charges and balances.
#include <chrono>
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::metering_routes_test {

class MeteringRoutesTest : public LedgerApiTest {};

constexpr const char* kNow = "2026-11-22T12:00:00.000000Z";

TEST_F(MeteringRoutesTest, AGrantShowsItsTerms) {
  const std::string made = expect(
      201, give(R"({"amount":"10.50","category":"promotional","priority":-3,)"
                R"("effective_at":"2026-11-23T00:00:00Z","expires_at":"2026-12-01T00:00:00Z",)"
                R"("metadata":{"order":7,"by":"ops"}})",
                "g"));
  const std::string id = text_at(made, "id");
  EXPECT_TRUE(GrantId::parse(id));
  EXPECT_EQ(made, R"({"id":")" + id + R"(","organization":")" + organization_ +
                      R"(","amount":"10.5","remaining":"10.5","category":"promotional",)"
                      R"("priority":-3,"effective_at":"2026-11-23T00:00:00.000000Z",)"
                      R"("expires_at":"2026-12-01T00:00:00.000000Z",)"
                      R"("metadata":{"by":"ops","order":7},"created_at":")" +
                      kNow + R"("})");
  EXPECT_EQ(expect(200, get("/v1/grants/" + id)), made);
  EXPECT_EQ(expect(200, get("/v1/organizations/" + organization_ + "/grants")),
            R"({"grants":[)" + made + R"(],"next":null})");
}

TEST_F(MeteringRoutesTest, AGrantHasDefaults) {
  const std::string made = expect(201, give(R"({"amount":3})", "g"));
  EXPECT_EQ(text_at(made, "category"), "paid");
  EXPECT_EQ(text_at(made, "priority"), "100");
  EXPECT_EQ(text_at(made, "effective_at"), kNow);
  EXPECT_FALSE(find_text(made, "expires_at"));
  EXPECT_FALSE(find_text(made, "metadata"));
}

TEST_F(MeteringRoutesTest, AChargeSaysWhichGrantsPaid) {
  const std::string later = text_at(expect(201, give(R"({"amount":"5"})", "g1")), "id");
  const std::string sooner = text_at(
      expect(201, give(R"({"amount":"2","expires_at":"2026-12-01T00:00:00Z"})", "g2")), "id");
  const std::string made = expect(
      201,
      charge(R"("amount":"3.5","operation":"image","model":"v3","metadata":{"job":"1"})", "c"));
  const std::string id = text_at(made, "id");
  EXPECT_TRUE(ChargeId::parse(id));
  EXPECT_EQ(made, R"({"id":")" + id + R"(","organization":")" + organization_ +
                      R"(","amount":"3.5","refunded":"0","operation":"image","model":"v3",)"
                      R"("metadata":{"job":"1"},"grants":[{"grant":")" +
                      sooner + R"(","amount":"2"},{"grant":")" + later +
                      R"(","amount":"1.5"}],"balance":{"available":"3.5","held":"0"},)"
                      R"("created_at":")" +
                      kNow + R"("})");
  EXPECT_EQ(expect(200, get("/v1/charges/" + id)),
            made.substr(0, made.size() - 1) + R"(,"refunds":[]})");
  EXPECT_EQ(expect(200, get("/v1/charges?organization=" + organization_)),
            R"({"charges":[)" + made + R"(],"next":null})");
  EXPECT_EQ(text_at(expect(200, get("/v1/grants/" + later)), "remaining"), "3.5");
  EXPECT_EQ(expect(200, get("/v1/organizations/" + organization_ + "/balance")),
            R"({"available":"3.5","held":"0","grants":[{"grant":")" + later +
                R"(","remaining":"3.5","held":"0","priority":100,"category":"paid"}],)"
                R"("expiring":"0","burn_per_day":"3.5","runway_s":86400,"as_of":")" +
                kNow + R"("})");
}

TEST_F(MeteringRoutesTest, ABalanceSaysWhatEndsSoon) {
  expect(201, give(R"({"amount":"5","expires_at":"2026-12-22T12:00:00Z"})", "g1"));
  expect(201, give(R"({"amount":"7","expires_at":"2026-12-22T12:00:01Z"})", "g2"));
  expect(201, give(R"({"amount":"9","effective_at":"2026-11-23T00:00:00Z"})", "g3"));
  const std::string path = "/v1/organizations/" + organization_ + "/balance";
  const std::string now = expect(200, get(path));
  EXPECT_EQ(text_at(now, "available"), "12");
  EXPECT_EQ(text_at(now, "expiring"), "5");
  EXPECT_EQ(text_at(now, "grants.0.expires_at"), "2026-12-22T12:00:00.000000Z");
  EXPECT_FALSE(find_text(now, "grants.2.grant"));
  EXPECT_EQ(text_at(now, "burn_per_day"), "0");
  EXPECT_FALSE(find_text(now, "runway_s"));
  clock_.advance(std::chrono::hours(24 * 30));
  const std::string later = expect(200, get(path));
  EXPECT_EQ(text_at(later, "available"), "16");
  EXPECT_EQ(text_at(later, "expiring"), "7");
}

TEST_F(MeteringRoutesTest, TooLittleIsSaidInNumbers) {
  expect(201, give(R"({"amount":"1"})", "g"));
  const http::RawAnswer answer = ask(charge(R"("amount":"1.5")", "c"));
  EXPECT_EQ(answer.status, 402);
  EXPECT_EQ(text_at(answer.body, "name"), "insufficient_credits");
  EXPECT_EQ(text_at(answer.body, "required"), "1.5");
  EXPECT_EQ(text_at(answer.body, "available"), "1");
  EXPECT_EQ(text_at(answer.body, "held"), "0");
}

TEST_F(MeteringRoutesTest, ARepeatedChargeIsChargedOnce) {
  expect(201, give(R"({"amount":"10"})", "g"));
  const http::RawAnswer first = ask(charge(R"("amount":"1.50","metadata":{"a":1,"b":2})", "c"));
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(first.header("idempotency-replayed"), "");
  expect(201, charge(R"("amount":"1")", "d"));
  clock_.advance(std::chrono::hours(1));
  for (const std::string members :
       {R"("amount":"1.50","metadata":{"a":1,"b":2})", R"("metadata":{"b":2,"a":1},"amount":1.5)",
        R"("amount":"1.500000000","metadata":{ "a":1, "b":2 })",
        R"("amount":15e-1,"metadata":{"\u0061":1,"b":2})"}) {
    const http::RawAnswer again = ask(charge(members, "c"));
    EXPECT_EQ(again.status, 201) << members;
    EXPECT_EQ(again.header("idempotency-replayed"), "true") << members;
    EXPECT_EQ(again.body, first.body) << members;
  }
  for (const std::string members :
       {R"("amount":"1.5")", R"("amount":"1.51","metadata":{"a":1,"b":2})",
        R"("amount":"1.5","metadata":{"a":1,"b":3})",
        R"("amount":"1.5","metadata":{"a":1,"b":2},"model":"x")"}) {
    expect_error(409, "idempotency_key_reused", "", charge(members, "c"));
  }
  EXPECT_EQ(
      text_at(expect(200, get("/v1/organizations/" + organization_ + "/balance")), "available"),
      "7.5");
}

TEST_F(MeteringRoutesTest, ARepeatedGrantGetsTheFirstAnswer) {
  const http::RawAnswer first = ask(give(R"({"amount":"10"})", "g"));
  expect(201, charge(R"("amount":"4")", "c"));
  const http::RawAnswer again = ask(give(R"({"amount":10,"category":"paid","priority":1e2})", "g"));
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(again.body, first.body);
}

TEST_F(MeteringRoutesTest, WrongGrantsAreNamed) {
  expect_error(400, "bad_request", "Idempotency-Key", give(R"({"amount":"1"})", ""));
  for (const std::string amount : {"0", "-1", "\"0.0000000001\"", "1e30", "\"one\"", "null"}) {
    expect_error(400, "bad_request", "amount", give(R"({"amount":)" + amount + "}", "g"));
  }
  struct Case {
    std::string_view field;
    std::string member;
  };
  for (const Case& wrong : {
           Case{"category", R"("category":"free")"},
           Case{"priority", R"("priority":1.5)"},
           Case{"priority", R"("priority":"1")"},
           Case{"effective_at", R"("effective_at":"tomorrow")"},
           Case{"expires_at", R"("expires_at":1)"},
           Case{"expires_at", R"("expires_at":"2026-11-22T12:00:00Z")"},
           Case{"metadata", R"("metadata":[])"},
           Case{"currency", R"("currency":"EUR")"},
       }) {
    expect_error(400, "bad_request", wrong.field,
                 give(R"({"amount":1,)" + wrong.member + "}", "g"));
  }
}

TEST_F(MeteringRoutesTest, WrongChargesAreNamed) {
  expect_error(400, "bad_request", "Idempotency-Key", charge(R"("amount":"1")", ""));
  expect_error(400, "bad_request", "amount", charge(R"("amount":"0")", "c"));
  expect_error(400, "bad_request", "operation", charge(R"("amount":1,"operation":"")", "c"));
  expect_error(400, "bad_request", "model",
               charge(R"("amount":1,"model":")" + std::string(256, 'x') + R"(")", "c"));
  expect_error(400, "bad_request", "organization",
               {.method = "POST",
                .path = "/v1/charges",
                .key = admin_key(),
                .body = R"({"amount":1})",
                .idempotency_key = "c"});
}

TEST_F(MeteringRoutesTest, WhatIsNotThereIs404) {
  const OrganizationId unknown = OrganizationId::make(kStart);
  for (const std::string& path :
       {"/v1/grants/" + GrantId{unknown, Id128::make(kStart)}.to_string(),
        "/v1/grants/" +
            GrantId{OrganizationId::parse(organization_).value(), Id128::make(kStart)}.to_string(),
        std::string("/v1/grants/grant-1"),
        "/v1/charges/" + ChargeId{unknown, Id128::make(kStart)}.to_string(),
        std::string("/v1/charges/nonsense"), "/v1/charges?organization=" + unknown.to_string(),
        "/v1/organizations/" + unknown.to_string() + "/grants",
        "/v1/organizations/" + unknown.to_string() + "/members",
        "/v1/organizations/" + unknown.to_string() + "/balance"}) {
    EXPECT_EQ(ask(get(path)).status, 404) << path;
  }
  EXPECT_EQ(expect_error(404, "not_found", "",
                         get("/v1/charges/" + ChargeId{unknown, Id128{}}.to_string())),
            "There is no such charge.");
  EXPECT_EQ(expect_error(404, "not_found", "",
                         get("/v1/organizations/" + unknown.to_string() + "/balance")),
            "There is no such organization.");
  expect_error(404, "not_found", "organization",
               get("/v1/charges?organization=" + unknown.to_string()));
  expect_error(400, "bad_request", "organization", get("/v1/charges"));
  expect_error(400, "bad_request", "organization", get("/v1/charges?organization=org-1"));
}

TEST_F(MeteringRoutesTest, ChargesAreReadInPages) {
  expect(201, give(R"({"amount":"10"})", "g"));
  for (int i = 1; i <= 3; ++i) {
    expect(201, charge(R"("amount":")" + std::to_string(i) + R"(")", "c" + std::to_string(i)));
  }
  const std::string list = "/v1/charges?organization=" + organization_ + "&limit=2";
  const std::string page = expect(200, get(list));
  EXPECT_EQ(text_at(page, "charges.1.amount"), "2");
  const std::string rest = expect(200, get(list + "&cursor=" + text_at(page, "next")));
  EXPECT_EQ(text_at(rest, "charges.0.amount"), "3");
  EXPECT_EQ(text_at(rest, "next"), "null");
}

}  // namespace farthing::api::metering_routes_test
