// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "benchmarks/request_workload.hpp"
#include "benchmarks/seed_workload.hpp"
#include "benchmarks/service_workload.hpp"

namespace farthing::bench::workload_test {

std::string next_request(Workload& workload) {
  std::string request;
  EXPECT_EQ(workload.append_request(0, request), NextRequest::appended);
  return request;
}

std::string header(const std::string& request, const std::string& name) {
  const std::string start = "\r\n" + name + ": ";
  const std::size_t at = request.find(start);
  if (at == std::string::npos) return {};
  return request.substr(at + start.size(), request.find("\r\n", at + 2) - at - start.size());
}

std::string body(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

TEST(GetWorkload, RotatesItsKeysAndEndsAtItsLimit) {
  GetWorkload workload("/balance", Rotation({"a", "b"}, Order::sequential), 3);
  EXPECT_EQ(header(next_request(workload), "Authorization"), "Bearer a");
  EXPECT_EQ(header(next_request(workload), "Authorization"), "Bearer b");
  EXPECT_EQ(header(next_request(workload), "Authorization"), "Bearer a");
  std::string none;
  EXPECT_EQ(workload.append_request(0, none), NextRequest::none_left);
  EXPECT_EQ(none, "");
}

TEST(GetWorkload, SendsNoAuthorizationWithoutKeys) {
  GetWorkload workload("/healthz", {}, RequestWorkload::kNoLimit);
  const std::string request = next_request(workload);
  EXPECT_TRUE(request.starts_with("GET /healthz HTTP/1.1\r\n"));
  EXPECT_TRUE(request.ends_with("\r\n\r\n"));
  EXPECT_EQ(header(request, "Authorization"), "");
}

TEST(GetWorkload, CountsWhatIsNot2xx) {
  GetWorkload workload("/", {}, RequestWorkload::kNoLimit);
  workload.on_answer(0, {.status = 201, .body = ""});
  EXPECT_EQ(workload.refused(), 0U);
  workload.on_answer(0, {.status = 402, .body = "first"});
  workload.on_answer(0, {.status = 503, .body = "second"});
  EXPECT_EQ(workload.refused(), 2U);
  EXPECT_EQ(workload.first_refusal(), "402 first");
}

TEST(GetWorkload, CountsWhatIsNotExpected) {
  GetWorkload workload("/", {}, RequestWorkload::kNoLimit, {401, 429});
  workload.on_answer(0, {.status = 401, .body = ""});
  workload.on_answer(0, {.status = 429, .body = ""});
  EXPECT_EQ(workload.refused(), 0U);
  workload.on_answer(0, {.status = 200, .body = "in"});
  EXPECT_EQ(workload.first_refusal(), "200 in");
}

ServiceLoad service_load(KeyOrder key_order = KeyOrder::time) {
  return {.keys = Rotation({"key"}, Order::sequential),
          .organizations = Rotation({"org-1", "org-22"}, Order::sequential),
          .amount = "0.5",
          .key_order = key_order};
}

TEST(ChargeWorkload, NamesTheOrganizationAndSaysTheLengthOfItsBody) {
  ChargeWorkload workload(service_load(), RequestWorkload::kNoLimit);
  const std::string first = next_request(workload);
  const std::string second = next_request(workload);
  EXPECT_EQ(body(first), R"({"organization":"org-1","amount":"0.5"})");
  EXPECT_EQ(body(second), R"({"organization":"org-22","amount":"0.5"})");
  EXPECT_EQ(header(first, "Content-Length"), std::to_string(body(first).size()));
  EXPECT_EQ(header(second, "Content-Length"), std::to_string(body(second).size()));
  EXPECT_NE(header(first, "Idempotency-Key"), header(second, "Idempotency-Key"));
}

TEST(BatchWorkload, ExpectsEveryChargeToBeBooked) {
  BatchWorkload workload(2, service_load(), RequestWorkload::kNoLimit);
  const std::string request = next_request(workload);
  EXPECT_TRUE(request.starts_with("POST /v1/charges/batch "));
  EXPECT_NE(body(request).find(R"("organization":"org-1","amount":"0.5"},{"idem)"),
            std::string::npos);
  workload.on_answer(0,
                     {.status = 200, .body = R"({"results":[{"status":201,},{"status":201,}]})"});
  EXPECT_EQ(workload.refused(), 0U);
  workload.on_answer(0,
                     {.status = 200, .body = R"({"results":[{"status":201,},{"status":402,}]})"});
  EXPECT_EQ(workload.refused(), 1U);
}

TEST(HoldWorkload, CapturesWhatItHolds) {
  HoldWorkload workload(service_load(), 1, RequestWorkload::kNoLimit);
  EXPECT_TRUE(next_request(workload).starts_with("POST /v1/holds "));
  workload.on_answer(0, {.status = 201, .body = R"({"id":"hold-1"})"});
  const std::string capture = next_request(workload);
  EXPECT_TRUE(capture.starts_with("POST /v1/holds/hold-1/capture "));
  EXPECT_EQ(body(capture), "{}");
  workload.on_answer(0, {.status = 200, .body = R"({"id":"hold-1"})"});
  EXPECT_TRUE(next_request(workload).starts_with("POST /v1/holds "));
  EXPECT_EQ(workload.refused(), 0U);
}

TEST(VerifyWorkload, ExpectsTheKeyToBeGood) {
  VerifyWorkload workload(Rotation({"service"}, Order::sequential),
                          Rotation({"caller"}, Order::sequential), RequestWorkload::kNoLimit);
  const std::string request = next_request(workload);
  EXPECT_EQ(header(request, "Authorization"), "Bearer service");
  EXPECT_EQ(body(request), R"({"api_key":"caller","address":"127.0.0.1"})");
  workload.on_answer(0, {.status = 200, .body = R"({"valid":true})"});
  EXPECT_EQ(workload.refused(), 0U);
  workload.on_answer(0, {.status = 200, .body = R"({"valid":false})"});
  EXPECT_EQ(workload.refused(), 1U);
}

TEST(IdempotencyKeys, AreRandomWhenAsked) {
  IdempotencyKeys keys(KeyOrder::random);
  const std::string first(keys.next());
  EXPECT_EQ(first.size(), 26U);
  EXPECT_NE(first.substr(0, 10), std::string(keys.next()).substr(0, 10));
}

TEST(IdempotencyKeys, AreInOrderOfTime) {
  IdempotencyKeys keys;
  const std::string first(keys.next());
  const std::string second(keys.next());
  EXPECT_EQ(first.size(), 26U);
  EXPECT_LE(first.substr(0, 10), second.substr(0, 10));
  EXPECT_NE(first.substr(10), second.substr(10));
}

TEST(SeedWorkload, TakesEachUserThroughAllItsSteps) {
  SeedWorkload workload({.users = 1, .admin_key = "admin", .amount = "9"}, 1);
  EXPECT_TRUE(next_request(workload).starts_with("POST /v1/users "));
  workload.on_answer(0, {.status = 201, .body = R"({"id":"user-1"})"});
  EXPECT_TRUE(next_request(workload).starts_with("POST /v1/organizations "));
  workload.on_answer(0, {.status = 201, .body = R"({"id":"org-1"})"});
  EXPECT_TRUE(next_request(workload).starts_with("PUT /v1/organizations/org-1/members/user-1 "));
  workload.on_answer(0, {.status = 200, .body = "{}"});
  EXPECT_EQ(body(next_request(workload)), R"({"user":"user-1","scopes":["user","service"]})");
  workload.on_answer(0, {.status = 201, .body = R"({"id":"key-1","secret":"sk-1"})"});
  const std::string grant = next_request(workload);
  EXPECT_TRUE(grant.starts_with("POST /v1/organizations/org-1/grants "));
  EXPECT_EQ(body(grant), R"({"amount":"9"})");
  workload.on_answer(0, {.status = 201, .body = "{}"});
  std::string none;
  EXPECT_EQ(workload.append_request(0, none), NextRequest::none_left);
  EXPECT_EQ(workload.secrets(), std::vector<std::string>{"sk-1"});
  EXPECT_EQ(workload.organizations(), std::vector<std::string>{"org-1"});
}

}  // namespace farthing::bench::workload_test
