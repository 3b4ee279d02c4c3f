// SPDX-License-Identifier: Apache-2.0
// The caller's API key beside a charge or a hold: where it is taken, shown and never shown.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::caller_key_routes_test {

class CallerKeyRoutesTest : public LedgerApiTest {
 protected:
  CallerKeyRoutesTest() {
    join(user_, organization_id_);
    grant(organization_id_, "10");
  }

  std::string with_key(const std::string& key) const {
    return R"("amount":1,"api_key":")" + key + R"(")";
  }

  const UserId user_ = add_user("ada@example.com").id;
  const service::MadeApiKey made_ = add_key(user_);
  const std::string key_{made_.secret.reveal()};
  const std::string key_id_ = made_.key.id.to_string();
};

TEST_F(CallerKeyRoutesTest, TheKeysIdIsShownWhereverTheChargeIs) {
  const std::string charge = expect(201, this->charge(with_key(key_), "c"));
  EXPECT_EQ(text_at(charge, "api_key"), key_id_);
  EXPECT_EQ(text_at(expect(200, get("/v1/charges/" + text_at(charge, "id"))), "api_key"), key_id_);
  const std::string list = expect(200, get("/v1/charges?organization=" + organization_));
  EXPECT_EQ(text_at(list, "charges.0.api_key"), key_id_);
  const std::string entries =
      expect(200, get("/v1/organizations/" + organization_ + "/entries?key=" + key_id_));
  EXPECT_EQ(text_at(entries, "entries.0.key.caller"), key_id_);
  EXPECT_EQ(text_at(entries, "entries.0.ref"), text_at(charge, "id"));
}

TEST_F(CallerKeyRoutesTest, AHoldSaysForWhomItIs) {
  const std::string hold = expect(201, post("/v1/holds", for_it(with_key(key_)), "h"));
  EXPECT_EQ(text_at(hold, "api_key"), key_id_);
}

TEST_F(CallerKeyRoutesTest, EachChargeOfABatchHasItsOwn) {
  const auto element = [this](const std::string& idempotency_key, const std::string& key) {
    return R"({"idempotency_key":")" + idempotency_key + R"(","organization":")" + organization_ +
           R"(",)" + with_key(key) + "}";
  };
  const std::string results = expect(
      200, post("/v1/charges/batch",
                R"({"charges":[)" + element("a", key_) + "," + element("b", "sk-1") + "]}", ""));
  EXPECT_EQ(text_at(results, "results.0.charge.api_key"), key_id_);
  EXPECT_EQ(text_at(results, "results.1.status"), "403");
  EXPECT_EQ(text_at(results, "results.1.error.name"), "caller_key_invalid");
  EXPECT_EQ(text_at(results, "results.1.error.field"), "api_key");
}

TEST_F(CallerKeyRoutesTest, NothingOfAWrongKeyIsEchoed) {
  const std::string unknown(service::make_api_key_secret({}).reveal());
  for (const Ask& request :
       {charge(with_key(unknown), "c"), post("/v1/holds", for_it(with_key(unknown)), "h")}) {
    expect_error(403, "caller_key_invalid", "api_key", request);
    const http::RawAnswer answer = ask(request);
    EXPECT_EQ(answer.body.find(unknown.substr(3, 6)), std::string::npos);
    EXPECT_EQ(answer.body.find(unknown.substr(45)), std::string::npos);
  }
}

TEST_F(CallerKeyRoutesTest, WhatIsNoTextIsMalformed) {
  for (const std::string value : {"1", "[]", "{}", "true"}) {
    expect_error(400, "bad_request", "api_key", charge(R"("amount":1,"api_key":)" + value, "c"));
  }
}

// The order of checks: form, idempotency, what is named, the caller's key, the balance.
TEST_F(CallerKeyRoutesTest, ItsTurnComesBetweenExistenceAndBalance) {
  expect(201, charge(R"("amount":2)", "c"));
  expect_error(400, "bad_request", "amount", charge(R"("amount":0,"api_key":"sk-1")", "c"));
  expect_error(409, "idempotency_key_reused", "", charge(with_key("sk-1"), "c"));
  expect_error(404, "not_found", "organization",
               post("/v1/charges",
                    R"({"organization":")" + OrganizationId::make(kStart).to_string() + R"(",)" +
                        with_key("sk-1") + "}",
                    "c2"));
  expect_error(403, "caller_key_invalid", "api_key",
               charge(R"("amount":1000,"api_key":"sk-1")", "c2"));
}

}  // namespace farthing::api::caller_key_routes_test
