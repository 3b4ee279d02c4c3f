// SPDX-License-Identifier: Apache-2.0
// Batches of charges, each of which stands alone.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::charge_batches_test {

class ChargeBatchesTest : public LedgerApiTest {
 protected:
  ChargeBatchesTest() { grant(organization_id_, "10"); }

  Ask batch(std::string body) const { return post("/v1/charges/batch", std::move(body), ""); }
  Ask batch_of(const std::string& charges) const {
    return batch(R"({"charges":[)" + charges + "]}");
  }
  std::string element(const std::string& key, const std::string& amount) const {
    return R"({"idempotency_key":")" + key + R"(","organization":")" + organization_ +
           R"(","amount":)" + amount + "}";
  }
};

TEST_F(ChargeBatchesTest, EachChargeHasItsOwnResultInOrder) {
  const std::string results =
      expect(200, batch_of(element("a", "4") + "," + element("b", "7") + "," +
                           element("c", "\"x\"") + "," + element("d", "6") + ",7"));
  EXPECT_EQ(text_at(results, "results.0.status"), "201");
  EXPECT_EQ(text_at(results, "results.0.charge.balance.available"), "6");
  EXPECT_EQ(text_at(results, "results.1.status"), "402");
  EXPECT_EQ(text_at(results, "results.1.error.name"), "insufficient_credits");
  EXPECT_EQ(text_at(results, "results.1.error.available"), "6");
  EXPECT_EQ(text_at(results, "results.2.status"), "400");
  EXPECT_EQ(text_at(results, "results.2.error.field"), "amount");
  EXPECT_EQ(text_at(results, "results.3.charge.amount"), "6");
  EXPECT_EQ(text_at(results, "results.4.status"), "400");
  EXPECT_FALSE(find_text(results, "results.5"));
}

TEST_F(ChargeBatchesTest, AKeyIsGoodForOneChargeByEitherWay) {
  const std::string results = expect(200, batch_of(element("a", "4") + "," + element("a", "4.0")));
  EXPECT_FALSE(find_text(results, "results.0.replayed"));
  EXPECT_EQ(text_at(results, "results.1.replayed"), "true");
  EXPECT_EQ(text_at(results, "results.1.charge"), text_at(results, "results.0.charge"));
  const http::RawAnswer single = ask(charge(R"("amount":4)", "a"));
  EXPECT_EQ(single.header("idempotency-replayed"), "true");
  EXPECT_EQ(text_at(single.body, "id"), text_at(results, "results.0.charge.id"));
  const std::string other = expect(200, batch_of(element("a", "5")));
  EXPECT_EQ(text_at(other, "results.0.error.name"), "idempotency_key_reused");
}

TEST_F(ChargeBatchesTest, WrongChargesAreRefusedAlone) {
  EXPECT_EQ(text_at(expect(200, batch_of(R"({"amount":1})")), "results.0.error.field"),
            "idempotency_key");
  EXPECT_EQ(text_at(expect(200, batch_of(element("", "1"))), "results.0.error.field"),
            "idempotency_key");
  EXPECT_EQ(text_at(expect(200, batch_of(R"({"idempotency_key":"k","amount":1,"organization":")" +
                                         OrganizationId::make(kStart).to_string() + R"("})")),
                    "results.0.status"),
            "404");
}

TEST_F(ChargeBatchesTest, WhatIsNoBatchIsRefusedWhole) {
  for (const std::string body :
       {"{}", R"({"charges":[]})", R"({"charges":{}})", R"({"charges":null})"}) {
    expect_error(400, "bad_request", "charges", batch(body));
  }
  std::string many = element("k0", "0.001");
  for (int i = 1; i < 1000; ++i) many += "," + element("k" + std::to_string(i), "0.001");
  expect_error(400, "bad_request", "charges", batch_of(many + "," + element("k1000", "0.001")));
  const std::string results = expect(200, batch_of(many));
  EXPECT_EQ(text_at(results, "results.999.charge.balance.available"), "9");
}

}  // namespace farthing::api::charge_batches_test
