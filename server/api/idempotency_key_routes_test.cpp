// SPDX-License-Identifier: Apache-2.0
// One rule for idempotency keys, whichever way one comes in: header, body of a batch, query, path.
#include <string>
#include <utility>

#include "server/ledger/apply.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/decide.hpp"
#include "server/testing/api_fixture.hpp"

namespace farthing::api::idempotency_key_routes_test {

class IdempotencyKeyRoutes : public LedgerApiTest {
 protected:
  IdempotencyKeyRoutes() {
    const UserId user = add_user("ada@example.com").id;
    join(user, organization_id_);
    grant(organization_id_, "100");
    caller_ = "Farthing-Caller-Authorization: " + std::string(add_key(user).secret.reveal());
  }

  Ask batch(const std::string& key, const std::string& amount) const {
    return post("/v1/charges/batch",
                R"({"charges":[{"idempotency_key":")" + key + R"(","organization":")" +
                    organization_ + R"(","amount":)" + amount + "}]}",
                "");
  }
  Ask authorize(const std::string& key) const {
    return {.path = "/authorize?cost=2&ttl_s=60&operation=image&model=x&idempotency_key=" + key,
            .key = service_,
            .headers = {caller_}};
  }
  Ask outcome(const std::string& key) const {
    return get("/v1/organizations/" + organization_ + "/outcomes/" + key);
  }
  std::string available() {
    return text_at(expect(200, get("/v1/organizations/" + organization_ + "/balance")),
                   "available");
  }

  // Books what the last entry's request asked for again, under a key that earlier versions took.
  void store_again_under(std::string key) {
    const auto entries = store_.entries_of(organization_id_);
    ledger::OrganizationState state;
    state.organization = organization_id_;
    for (const ledger::Entry& entry : entries) ledger::apply(state, entry);
    const ledger::Entry& last = entries.back();
    ledger::Command command{.organization = organization_id_, .at = last.at, .origin = last.origin};
    command.origin.idempotency_key = std::move(key);
    if (last.kind == ledger::EntryKind::charge) {
      command.action = ledger::CreateCharge{.amount = last.amount};
    } else {
      command.action = ledger::PlaceHold{.amount = last.amount, .ttl = std::chrono::seconds(60)};
    }
    ledger::Booked booked;
    ASSERT_TRUE(ledger::decide(state, std::move(command), {}, booked));
    store_.take_over({}, booked.entries());
  }

  std::string caller_;
  const std::string service_ = make_key(directory::Scope::service);
};

TEST_F(IdempotencyKeyRoutes, ABlankAtAnEndIsNoPartOfAHeader) {
  const std::string id = made(charge(R"("amount":1)", "  k  "));
  const std::string results = expect(200, batch("k", "1"));
  EXPECT_EQ(text_at(results, "results.0.replayed"), "true");
  EXPECT_EQ(text_at(results, "results.0.charge.id"), id);
  EXPECT_EQ(available(), "99");
}

TEST_F(IdempotencyKeyRoutes, ABlankAtAnEndIsRefusedWhereItIsKept) {
  for (const std::string key : {" k", "k ", " ", "k  "}) {
    const std::string results = expect(200, batch(key, "1"));
    EXPECT_EQ(text_at(results, "results.0.status"), "400") << key;
    EXPECT_EQ(text_at(results, "results.0.error.name"), "bad_request") << key;
    EXPECT_EQ(text_at(results, "results.0.error.field"), "idempotency_key") << key;
  }
  for (const std::string key : {"%20k", "+k", "k%20", "k+", "%20", "+"}) {
    const http::RawAnswer answer = ask(authorize(key));
    EXPECT_EQ(answer.status, 400) << key;
    EXPECT_EQ(text_at(answer.body, "field"), "idempotency_key") << key;
    EXPECT_EQ(answer.header("farthing-status"), "") << key;
  }
  expect(404, outcome("%20k"));
  EXPECT_EQ(available(), "100");
}

TEST_F(IdempotencyKeyRoutes, ABlankWithinIsAsGoodByEveryWay) {
  const std::string id = made(charge(R"("amount":1)", "order 17"));
  EXPECT_EQ(text_at(expect(200, batch("order 17", "1")), "results.0.charge.id"), id);
  EXPECT_EQ(text_at(expect(200, outcome("order%2017")), "idempotency_key"), "order 17");
  EXPECT_EQ(ask(authorize("order%2017")).header("farthing-error"), "idempotency_key_reused");
}

TEST_F(IdempotencyKeyRoutes, WhatABatchStoredUnderOneWithABlankIsFound) {
  made(charge(R"("amount":1)", "k"));
  store_again_under(" k");
  const std::string results = expect(200, batch(" k", "1"));
  EXPECT_EQ(text_at(results, "results.0.status"), "201") << results;
  EXPECT_EQ(text_at(results, "results.0.replayed"), "true");
  EXPECT_EQ(text_at(expect(200, batch(" k", "2")), "results.0.error.name"),
            "idempotency_key_reused");
  const std::string found = expect(200, outcome("%20k"));
  EXPECT_EQ(text_at(found, "idempotency_key"), " k");
  EXPECT_EQ(text_at(found, "entries.0.ref"), text_at(results, "results.0.charge.id"));
  EXPECT_EQ(available(), "98");
}

TEST_F(IdempotencyKeyRoutes, WhatAProxyStoredUnderOneWithABlankIsFound) {
  ASSERT_EQ(ask(authorize("k")).status, 204);
  store_again_under("k ");
  const http::RawAnswer again = ask(authorize("k%20"));
  EXPECT_EQ(again.status, 204);
  EXPECT_EQ(text_at(expect(200, outcome("k%20")), "entries.0.ref"), again.header("farthing-hold"));
  EXPECT_EQ(available(), "96");
}

// An id has one spelling, whichever way it comes in.
TEST_F(IdempotencyKeyRoutes, AnIdIsReadTheSameByEveryWay) {
  const std::string own = organization_.substr(4);
  std::string upper = organization_;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto encoded = [](const std::string& id) {
    std::string text;
    for (const char c : id) text += c == ' ' ? "%20" : std::string(1, c);
    return text;
  };
  const auto told = [&](const std::string& id) {
    const std::string body = R"({"organization":")" + id + R"(","amount":1})";
    const std::string element = R"({"charges":[{"idempotency_key":"x","amount":1000,)" +
                                body.substr(1, body.find(',') - 1) + "}]}";
    return std::vector<std::string>{
        std::to_string(ask(get("/v1/organizations/" + encoded(id) + "/balance")).status),
        std::to_string(ask(get("/v1/charges?organization=" + encoded(id))).status),
        std::to_string(ask(post("/v1/charges", body, "id " + id + ".")).status),
        text_at(expect(200, post("/v1/charges/batch", element, "")), "results.0.status")};
  };
  EXPECT_EQ(told(organization_), (std::vector<std::string>{"200", "200", "201", "402"}));
  for (const std::string& id :
       {upper, own, "user-" + own, " " + organization_, organization_ + " ", organization_ + "0"}) {
    EXPECT_EQ(told(id), (std::vector<std::string>{"404", "400", "400", "400"})) << id;
  }
  EXPECT_EQ(ask(get("/v1/organizations/org%2D" + own + "/balance")).status, 200);
}

// Whichever way a request comes in, it is the same request.
TEST_F(IdempotencyKeyRoutes, TheSameRequestByAnotherWayIsARepeat) {
  const std::string id = made(charge(R"("amount":"2.50")", "c"));
  for (const std::string amount : {"2.5", "25e-1", "\"2.5\"", "2.500000000"}) {
    EXPECT_EQ(text_at(expect(200, batch("c", amount)), "results.0.charge.id"), id) << amount;
  }
  const std::string hold = ask(authorize("h")).header("farthing-hold");
  const http::RawAnswer again = ask(
      post("/v1/holds", for_it(R"("amount":2.0,"ttl_s":60,"operation":"image","model":"x")"), "h"));
  EXPECT_EQ(again.status, 201) << again.body;
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(text_at(again.body, "id"), hold);
}

}  // namespace farthing::api::idempotency_key_routes_test
