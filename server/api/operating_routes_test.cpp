// SPDX-License-Identifier: Apache-2.0
// What only an operator may do to an organization's credits: its overdraft limit, and grants taken
// back.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::operating_routes_test {

class OperatingRoutesTest : public LedgerApiTest {
 protected:
  Ask limit(std::string body, std::string idempotency_key) const {
    Ask request = post("/v1/organizations/" + organization_, std::move(body), idempotency_key);
    request.method = "PATCH";
    return request;
  }
};

constexpr const char* kNow = "2026-11-22T12:00:00.000000Z";

TEST_F(OperatingRoutesTest, ALimitLetsChargesGoBelowZero) {
  expect_error(402, "insufficient_credits", "", charge(R"("amount":"3")", "c1"));
  EXPECT_EQ(expect(200, limit(R"({"overdraft_limit":"2.50"})", "l")),
            R"({"id":")" + organization_ + R"(","name":"Acme","overdraft_limit":"2.5",)" +
                R"("created_at":")" + kNow + R"("})");
  EXPECT_EQ(text_at(expect(201, charge(R"("amount":"2.5")", "c2")), "balance.available"), "-2.5");
  const http::RawAnswer refused = ask(charge(R"("amount":"0.5")", "c3"));
  EXPECT_EQ(refused.status, 402);
  EXPECT_EQ(text_at(refused.body, "overdraft_limit"), "2.5");
}

TEST_F(OperatingRoutesTest, ALimitIsSetOnceUnderItsKey) {
  const std::string first = expect(200, limit(R"({"overdraft_limit":3})", "l"));
  expect(200, limit(R"({"overdraft_limit":0})", "l2"));
  const http::RawAnswer again = ask(limit(R"({"overdraft_limit":"3.0"})", "l"));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(again.body, first);
  expect_error(402, "insufficient_credits", "", charge(R"("amount":"1")", "c"));
  expect_error(409, "idempotency_key_reused", "", limit(R"({"overdraft_limit":4})", "l"));
}

TEST_F(OperatingRoutesTest, AnOrganizationIsRenamed) {
  const std::string path = "/v1/organizations/" + organization_;
  EXPECT_EQ(text_at(expect(200, limit(R"({"name":"New"})", "")), "name"), "New");
  EXPECT_EQ(expect(200, limit(R"({"name":"Newer","overdraft_limit":2})", "l")),
            R"({"id":")" + organization_ + R"(","name":"Newer","overdraft_limit":"2",)" +
                R"("created_at":")" + kNow + R"("})");
  EXPECT_EQ(text_at(expect(200, get(path)), "name"), "Newer");
  EXPECT_EQ(text_at(expect(200, get(path)), "overdraft_limit"), "2");
  expect_error(400, "bad_request", "Idempotency-Key",
               limit(R"({"name":"Last","overdraft_limit":3})", ""));
  for (const std::string body : {R"({"name":""})", R"({"name":null})", R"({"name":7})"}) {
    expect_error(400, "bad_request", "name", limit(body, ""));
  }
  EXPECT_EQ(text_at(expect(200, get(path)), "name"), "Newer");
}

TEST_F(OperatingRoutesTest, WrongLimitsAreNamed) {
  expect_error(400, "bad_request", "Idempotency-Key", limit(R"({"overdraft_limit":1})", ""));
  expect_error(400, "bad_request", "", limit("{}", "l"));
  for (const std::string body :
       {R"({"overdraft_limit":-1})", R"({"overdraft_limit":"-0.1"})", R"({"overdraft_limit":1e30})",
        R"({"overdraft_limit":null})", R"({"overdraft_limit":"-0"})", R"({"overdraft_limit":-0})",
        R"({"overdraft_limit":-0.0})", R"({"overdraft_limit":"-0.00"})"}) {
    expect_error(400, "bad_request", "overdraft_limit", limit(body, "l"));
  }
  Ask nowhere = limit(R"({"overdraft_limit":1})", "l");
  nowhere.path = "/v1/organizations/" + OrganizationId::make(kStart).to_string();
  EXPECT_EQ(expect_error(404, "not_found", "", nowhere), "There is no such organization.");
}

TEST_F(OperatingRoutesTest, AVoidTakesBackWhatIsLeft) {
  const std::string grant = given("10", "g");
  given("1", "g2");
  expect(201, charge(R"("amount":"4")", "c"));
  const std::string path = "/v1/grants/" + grant + "/void";
  const std::string voided = expect(200, post(path, "", "v"));
  EXPECT_EQ(voided, R"({"id":")" + grant + R"(","organization":")" + organization_ +
                        R"(","voided":"6","balance":{"available":"1","held":"0"},"voided_at":")" +
                        kNow + R"("})");
  expect(201, charge(R"("amount":"1")", "c2"));
  const http::RawAnswer again = ask(post(path, "{}", "v"));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(again.body, voided);
  expect_error(409, "grant_voided", "", post(path, "", "v2"));
  EXPECT_EQ(text_at(expect(200, {.path = "/v1/grants/" + grant, .key = admin_key()}), "remaining"),
            "0");
}

TEST_F(OperatingRoutesTest, WrongVoidsAreNamed) {
  const std::string path = "/v1/grants/" + given("1", "g") + "/void";
  expect_error(400, "bad_request", "Idempotency-Key", post(path, "", ""));
  expect_error(400, "bad_request", "amount", post(path, R"({"amount":1})", "v"));
  EXPECT_EQ(ask(post("/v1/grants/grant-1/void", "", "v")).status, 404);
  const std::string charge_id = charged("0.5", "c");
  EXPECT_EQ(ask(post("/v1/grants/grant-" + charge_id.substr(7) + "/void", "", "v")).status, 404);
}

}  // namespace farthing::api::operating_routes_test
