// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "benchmarks/request_workload.hpp"
#include "benchmarks/seed_workload.hpp"

namespace farthing::bench {
namespace {

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

TEST(ChargeWorkload, NamesTheOrganizationAndSaysTheLengthOfItsBody) {
  ChargeWorkload workload("/v1/charges", Rotation({"key"}, Order::sequential),
                          Rotation({"org-1", "org-22"}, Order::sequential), "0.5",
                          RequestWorkload::kNoLimit);
  const std::string first = next_request(workload);
  const std::string second = next_request(workload);
  EXPECT_EQ(body(first), R"({"organization":"org-1","amount":"0.5"})");
  EXPECT_EQ(body(second), R"({"organization":"org-22","amount":"0.5"})");
  EXPECT_EQ(header(first, "Content-Length"), std::to_string(body(first).size()));
  EXPECT_EQ(header(second, "Content-Length"), std::to_string(body(second).size()));
  EXPECT_NE(header(first, "Idempotency-Key"), header(second, "Idempotency-Key"));
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
  EXPECT_EQ(body(next_request(workload)), R"({"user":"user-1","scopes":["user","meter"]})");
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

}  // namespace
}  // namespace farthing::bench
