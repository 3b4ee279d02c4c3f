// SPDX-License-Identifier: Apache-2.0
// Holds from their placing to their end.
#include <chrono>
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::hold_routes_test {

class HoldRoutesTest : public LedgerApiTest {
 protected:
  HoldRoutesTest() { grant(organization_id_, "10"); }

  Ask hold(const std::string& members, std::string idempotency_key) const {
    return post("/v1/holds", for_it(members), std::move(idempotency_key));
  }
  std::string place(const std::string& members) { return made(hold(members, "place")); }
  // A request about the hold `id`.
  Ask about(const std::string& id, const std::string& verb, std::string body,
            std::string idempotency_key) const {
    return post("/v1/holds/" + id + "/" + verb, std::move(body), std::move(idempotency_key));
  }
  std::string read(const std::string& id) { return expect(200, get("/v1/holds/" + id)); }
};

TEST_F(HoldRoutesTest, AHoldSetsCreditsAside) {
  const std::string made = expect(
      201, hold(R"("amount":"4.50","ttl_s":60,"operation":"video","metadata":{"job":1})", "h"));
  const std::string id = text_at(made, "id");
  EXPECT_TRUE(HoldId::parse(id));
  const std::string members = R"({"id":")" + id + R"(","organization":")" + organization_ +
                              R"(","amount":"4.5","captured":"0","released":"0","state":"open",)"
                              R"("over_capture":"reject",)"
                              R"("expires_at":"2026-11-22T12:01:00.000000Z")";
  EXPECT_EQ(made, members + R"(,"balance":{"available":"5.5","held":"4.5"}})");
  EXPECT_TRUE(read(id).starts_with(members));
}

TEST_F(HoldRoutesTest, AHoldRunsTenMinutesByDefault) {
  const std::string id = place(R"("amount":1)");
  EXPECT_EQ(text_at(read(id), "expires_at"), "2026-11-22T12:10:00.000000Z");
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(text_at(read(id), "state"), "expired");
  EXPECT_EQ(text_at(read(id), "released"), "1");
  expect_error(409, "hold_expired", "", about(id, "capture", "", "c"));
}

TEST_F(HoldRoutesTest, ACaptureTakesAllThatIsLeftAndSaysWhichChargeItMade) {
  const std::string id = place(R"("amount":4)");
  const std::string captured = expect(200, about(id, "capture", "", "c"));
  EXPECT_EQ(text_at(captured, "id"), id);
  EXPECT_EQ(text_at(captured, "state"), "captured");
  EXPECT_EQ(text_at(captured, "captured"), "4");
  EXPECT_EQ(text_at(captured, "released"), "0");
  EXPECT_EQ(text_at(captured, "balance.available"), "6");
  const std::string charge = text_at(captured, "charge.id");
  const std::string shown = expect(200, get("/v1/charges/" + charge));
  for (const std::string name : {"id", "hold", "amount", "balance", "created_at"}) {
    EXPECT_EQ(text_at(captured, "charge." + name), text_at(shown, name)) << name;
  }
  EXPECT_EQ(text_at(shown, "hold"), id);
  EXPECT_EQ(text_at(shown, "amount"), "4");
  expect_error(409, "hold_captured", "", about(id, "release", "", "r"));
}

TEST_F(HoldRoutesTest, AFinalCaptureReleasesTheRest) {
  const std::string id = place(R"("amount":5)");
  const std::string part =
      expect(200, about(id, "capture", R"({"amount":"1.5","final":false})", "c1"));
  EXPECT_EQ(text_at(part, "state"), "open");
  EXPECT_EQ(text_at(part, "balance.held"), "3.5");
  const std::string last = expect(200, about(id, "capture", R"({"amount":2})", "c2"));
  EXPECT_EQ(text_at(last, "state"), "captured");
  EXPECT_EQ(text_at(last, "captured"), "3.5");
  EXPECT_EQ(text_at(last, "released"), "1.5");
  EXPECT_EQ(text_at(last, "balance.available"), "6.5");
  EXPECT_EQ(text_at(last, "balance.held"), "0");
  EXPECT_EQ(text_at(last, "charge.amount"), "2");
  const http::RawAnswer again = ask(about(id, "capture", R"({"final":true,"amount":"2.0"})", "c2"));
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(again.body, last);
  expect_error(409, "idempotency_key_reused", "", about(id, "capture", "", "c2"));
}

TEST_F(HoldRoutesTest, MoreThanIsHeldFollowsThePolicy) {
  const std::string strict = place(R"("amount":2)");
  const http::RawAnswer refused = ask(about(strict, "capture", R"({"amount":3})", "c1"));
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(text_at(refused.body, "name"), "capture_exceeds_hold");
  EXPECT_EQ(text_at(refused.body, "held"), "2");
  const std::string lenient = made(hold(R"("amount":2,"over_capture":"up_to_available")", "h2"));
  const std::string captured = expect(200, about(lenient, "capture", R"({"amount":100})", "c2"));
  EXPECT_EQ(text_at(captured, "captured"), "8");
  EXPECT_EQ(text_at(captured, "balance.available"), "0");
}

TEST_F(HoldRoutesTest, AHoldIsExtendedAndReleased) {
  const std::string id = place(R"("amount":2,"ttl_s":10)");
  EXPECT_EQ(text_at(expect(200, about(id, "extend", R"({"ttl_s":3600})", "e")), "expires_at"),
            "2026-11-22T13:00:00.000000Z");
  const std::string released = expect(200, about(id, "release", "", "r"));
  EXPECT_EQ(text_at(released, "state"), "released");
  EXPECT_EQ(text_at(released, "released"), "2");
  EXPECT_EQ(text_at(released, "balance.available"), "10");
  EXPECT_FALSE(find_text(released, "charge"));
  expect_error(409, "hold_released", "", about(id, "extend", R"({"ttl_s":1})", "e2"));
}

TEST_F(HoldRoutesTest, WrongHoldsAreNamed) {
  expect_error(400, "bad_request", "Idempotency-Key", hold(R"("amount":1)", ""));
  for (const std::string ttl : {"0", "-1", "86401", "1.5", "\"60\""}) {
    expect_error(400, "bad_request", "ttl_s", hold(R"("amount":1,"ttl_s":)" + ttl, "h"));
  }
  expect_error(400, "bad_request", "over_capture", hold(R"("amount":1,"over_capture":"x")", "h"));
  expect_error(402, "insufficient_credits", "", hold(R"("amount":11)", "h"));
  const std::string id = place(R"("amount":1)");
  expect_error(400, "bad_request", "final", about(id, "capture", R"({"final":1})", "c"));
  expect_error(400, "bad_request", "amount", about(id, "capture", R"({"amount":0})", "c"));
  expect_error(400, "bad_request", "ttl_s", about(id, "extend", "{}", "e"));
  expect_error(400, "bad_request", "amount", about(id, "release", R"({"amount":1})", "r"));
  expect_error(400, "bad_request", "Idempotency-Key", about(id, "release", "", ""));
}

TEST_F(HoldRoutesTest, NullIsAsIfLeftOut) {
  const std::string placed = expect(
      201,
      hold(R"("amount":1,"ttl_s":null,"over_capture":null,"operation":null,"api_key":null)", "h"));
  EXPECT_EQ(text_at(placed, "over_capture"), "reject");
  EXPECT_EQ(text_at(placed, "expires_at"), "2026-11-22T12:10:00.000000Z");
  // It is the same request as one that leaves them out.
  EXPECT_EQ(expect(201, hold(R"("amount":1)", "h")), placed);
  const std::string captured =
      expect(200, about(text_at(placed, "id"), "capture", R"({"amount":null,"final":null})", "c"));
  EXPECT_EQ(text_at(captured, "captured"), "1");
  EXPECT_EQ(text_at(captured, "state"), "captured");
  // So is null for a body that may be left out, but not for one that must be there.
  const std::string other = place(R"("amount":2)");
  EXPECT_EQ(text_at(expect(200, about(other, "capture", "null", "c2")), "captured"), "2");
  expect_error(400, "bad_request", "", about(other, "extend", "null", "e"));
}

TEST_F(HoldRoutesTest, WhatIsNoHoldIs404) {
  const std::string charge = charged("1", "c");
  for (const std::string& id : {std::string("hold-1"), "hold-" + charge.substr(7), charge,
                                HoldId{OrganizationId::make(kStart), Id128{}}.to_string()}) {
    EXPECT_EQ(ask(get("/v1/holds/" + id)).status, 404) << id;
    EXPECT_EQ(ask(about(id, "capture", "", "x")).status, 404) << id;
    EXPECT_EQ(ask(about(id, "release", "", "x")).status, 404) << id;
  }
}

}  // namespace farthing::api::hold_routes_test
