// SPDX-License-Identifier: Apache-2.0
// Refunds, and what a charge says of them.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::refund_routes_test {

class RefundRoutesTest : public LedgerApiTest {
 protected:
  Ask refund(const std::string& id, std::string body, std::string idempotency_key) const {
    return post("/v1/charges/" + id + "/refunds", std::move(body), std::move(idempotency_key));
  }
};

TEST_F(RefundRoutesTest, ARefundGoesBackToTheGrantsThatPaid) {
  const std::string grant = given("10", "g");
  const std::string id = charged("4", "c");
  const std::string made = expect(201, refund(id, R"({"amount":"1.50"})", "r"));
  const std::string refund_id = text_at(made, "id");
  EXPECT_TRUE(RefundId::parse(refund_id));
  EXPECT_EQ(made, R"({"id":")" + refund_id + R"(","organization":")" + organization_ +
                      R"(","charge":")" + id + R"(","amount":"1.5","ended":"0",)" +
                      R"("grants":[{"grant":")" + grant +
                      R"(","amount":"1.5"}],"balance":{"available":"7.5","held":"0"},)"
                      R"("created_at":"2026-11-22T12:00:00.000000Z"})");
  EXPECT_EQ(text_at(expect(200, get("/v1/charges/" + id)), "refunded"), "1.5");
  EXPECT_EQ(text_at(expect(201, refund(id, "", "r2")), "amount"), "2.5");
  expect_error(409, "charge_fully_refunded", "", refund(id, "", "r3"));
}

TEST_F(RefundRoutesTest, EveryChargeOfAListSaysWhatWasRefundedOfIt) {
  given("10", "g");
  charged("1", "c1");
  const std::string second = charged("2", "c2");
  charged("3", "c3");
  expect(201, refund(second, R"({"amount":"0.5"})", "r"));
  const std::string list = expect(200, get("/v1/charges?organization=" + organization_));
  EXPECT_EQ(text_at(list, "charges.0.refunded"), "0");
  EXPECT_EQ(text_at(list, "charges.1.refunded"), "0.5");
  EXPECT_EQ(text_at(list, "charges.1.id"), second);
  EXPECT_EQ(text_at(list, "charges.2.refunded"), "0");
}

TEST_F(RefundRoutesTest, WhatGoesBackToAVoidedGrantEndsAtOnce) {
  const std::string grant = given("10", "g");
  const std::string id = charged("4", "c");
  expect(200, post("/v1/grants/" + grant + "/void", "", "v"));
  const std::string made = expect(201, refund(id, R"({"amount":3})", "r"));
  EXPECT_EQ(text_at(made, "ended"), "3");
  EXPECT_EQ(text_at(made, "balance.available"), "0");
}

TEST_F(RefundRoutesTest, ACaptureIsRefundedToo) {
  given("10", "g");
  const std::string hold = made(post("/v1/holds", for_it(R"("amount":4)"), "h"));
  const std::string captured = expect(200, post("/v1/holds/" + hold + "/capture", "", "c"));
  EXPECT_EQ(text_at(captured, "charge.refunded"), "0");
  const std::string id = text_at(captured, "charge.id");
  EXPECT_EQ(text_at(expect(201, refund(id, "", "r")), "balance.available"), "10");
  EXPECT_EQ(text_at(expect(200, get("/v1/charges/" + id)), "refunded"), "4");
}

TEST_F(RefundRoutesTest, ARepeatedRefundIsMadeOnce) {
  given("10", "g");
  const std::string id = charged("4", "c");
  const std::string first = expect(201, refund(id, R"({"amount":1})", "r"));
  const http::RawAnswer again = ask(refund(id, R"({"amount":"1.0"})", "r"));
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(again.body, first);
  expect_error(409, "idempotency_key_reused", "", refund(id, "", "r"));
  expect_error(409, "idempotency_key_reused", "",
               refund(charged("4", "c2"), R"({"amount":1})", "r"));
}

TEST_F(RefundRoutesTest, WrongRefundsAreNamed) {
  const std::string grant = given("10", "g");
  const std::string id = charged("4", "c");
  expect_error(400, "bad_request", "Idempotency-Key", refund(id, "", ""));
  expect_error(400, "bad_request", "amount", refund(id, R"({"amount":"0"})", "r"));
  expect_error(400, "bad_request", "note", refund(id, R"({"note":"x"})", "r"));
  const http::RawAnswer refused = ask(refund(id, R"({"amount":"4.1"})", "r"));
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(text_at(refused.body, "name"), "refund_exceeds_charge");
  EXPECT_EQ(text_at(refused.body, "refundable"), "4");
  for (const std::string& unknown : {std::string("charge-1"), "charge-" + grant.substr(6)}) {
    EXPECT_EQ(ask(refund(unknown, "", "r")).status, 404) << unknown;
  }
}

}  // namespace farthing::api::refund_routes_test
