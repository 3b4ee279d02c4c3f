// SPDX-License-Identifier: Apache-2.0
// Charges and holds read by their ids, with all that became of them, and a charge explained.
#include <chrono>
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::stories_routes_test {

class StoriesRoutesTest : public LedgerApiTest {
 protected:
  std::string refund(const std::string& charge, const std::string& amount, std::string key) {
    return made(post("/v1/charges/" + charge + "/refunds", R"({"amount":")" + amount + R"("})",
                     std::move(key)));
  }
  std::string read(const std::string& path) { return expect(200, get(path)); }
};

constexpr const char* kNow = "2026-11-22T12:00:00.000000Z";

TEST_F(StoriesRoutesTest, AChargeTellsItsRefunds) {
  const std::string grant = given("10", "g");
  const std::string charge = charged("4", "c");
  const std::string untouched = read("/v1/charges/" + charge);
  EXPECT_EQ(text_at(untouched, "refunds"), "[]");
  const std::string first = refund(charge, "1", "r1");
  const std::string second = refund(charge, "0.5", "r2");
  const std::string told = read("/v1/charges/" + charge);
  EXPECT_EQ(text_at(told, "refunded"), "1.5");
  EXPECT_TRUE(told.ends_with(R"("refunds":[{"id":")" + first +
                             R"(","amount":"1","ended":"0","grants":[{"grant":")" + grant +
                             R"(","amount":"1"}],"created_at":")" + kNow + R"("},{"id":")" +
                             second + R"(","amount":"0.5","ended":"0","grants":[{"grant":")" +
                             grant + R"(","amount":"0.5"}],"created_at":")" + kNow + R"("}]})"))
      << told;
}

TEST_F(StoriesRoutesTest, AHoldTellsItsStory) {
  const std::string grant = given("10", "g");
  const std::string hold = made(
      post("/v1/holds",
           for_it(R"("amount":5,"ttl_s":60,"operation":"video","model":"v3","metadata":{"job":1})"),
           "h"));
  const std::string path = "/v1/holds/" + hold;
  expect(200, post(path + "/extend", R"({"ttl_s":3600})", "e"));
  const std::string part = text_at(
      expect(200, post(path + "/capture", R"({"amount":1,"final":false})", "c1")), "charge.id");
  const std::string rest =
      text_at(expect(200, post(path + "/capture", R"({"amount":2})", "c2")), "charge.id");
  EXPECT_EQ(read(path),
            R"({"id":")" + hold + R"(","organization":")" + organization_ +
                R"(","amount":"5","captured":"3","released":"2","state":"captured",)"
                R"("over_capture":"reject","expires_at":"2026-11-22T13:00:00.000000Z",)"
                R"("operation":"video","model":"v3","metadata":{"job":1},"grants":[{"grant":")" +
                grant +
                R"(","amount":"5"}],)"
                R"("extensions":[{"expires_at":"2026-11-22T13:00:00.000000Z","at":")" +
                kNow + R"("}],"captures":[{"charge":")" + part + R"(","amount":"1","at":")" + kNow +
                R"("},{"charge":")" + rest + R"(","amount":"2","at":")" + kNow +
                R"("}],"releases":[{"amount":"2","at":")" + kNow +
                R"("}],"balance":{"available":"7","held":"0"},"created_at":")" + kNow + R"("})");
  EXPECT_EQ(text_at(read("/v1/charges/" + part), "hold"), hold);
  EXPECT_EQ(text_at(read("/v1/charges?organization=" + organization_), "charges.1.hold"), hold);
}

TEST_F(StoriesRoutesTest, AChargeIsExplained) {
  const std::string soon =
      made(give(R"({"amount":2,"expires_at":"2026-11-22T13:00:00Z","priority":7})", "g1"));
  const std::string never = given("5", "g2");
  const std::string charge = charged("4", "c");
  refund(charge, "1", "r1");
  clock_.advance(std::chrono::hours(2));
  const std::string late = refund(charge, "2.5", "r2");
  const std::string told = read("/v1/charges/" + charge + "/explain");
  EXPECT_EQ(text_at(told, "charge.id"), charge);
  EXPECT_EQ(text_at(told, "charge.refunded"), "3.5");
  EXPECT_EQ(text_at(told, "grants"),
            R"([{"category":"paid","effective_at":")" + std::string(kNow) +
                R"(","ended":"1.5","expires_at":"2026-11-22T13:00:00.000000Z","grant":")" + soon +
                R"(","paid":"2","priority":7,"refunded":"1.5","repaid":"0"},)"
                R"({"category":"paid","effective_at":")" +
                kNow + R"(","ended":"0","grant":")" + never +
                R"(","paid":"2","priority":100,"refunded":"2","repaid":"0"}])");
  EXPECT_EQ(text_at(told, "steps.0.kind"), "charge");
  EXPECT_EQ(text_at(told, "steps.0.grants.0.grant"), soon);
  EXPECT_EQ(text_at(told, "steps.1.kind"), "refund");
  EXPECT_EQ(text_at(told, "steps.2.refund"), late);
  EXPECT_EQ(text_at(told, "steps.2.grants.1.ended"), "true");
  EXPECT_FALSE(find_text(told, "steps.3"));
  EXPECT_FALSE(find_text(told, "has_more"));
}

TEST_F(StoriesRoutesTest, AnExplanationSaysWhatIsOwed) {
  Ask limit = post("/v1/organizations/" + organization_, R"({"overdraft_limit":9})", "l");
  limit.method = "PATCH";
  expect(200, limit);
  const std::string charge = charged("6", "c");
  given("4", "g");
  refund(charge, "1", "r");
  const std::string told = read("/v1/charges/" + charge + "/explain");
  EXPECT_EQ(text_at(told, "debt"), R"({"incurred":"6","owed":"1","refunded":"1","repaid":"4"})");
  EXPECT_EQ(text_at(told, "steps.0.debt"), "6");
  EXPECT_EQ(text_at(told, "steps.1.kind"), "repay");
  EXPECT_EQ(text_at(told, "steps.1.debt"), "-4");
  EXPECT_EQ(text_at(told, "steps.2.debt"), "-1");
}

TEST_F(StoriesRoutesTest, WhatIsNoChargeIsNotExplained) {
  const std::string grant = given("4", "g");
  for (const std::string& id : {std::string("charge-1"), "charge-" + grant.substr(6),
                                ChargeId{OrganizationId::make(kStart), Id128{}}.to_string()}) {
    EXPECT_EQ(ask(get("/v1/charges/" + id + "/explain")).status, 404) << id;
    EXPECT_EQ(ask(get("/v1/charges/" + id)).status, 404) << id;
  }
}

}  // namespace farthing::api::stories_routes_test
