// SPDX-License-Identifier: Apache-2.0
// The calls that move credits, and those that tell what was moved: what each sends, and what it
// makes of the answer.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <farthing/client.hpp>
#include <farthing/insufficient_credits.hpp>

#include "sdk/cpp/mocks/scripted_transport.hpp"

namespace farthing::sdk::movements_test {

using mocks::ScriptedTransport;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kTen = Credits::from_nano(10'000'000'000);
constexpr std::string_view kCharge =
    R"({"id":"charge-1","organization":"o","amount":"10","refunded":"0","grants":[],)"
    R"("balance":{"available":"1","held":"0"},"created_at":"t"})";
constexpr std::string_view kHold =
    R"({"id":"hold-1","organization":"o","amount":"10","captured":"0","released":"0",)"
    R"("state":"open","over_capture":"reject","expires_at":"t",)"
    R"("balance":{"available":"1","held":"10"}})";

class MovementsTest : public testing::Test {
 protected:
  static std::string header(const HttpRequest& request, std::string_view name) {
    const std::string* value = find_header(request.headers, name);
    return value ? *value : "";
  }

  std::shared_ptr<ScriptedTransport> transport_ = std::make_shared<ScriptedTransport>();
  Client client_{{.api_key = "sk-test",
                  .base_url = "http://server",
                  .retry = {.base_delay = milliseconds(0)},
                  .transport = transport_}};
};

struct Line {
  std::string request;  // method, path and body
  std::function<void(const Client&)> call;
};

TEST_F(MovementsTest, EveryCallIsOneRequest) {
  const std::vector<Line> table = {
      {R"(PATCH /v1/organizations/o {"overdraft_limit":"10"})",
       [](const Client& c) {
         (void)c.change_organization({.organization = "o", .overdraft_limit = kTen});
       }},
      {R"(PATCH /v1/organizations/o {"overdraft_limit":"0"})",
       [](const Client& c) {
         (void)c.change_organization({.organization = "o", .overdraft_limit = Credits()});
       }},
      {R"(PATCH /v1/organizations/o {"name":"N"})",
       [](const Client& c) { (void)c.change_organization({.organization = "o", .name = "N"}); }},
      {R"(POST /v1/charges {"organization":"o","api_key":"sk-caller","amount":"10"})",
       [](const Client& c) {
         (void)c.create_charge({.organization = "o", .api_key = "sk-caller", .amount = kTen});
       }},
      {R"(POST /v1/holds {"organization":"o","api_key":"sk-caller","amount":"10"})",
       [](const Client& c) {
         (void)c.place_hold({.organization = "o", .api_key = "sk-caller", .amount = kTen});
       }},
      {R"(POST /v1/api-keys/verify {"api_key":"sk-caller"})",
       [](const Client& c) { (void)c.verify_api_key({.api_key = "sk-caller"}); }},
      {R"(POST /v1/api-keys/verify {"api_key":"sk-caller","organization":"o","scope":"service",)"
       R"("address":"192.0.2.1","could_spend":"10"})",
       [](const Client& c) {
         (void)c.verify_api_key({.api_key = "sk-caller",
                                 .organization = "o",
                                 .scope = "service",
                                 .address = "192.0.2.1",
                                 .could_spend = kTen});
       }},
      {"POST /v1/grants/g/void ", [](const Client& c) { (void)c.void_grant({"g"}); }},
      {"POST /v1/charges/c/refunds ", [](const Client& c) { (void)c.refund_charge({"c"}); }},
      {R"(POST /v1/charges/c/refunds {"amount":"10"})",
       [](const Client& c) { (void)c.refund_charge({.charge = "c", .amount = kTen}); }},
      {R"(POST /v1/holds {"organization":"o","amount":"10"})",
       [](const Client& c) { (void)c.place_hold({.organization = "o", .amount = kTen}); }},
      {R"(POST /v1/holds {"organization":"o","amount":"10","ttl_s":90,"over_capture":"overdraft",)"
       R"("operation":"p","model":"e","tags":{"project":"atlas"},"reason":"trial","metadata":{"a":1}})",
       [](const Client& c) {
         (void)c.place_hold({.organization = "o",
                             .amount = kTen,
                             .ttl = seconds(90),
                             .over_capture = "overdraft",
                             .operation = "p",
                             .model = "e",
                             .remarks = {.tags = {{.name = "project", .value = "atlas"}},
                                         .reason = "trial",
                                         .metadata = R"({"a":1})"}});
       }},
      {"GET /v1/holds/h%2F1 ", [](const Client& c) { (void)c.get_hold("h/1"); }},
      {"GET /v1/charges/c/explain ", [](const Client& c) { (void)c.explain_charge("c"); }},
      {R"(POST /v1/holds/h/capture {"final":true})",
       [](const Client& c) { (void)c.capture_hold({.hold = "h"}); }},
      {R"(POST /v1/holds/h/capture {"amount":"10","final":false})",
       [](const Client& c) {
         (void)c.capture_hold({.hold = "h", .amount = kTen, .is_final = false});
       }},
      {R"(POST /v1/holds/h/extend {"ttl_s":86400})",
       [](const Client& c) { (void)c.extend_hold({.hold = "h", .ttl = std::chrono::hours(24)}); }},
      {"POST /v1/holds/h/release ", [](const Client& c) { (void)c.release_hold({"h"}); }},
      {"GET /v1/organizations/o/outcomes/a%20b%2F%25 ",
       [](const Client& c) { (void)c.get_outcome("o", "a b/%"); }},
  };
  for (const Line& line : table) {
    transport_->answer(404, R"({"id":"i","name":"not_found","message":"m"})");
    line.call(client_);
    ASSERT_FALSE(transport_->requests().empty()) << line.request;
    const HttpRequest request = transport_->requests().back();
    EXPECT_EQ(request.method + " " + request.url.substr(std::string("http://server").size()) + " " +
                  request.body.value_or(""),
              line.request);
    EXPECT_EQ(header(request, "Idempotency-Key").empty(), request.method == "GET") << line.request;
    EXPECT_TRUE(request.is_repeatable);
  }
  EXPECT_EQ(transport_->requests().size(), table.size());
}

TEST_F(MovementsTest, RefusesWhatCannotBeSent) {
  const std::vector<std::pair<std::string, std::function<Failure(const Client&)>>> table = {
      {"organization", [](const Client& c) { return c.change_organization({}).error(); }},
      {"overdraft_limit",
       [](const Client& c) {
         return c
             .change_organization({.organization = "o", .overdraft_limit = Credits::from_nano(-1)})
             .error();
       }},
      {"grant", [](const Client& c) { return c.void_grant({}).error(); }},
      {"api_key", [](const Client& c) { return c.verify_api_key({}).error(); }},
      {"api_key",
       [](const Client& c) {
         return c.place_hold({.organization = "o", .api_key = Secret(), .amount = kTen}).error();
       }},
      {"amount",
       [](const Client& c) {
         return c.refund_charge({.charge = "c", .amount = Credits()}).error();
       }},
      {"organization", [](const Client& c) { return c.place_hold({.amount = kTen}).error(); }},
      {"amount", [](const Client& c) { return c.place_hold({.organization = "o"}).error(); }},
      {"ttl_s",
       [](const Client& c) {
         return c.place_hold({.organization = "o", .amount = kTen, .ttl = seconds(0)}).error();
       }},
      {"ttl_s",
       [](const Client& c) { return c.extend_hold({.hold = "h", .ttl = seconds(86401)}).error(); }},
      {"hold", [](const Client& c) { return c.extend_hold({.ttl = seconds(1)}).error(); }},
      {"amount",
       [](const Client& c) {
         return c.capture_hold({.hold = "h", .amount = Credits::from_nano(-1)}).error();
       }},
      {"idempotency_key", [](const Client& c) { return c.get_outcome("o", "").error(); }},
      {"charges", [](const Client& c) { return c.create_charges({}).error(); }},
      {"charges",
       [](const Client& c) { return c.create_charges(std::vector<KeyedCharge>(1001)).error(); }},
      {"charges[1].amount",
       [](const Client& c) {
         return c
             .create_charges({{.charge = {.organization = "o", .amount = kTen}},
                              {.charge = {.organization = "o"}}})
             .error();
       }},
      {"charges[0].idempotency_key",
       [](const Client& c) {
         return c
             .create_charges(
                 {{.idempotency_key = "", .charge = {.organization = "o", .amount = kTen}}})
             .error();
       }},
      {"idempotency_key",
       [](const Client& c) {
         return c
             .create_charges({{.charge = {.organization = "o", .amount = kTen}}},
                             {.idempotency_key = "k"})
             .error();
       }},
  };
  for (const auto& [field, call] : table) {
    const Failure failure = call(client_);
    EXPECT_EQ(failure.kind, FailureKind::usage) << failure.message;
    EXPECT_EQ(failure.field, field) << failure.message;
  }
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(MovementsTest, ARetrySendsTheSameKey) {
  transport_->answer(503, R"({"id":"i","name":"unavailable","message":"m"})");
  transport_->fail({.kind = FailureKind::transport, .is_outcome_unknown = true});
  transport_->answer(201, std::string(kHold), {{"idempotency-replayed", "true"}});
  const auto hold = client_.place_hold({.organization = "o", .amount = kTen});
  ASSERT_TRUE(hold) << hold.error().message;
  EXPECT_TRUE(hold->is_replayed);
  EXPECT_EQ(hold->balance.held, kTen);
  const auto requests = transport_->requests();
  ASSERT_EQ(requests.size(), 3U);
  for (const HttpRequest& request : requests) {
    EXPECT_EQ(header(request, "Idempotency-Key"), hold->idempotency_key);
  }
}

TEST_F(MovementsTest, ARefusalHasItsNameAndItsFacts) {
  transport_->answer(409, R"({"id":"i","name":"hold_expired","message":"It ran out."})");
  const auto capture = client_.capture_hold({.hold = "h"});
  ASSERT_FALSE(capture);
  EXPECT_TRUE(capture.error().is_named(ErrorName::hold_expired));
  EXPECT_FALSE(capture.error().is_named(ErrorName::hold_released));
  EXPECT_FALSE(capture.error().is_outcome_unknown);

  transport_->answer(402, R"({"id":"i","name":"insufficient_credits","message":"m",)"
                          R"("required":"10","available":"1","held":"0","next_grant_at":"t"})");
  const auto hold = client_.place_hold({.organization = "o", .amount = kTen});
  ASSERT_FALSE(hold);
  const auto facts = insufficient_credits(hold.error());
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->required, kTen);
  EXPECT_EQ(facts->next_grant_at, "t");
  EXPECT_EQ(transport_->requests().size(), 2U) << "asking again does not bring credits";
}

TEST_F(MovementsTest, ABatchHasAResultForEachCharge) {
  transport_->answer(
      200,
      R"({"results":[{"status":201,"charge":)" + std::string(kCharge) +
          R"(},{"status":402,"error":{"name":"insufficient_credits","message":"Too few.",)"
          R"("required":"10","available":"1","held":"0"}},{"status":201,"replayed":true,"charge":)" +
          std::string(kCharge) +
          R"(},{"status":503,"error":{"name":"unavailable","message":"Later."}}]})",
      {{"x-request-id", "r"}});
  std::vector<KeyedCharge> charges;
  for (const char* key : {"a", "b", "c", "d"}) {
    charges.push_back({.idempotency_key = key, .charge = {.organization = "o", .amount = kTen}});
  }
  const auto results = client_.create_charges(charges);
  ASSERT_TRUE(results) << results.error().message;
  ASSERT_EQ(results->size(), 4U);

  const auto& made = (*results)[0];
  ASSERT_TRUE(made);
  EXPECT_EQ(made->id, "charge-1");
  EXPECT_FALSE(made->is_replayed);
  EXPECT_EQ(made->idempotency_key, "a");
  EXPECT_EQ(made->request_id, "r");
  EXPECT_TRUE((*results)[2]->is_replayed);

  ASSERT_FALSE((*results)[1]);
  const Failure& refused = (*results)[1].error();
  EXPECT_EQ(refused.kind, FailureKind::http_status);
  EXPECT_EQ(refused.status, 402);
  EXPECT_EQ(refused.idempotency_key, "b");
  EXPECT_EQ(refused.request_id, "r");
  EXPECT_EQ(refused.message,
            "HTTP 402 insufficient_credits: Too few. Add credits to the organization, or spend "
            "less");
  EXPECT_FALSE(refused.is_outcome_unknown);
  EXPECT_EQ(insufficient_credits(refused)->required, kTen);
  EXPECT_TRUE((*results)[3].error().is_outcome_unknown);

  const HttpRequest request = transport_->requests().at(0);
  EXPECT_EQ(request.url, "http://server/v1/charges/batch");
  EXPECT_EQ(header(request, "Idempotency-Key"), "");
  EXPECT_TRUE(request.body->starts_with(
      R"({"charges":[{"idempotency_key":"a","organization":"o","amount":"10"},{"idempotency_key":"b",)"))
      << *request.body;
}

TEST_F(MovementsTest, ACallersKeyIsNotRepeated) {
  const std::string caller_key = "sk-caller-0123456789abcdefghij";
  const auto expect_clean = [&](const Failure& failure) {
    EXPECT_TRUE(failure.is_named(ErrorName::caller_key_invalid)) << failure.message;
    for (const std::string& text : {failure.message, failure.error->to_json()}) {
      EXPECT_EQ(text.find("caller-0123"), std::string::npos) << text;
      EXPECT_NE(text.find("[redacted]"), std::string::npos) << text;
    }
  };
  // A server that echoes most of it, and with escapes that hide it from a look at the bytes.
  const std::string error =
      R"("name":"caller_key_invalid","message":"sk\u002dcaller-0123456789abc")";
  transport_->answer(403, R"({"id":"i",)" + error + "}");
  const CreateCharge charge = {.organization = "o", .api_key = caller_key, .amount = kTen};
  expect_clean(client_.create_charge(charge).error());

  transport_->answer(200, R"({"results":[{"status":403,"error":{)" + error + "}}]}");
  const auto results = client_.create_charges({{.charge = charge}});
  ASSERT_TRUE(results);
  expect_clean(results->at(0).error());
}

TEST_F(MovementsTest, ABatchIsSentAgainAsItWas) {
  transport_->fail({.kind = FailureKind::transport, .is_outcome_unknown = true});
  transport_->answer(200, R"({"results":[{"status":201,"charge":)" + std::string(kCharge) + "}]}");
  const std::vector<KeyedCharge> charges = {{.charge = {.organization = "o", .amount = kTen}}};
  const auto results = client_.create_charges(charges);
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ((*results)[0]->idempotency_key, charges[0].idempotency_key);
  const auto requests = transport_->requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].body, requests[1].body);
  EXPECT_NE(requests[0].body->find(charges[0].idempotency_key), std::string::npos);
}

TEST_F(MovementsTest, ALostBatchSaysHowToLearnItsOutcome) {
  for (int i = 0; i < 3; ++i) {
    transport_->fail(
        {.kind = FailureKind::transport, .message = "lost", .is_outcome_unknown = true});
  }
  const auto results = client_.create_charges({{.charge = {.organization = "o", .amount = kTen}}});
  ASSERT_FALSE(results);
  EXPECT_TRUE(results.error().is_outcome_unknown);
  EXPECT_EQ(results.error().message,
            "lost. The request may have been carried out: send it again as it is to learn the "
            "outcome");
}

TEST_F(MovementsTest, KeysOfABatchAreFreshAndOrderedByTime) {
  std::set<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.insert(KeyedCharge().idempotency_key);
  EXPECT_EQ(keys.size(), 100U);
  // The first ten characters are the time.
  EXPECT_EQ(keys.begin()->substr(0, 4), keys.rbegin()->substr(0, 4));
}

TEST_F(MovementsTest, ABatchThatIsAnsweredWronglyIsAFailure) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {R"({"results":[]})", "results"},
      {R"({})", "results"},
      {R"({"results":[{"status":201}]})", "results[0].charge"},
      {R"({"results":[{"status":402,"charge":{}}]})", "results[0].error"},
      {R"({"results":[{"status":402,"error":{"message":"m"}}]})", "results[0].error.name"},
      {R"({"results":[{"status":"201"}]})", "results[0].status"},
      {"[", ""},
  };
  for (const auto& [json, field] : table) {
    transport_->answer(200, json);
    const auto results =
        client_.create_charges({{.charge = {.organization = "o", .amount = kTen}}});
    ASSERT_FALSE(results) << json;
    EXPECT_EQ(results.error().kind, FailureKind::decoding) << json;
    EXPECT_EQ(results.error().field, field) << json;
  }
  transport_->answer(413, R"({"id":"i","name":"payload_too_large","message":"m"})");
  const auto refused = client_.create_charges({{.charge = {.organization = "o", .amount = kTen}}});
  EXPECT_TRUE(refused.error().is_named(ErrorName::payload_too_large));
}

TEST_F(MovementsTest, EntriesComeAsATable) {
  constexpr std::string_view kTable = "seq,kind\r\n1,\"grant\"\r\n";
  const auto respond = [&](std::vector<Header> headers) {
    headers.insert(headers.begin(), {"content-type", "text/csv; charset=utf-8"});
    transport_->answer(200, std::string(kTable), std::move(headers));
  };
  respond({{"next-cursor", "c2"}});
  const auto page =
      client_.list_entries_csv({.organization = "o", .kind = "grant", .page = {.limit = 1}});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->text, kTable);
  EXPECT_EQ(page->next, "c2");
  const HttpRequest request = transport_->requests().back();
  EXPECT_EQ(request.url, "http://server/v1/organizations/o/entries?kind=grant&limit=1");
  EXPECT_EQ(header(request, "Accept"), "text/csv");

  respond({});
  EXPECT_FALSE(client_.list_entries_csv({.organization = "o", .raw = true})->next);
  EXPECT_EQ(transport_->requests().back().url, "http://server/v1/organizations/o/entries?raw=true");

  transport_->answer(200, R"({"entries":[],"next":null})");
  const auto json = client_.list_entries_csv({.organization = "o"});
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().field, "Content-Type");

  transport_->answer(404, R"({"id":"i","name":"not_found","message":"m"})");
  EXPECT_TRUE(
      client_.list_entries_csv({.organization = "o"}).error().is_named(ErrorName::not_found));
}

}  // namespace farthing::sdk::movements_test
