// SPDX-License-Identifier: Apache-2.0
// Spend caps of API keys: who sets them, where they show, and what they refuse.
#include <chrono>
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::spend_cap_routes_test {

class SpendCapRoutesTest : public LedgerApiTest {
 protected:
  SpendCapRoutesTest() {
    join(user_, organization_id_);
    grant(organization_id_, "100");
  }

  Ask with(const std::string& key, std::string_view method, std::string path, std::string body,
           std::string idempotency_key = {}) const {
    return {.method = method,
            .path = std::move(path),
            .key = key,
            .body = std::move(body),
            .idempotency_key = std::move(idempotency_key)};
  }
  Ask change(const std::string& caps) const {
    return with(admin_key(), "PATCH", path_, R"({"spend_caps":)" + caps + "}");
  }
  // What the key shows after the change; empty for none.
  std::string caps_after(const std::string& caps) {
    const std::string changed = expect(200, change(caps));
    const std::string shown = text_at(changed, "spend_caps");
    EXPECT_EQ(text_at(expect(200, get(path_)), "spend_caps"), shown);
    return shown;
  }
  Ask charge_caller(const std::string& amount, std::string idempotency_key) const {
    return charge(R"("amount":")" + amount + R"(","api_key":")" + key_ + R"(")",
                  std::move(idempotency_key));
  }
  std::string verify(const std::string& members = {}) {
    return expect(
        200, post("/v1/api-keys/verify", R"({"api_key":")" + key_ + R"(")" + members + "}", ""));
  }

  const UserId user_ = add_user("ada@example.com").id;
  const service::MadeApiKey made_ = add_key(user_);
  const std::string key_{made_.secret.reveal()};
  const std::string path_ = "/v1/api-keys/" + made_.key.id.to_string();
};

TEST_F(SpendCapRoutesTest, AreSetWithTheKey) {
  const std::string made =
      expect(201, post("/v1/api-keys",
                       R"({"user":")" + user_.to_string() +
                           R"(","spend_caps":{"day":"10","month":null,"total":2.50}})",
                       ""));
  EXPECT_EQ(text_at(made, "spend_caps"), R"({"day":"10","total":"2.5"})");
  EXPECT_EQ(text_at(expect(200, get("/v1/api-keys/" + text_at(made, "id"))), "spend_caps"),
            R"({"day":"10","total":"2.5"})");
}

TEST_F(SpendCapRoutesTest, AChangeNamesThoseThatItIsAbout) {
  EXPECT_EQ(caps_after(R"({"day":"0","month":"20"})"), R"({"day":"0","month":"20"})");
  EXPECT_EQ(caps_after(R"({"day":null,"total":"30"})"), R"({"month":"20","total":"30"})");
  EXPECT_EQ(caps_after("{}"), R"({"month":"20","total":"30"})");
  EXPECT_EQ(caps_after("null"), "");
}

TEST_F(SpendCapRoutesTest, OtherFormsAreMalformed) {
  for (const std::string caps : {"1", "[]", R"({"day":"-1"})", R"({"day":"1.0000000001"})",
                                 R"({"day":"x"})", R"({"week":"1"})", R"({"day":{}})"}) {
    expect_error(400, "bad_request", "spend_caps", change(caps));
  }
  EXPECT_EQ(caps_after("{}"), "");
}

TEST_F(SpendCapRoutesTest, TheSameChangeUnderItsKeyIsOne) {
  Ask first = change(R"({"day":"10"})");
  first.idempotency_key = "k";
  expect(200, first);
  expect(200, change(R"({"day":"20"})"));
  EXPECT_EQ(text_at(expect(200, first), "spend_caps"), R"({"day":"10"})");
  EXPECT_EQ(caps_after("{}"), R"({"day":"20"})");
  for (const std::string caps : {R"({"day":"11"})", R"({"day":null})", R"({"month":"10"})", "{}"}) {
    Ask other = change(caps);
    other.idempotency_key = "k";
    expect_error(409, "idempotency_key_reused", "", other);
  }
}

TEST_F(SpendCapRoutesTest, ChangesAreInTheAuditLog) {
  expect(200, change(R"({"day":"10","total":"50"})"));
  expect(200, change(R"({"day":null})"));
  const std::string log = expect(200, get("/v1/audit-log?target=" + made_.key.id.to_string()));
  std::size_t count = 0;
  while (find_text(log, "acts." + std::to_string(count))) ++count;
  ASSERT_GE(count, 2U) << log;
  EXPECT_EQ(text_at(log, "acts." + std::to_string(count - 2) + ".changes"),
            R"([{"after":"day 10, total 50","field":"spend_caps"}])");
  EXPECT_EQ(text_at(log, "acts." + std::to_string(count - 1) + ".changes"),
            R"([{"after":"total 50","before":"day 10, total 50","field":"spend_caps"}])");
}

// Nobody gets past a cap by what the capped key may do.
TEST_F(SpendCapRoutesTest, AKeyWithOneGivesNoMoreThanItHas) {
  const service::MadeApiKey other = add_key(user_);
  const std::string other_path = "/v1/api-keys/" + other.key.id.to_string();
  expect(200, with(key_, "PATCH", path_, R"({"spend_caps":{"day":"10"}})"));
  expect_error(403, "permission_denied", "spend_caps",
               with(key_, "PATCH", path_, R"({"spend_caps":null})"));
  expect_error(403, "permission_denied", "spend_caps",
               with(key_, "PATCH", other_path, R"({"spend_caps":{"day":"1"}})"));
  expect_error(403, "permission_denied", "spend_caps",
               with(key_, "POST", "/v1/api-keys", R"({"spend_caps":{"day":"1"}})"));
  expect_error(403, "permission_denied", "spend_caps",
               with(key_, "POST", other_path + "/rotate", ""));
  expect_error(403, "permission_denied", "spend_caps",
               with(key_, "PATCH", path_, R"({"name":"renamed"})"));
  expect_error(403, "permission_denied", "spend_caps",
               with(key_, "POST", other_path + "/revoke", ""));
  const std::string rotated = expect(200, with(key_, "POST", path_ + "/rotate", ""));
  EXPECT_EQ(text_at(rotated, "spend_caps"), R"({"day":"10"})");
  expect(200, with(std::string(other.secret.reveal()), "PATCH", path_, R"({"spend_caps":null})"));
}

TEST_F(SpendCapRoutesTest, ARefusalSaysWhichOneAndWhenItBeginsAnew) {
  expect(200, change(R"({"day":"10","month":"12"})"));
  expect(201, charge_caller("4", "c1"));
  const std::string message = expect_error(402, "spend_cap_exceeded", "", charge_caller("7", "c2"));
  EXPECT_EQ(message,
            "The caller's API key may spend 10 credits a day and has 6 of them left; this needs 7. "
            "Nothing was charged; the cap begins anew at 2026-11-23T00:00:00.000000Z.");
  const std::string refused = ask(charge_caller("7", "c2")).body;
  EXPECT_EQ(text_at(refused, "period"), "day");
  EXPECT_EQ(text_at(refused, "cap"), "10");
  EXPECT_EQ(text_at(refused, "spent"), "4");
  EXPECT_EQ(text_at(refused, "held"), "0");
  EXPECT_EQ(text_at(refused, "required"), "7");
  EXPECT_EQ(text_at(refused, "resets_at"), "2026-11-23T00:00:00.000000Z");

  clock_.advance(std::chrono::hours(12));
  expect(201, charge_caller("7", "c2"));
  EXPECT_EQ(text_at(ask(charge_caller("2", "c3")).body, "resets_at"),
            "2026-12-01T00:00:00.000000Z");
  expect(201, charge_caller("1", "c3"));
}

TEST_F(SpendCapRoutesTest, EachChargeOfABatchIsHeldToIt) {
  expect(200, change(R"({"total":"10"})"));
  const auto element = [this](const std::string& idempotency_key) {
    return R"({"idempotency_key":")" + idempotency_key + R"(","organization":")" + organization_ +
           R"(","amount":"6","api_key":")" + key_ + R"("})";
  };
  const std::string results = expect(
      200,
      post("/v1/charges/batch", R"({"charges":[)" + element("a") + "," + element("b") + "]}", ""));
  EXPECT_EQ(text_at(results, "results.0.charge.amount"), "6");
  EXPECT_EQ(text_at(results, "results.1.status"), "402");
  EXPECT_EQ(text_at(results, "results.1.error.name"), "spend_cap_exceeded");
  EXPECT_EQ(text_at(results, "results.1.error.period"), "total");
}

TEST_F(SpendCapRoutesTest, VerifyTellsWhatIsLeft) {
  EXPECT_FALSE(find_text(verify(), "spend_caps"));
  expect(200, change(R"({"day":"10","total":"50"})"));
  expect(201, charge_caller("4", "c1"));
  expect(201, post("/v1/holds", for_it(R"("amount":3,"api_key":")" + key_ + R"(")"), "h"));
  const std::string verdict = verify(R"(,"could_spend":"3")");
  EXPECT_EQ(text_at(verdict, "valid"), "true");
  EXPECT_EQ(text_at(verdict, "balance.available"), "93");
  EXPECT_EQ(verdict.substr(verdict.find(R"("spend_caps")")),
            R"("spend_caps":{"day":{"cap":"10","spent":"4","held":"3","left":"3",)"
            R"("resets_at":"2026-11-23T00:00:00.000000Z"},)"
            R"("total":{"cap":"50","spent":"4","held":"3","left":"43"}}})");
  const std::string refused = verify(R"(,"could_spend":"4")");
  EXPECT_EQ(text_at(refused, "valid"), "false");
  EXPECT_EQ(text_at(refused, "status"), "402");
  EXPECT_EQ(text_at(refused, "error.name"), "spend_cap_exceeded");
  EXPECT_EQ(text_at(refused, "error.required"), "4");
}

// Whether anything was booked since midnight or not.
TEST_F(SpendCapRoutesTest, VerifyTellsWhatWasSpentOnDaysBefore) {
  expect(200, change(R"({"day":"10","month":"12","total":"50"})"));
  expect(201, charge_caller("4", "c1"));
  clock_.advance(std::chrono::hours(24));
  for (const bool is_booked : {false, true}) {
    const std::string verdict = verify(R"(,"could_spend":"8")");
    EXPECT_EQ(text_at(verdict, "valid"), "true") << is_booked;
    EXPECT_EQ(text_at(verdict, "spend_caps.day.spent"), "0");
    EXPECT_EQ(text_at(verdict, "spend_caps.month.spent"), "4");
    EXPECT_EQ(text_at(verdict, "spend_caps.total.left"), "46");
    EXPECT_EQ(text_at(verify(R"(,"could_spend":"9")"), "error.period"), "month");
    if (!is_booked) expect(201, post("/v1/charges", for_it(R"("amount":1)"), "of nobody"));
  }
}

TEST_F(SpendCapRoutesTest, AProxyIsToldLikeForTheBalance) {
  expect(200, change(R"({"total":"10"})"));
  const std::string caller = "Farthing-Caller-Authorization: Bearer " + key_;
  const auto question = [&](const std::string& cost, const std::string& idempotency_key) {
    return ask({.path = "/authorize?cost=" + cost + "&idempotency_key=" + idempotency_key,
                .key = admin_key(),
                .headers = {caller}});
  };
  EXPECT_EQ(question("6", "q1").status, 204);
  const http::RawAnswer refused = question("6", "q2");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.header("farthing-status"), "402");
  EXPECT_EQ(refused.header("farthing-error"), "spend_cap_exceeded");
  EXPECT_EQ(question("4", "q2").status, 204);
}

// What was captured for the caller shows whose it was, and what is refunded may be spent again.
TEST_F(SpendCapRoutesTest, CapturesAndRefundsAreTheCallers) {
  expect(200, change(R"({"total":"10"})"));
  const std::string hold =
      made(post("/v1/holds", for_it(R"("amount":8,"api_key":")" + key_ + R"(")"), "h"));
  const std::string captured =
      expect(200, post("/v1/holds/" + hold + "/capture", R"({"amount":"8"})", "k"));
  const std::string charge = text_at(captured, "charge.id");
  EXPECT_EQ(text_at(expect(200, get("/v1/charges/" + charge)), "api_key"),
            made_.key.id.to_string());
  expect_error(402, "spend_cap_exceeded", "", charge_caller("3", "c"));
  expect(201, post("/v1/charges/" + charge + "/refunds", R"({"amount":"1"})", "r"));
  expect(201, charge_caller("3", "c"));
}

}  // namespace farthing::api::spend_cap_routes_test
