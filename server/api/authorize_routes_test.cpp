// SPDX-License-Identifier: Apache-2.0
// The question of a proxy: three answers, what they are in truth, and the hold.
#include <string>
#include <utility>
#include <vector>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::authorize_routes_test {

class AuthorizeTest : public LedgerApiTest {
 protected:
  AuthorizeTest() {
    join(user_, organization_id_, directory::Role::ACCOUNTANT);
    grant(organization_id_, "10");
  }

  // Asked with the key of a service, for a caller who sent these.
  Ask question(const std::string& query, std::vector<std::string> headers) const {
    return {.path = "/authorize" + query, .key = service_, .headers = std::move(headers)};
  }
  Ask about_caller(const std::string& query = "") const {
    return question(query, {"Farthing-Caller-Authorization: Bearer " + key_});
  }
  http::RawAnswer refused(int told, const std::string& meant, const std::string& name,
                          const Ask& request) {
    http::RawAnswer answer = ask(request);
    EXPECT_EQ(answer.status, told) << answer.head;
    EXPECT_EQ(answer.header("farthing-status"), meant) << answer.head;
    EXPECT_EQ(answer.header("farthing-error"), name) << answer.head;
    EXPECT_EQ(text_at(answer.body, "name"), name);
    EXPECT_EQ(answer.header("farthing-user"), "");
    return answer;
  }

  const UserId user_ = add_user("ada@example.com").id;
  const service::MadeApiKey made_ = add_key(user_);
  const std::string key_{made_.secret.reveal()};
  const std::string service_ = make_key(directory::Scope::service);
};

TEST_F(AuthorizeTest, AGoodKeyIsToldWhoseItIs) {
  for (const std::string& value : {key_, "Bearer " + key_, " bearer  " + key_ + " "}) {
    const http::RawAnswer answer = ask(question("", {"Farthing-Caller-Authorization: " + value}));
    EXPECT_EQ(answer.status, 204) << value;
    EXPECT_EQ(answer.header("farthing-status"), "204");
    EXPECT_EQ(answer.header("farthing-user"), user_.to_string());
    EXPECT_EQ(answer.header("farthing-key"), made_.key.id.to_string());
    EXPECT_EQ(answer.header("farthing-organization"), organization_);
    EXPECT_EQ(answer.header("farthing-role"), "ACCOUNTANT");
    EXPECT_EQ(answer.header("farthing-balance"), "10");
    EXPECT_EQ(answer.header("farthing-hold"), "");
  }
}

TEST_F(AuthorizeTest, AfterALostDefaultOneMustBeNamed) {
  const OrganizationId second = add_organization("Second").id;
  join(user_, second);
  expect(200, {.method = "DELETE",
               .path = "/v1/organizations/" + organization_ + "/members/" + user_.to_string(),
               .key = admin_key()});
  refused(403, "403", "permission_denied", about_caller());
  Ask named = about_caller();
  named.headers.push_back("Organization: " + second.to_string());
  EXPECT_EQ(ask(named).header("farthing-organization"), second.to_string());
}

TEST_F(AuthorizeTest, WhoIsNotKnownIs401) {
  const std::string unknown(service::make_api_key_secret({}).reveal());
  const http::RawAnswer missing = refused(401, "401", "unauthorized", question("", {}));
  EXPECT_EQ(missing.header("www-authenticate"), "Bearer");
  EXPECT_EQ(text_at(missing.body, "message"), "missing authorization header");
  for (const std::string& value : {unknown, std::string("sk-1"), std::string("Basic YTpi")}) {
    refused(401, "401", "unauthorized", question("", {"Farthing-Caller-Authorization: " + value}));
  }
}

TEST_F(AuthorizeTest, WhatElseIsAgainstTheCallerIs403) {
  const std::string caller = "Farthing-Caller-Authorization: " + key_;
  const std::string foreign = add_organization("Other").id.to_string();
  for (const std::string& organization : {foreign, std::string("org-123456"), std::string("x")}) {
    refused(403, "403", "permission_denied",
            question("", {caller, "Organization: " + organization}));
  }
  refused(403, "400", "bad_request",
          question("", {caller, "Organization: " + organization_, "Organization: x"}));
  // The key of a service is no caller's.
  refused(403, "403", "permission_denied",
          question("", {"Farthing-Caller-Authorization: " + service_}));
  refused(403, "402", "insufficient_credits", about_caller("?cost=10.1&idempotency_key=a"));
}

TEST_F(AuthorizeTest, ACostIsHeldOnce) {
  const Ask request = about_caller(
      "?cost=0.5&idempotency_key=request-1&ttl_s=60&over_capture=overdraft&operation=image&model="
      "x");
  const http::RawAnswer first = ask(request);
  EXPECT_EQ(first.status, 204);
  EXPECT_EQ(first.header("farthing-balance"), "9.5");
  const std::string hold = first.header("farthing-hold");
  ASSERT_TRUE(HoldId::parse(hold)) << first.head;
  const http::RawAnswer again = ask(request);
  EXPECT_EQ(again.header("farthing-hold"), hold);
  EXPECT_EQ(again.header("farthing-balance"), "9.5");

  const std::string story = expect(200, get("/v1/holds/" + hold));
  EXPECT_EQ(text_at(story, "amount"), "0.5");
  EXPECT_EQ(text_at(story, "over_capture"), "overdraft");
  EXPECT_EQ(text_at(story, "operation"), "image");
  EXPECT_EQ(text_at(story, "model"), "x");
  EXPECT_EQ(text_at(story, "api_key"), made_.key.id.to_string());
  EXPECT_NE(ask(about_caller("?cost=0.5&idempotency_key=request-2")).header("farthing-hold"), hold);
  refused(403, "409", "idempotency_key_reused",
          about_caller("?cost=0.7&idempotency_key=request-1"));
}

// Or whoever sends a key twice would be served the second time for nothing.
TEST_F(AuthorizeTest, AHoldThatHasEndedLetsNobodyThrough) {
  for (const char* end : {"/release", "/capture"}) {
    SCOPED_TRACE(end);
    const Ask request = about_caller(std::string("?cost=0.5&idempotency_key=ended") + (end + 1));
    const std::string hold = ask(request).header("farthing-hold");
    ASSERT_EQ(ask(request).status, 204) << "while it is open";
    expect(200, {.method = "POST",
                 .path = "/v1/holds/" + hold + end,
                 .key = service_,
                 .idempotency_key = std::string("end") + (end + 1)});
    refused(403, "409", "idempotency_key_reused", request);
  }
}

TEST_F(AuthorizeTest, AHoldIsItsCallersAlone) {
  const UserId other = add_user("eve@example.com").id;
  join(other, organization_id_, directory::Role::MEMBER);
  const std::string others(add_key(other).secret.reveal());
  const std::string query = "?cost=0.5&idempotency_key=request-1";
  ASSERT_EQ(ask(about_caller(query)).status, 204);
  refused(403, "409", "idempotency_key_reused",
          question(query, {"Farthing-Caller-Authorization: Bearer " + others}));
}

TEST_F(AuthorizeTest, ADisabledOrganizationLetsNobodyThrough) {
  const std::string held = "?cost=0.5&idempotency_key=request-1";
  EXPECT_EQ(ask(about_caller(held)).status, 204);
  const auto put = [this](const std::string& verb) {
    expect(200, {.method = "POST",
                 .path = "/v1/organizations/" + organization_ + verb,
                 .key = admin_key()});
  };
  put("/disable");
  refused(403, "403", "organization_disabled", about_caller());
  refused(403, "403", "organization_disabled", about_caller("?cost=0.5&idempotency_key=request-2"));
  // The hold is there, and yet the request may not go through any longer.
  refused(403, "403", "organization_disabled", about_caller(held));
  put("/enable");
  EXPECT_EQ(ask(about_caller()).header("farthing-balance"), "9.5");
}

TEST_F(AuthorizeTest, WhatIsWrongWithTheQuestionIsNotBlamedOnTheCaller) {
  const std::string caller = "Farthing-Caller-Authorization: " + key_;
  struct Case {
    std::string query;
    std::vector<std::string> headers;
    std::string field;
  };
  for (const Case& wrong : {
           Case{"?cost=0.5", {caller}, "idempotency_key"},
           Case{"?cost=0.5&idempotency_key=", {caller}, "idempotency_key"},
           Case{"?cost=0&idempotency_key=a", {caller}, "cost"},
           Case{"?cost=x&idempotency_key=a", {caller}, "cost"},
           Case{"?cost=1&idempotency_key=a&ttl_s=0", {caller}, "ttl_s"},
           Case{"?cost=1&idempotency_key=a&ttl_s=1e1x", {caller}, "ttl_s"},
           Case{"?cost=1&idempotency_key=a&over_capture=all", {caller}, "over_capture"},
           Case{"?cost=1&idempotency_key=a&operation=%FF", {caller}, "operation"},
           Case{"?cost=1&idempotency_key=a&model=x%00", {caller}, ""},
           Case{"?price=1", {caller}, "price"},
           Case{"", {caller, "Farthing-Caller-Address: example.com"}, "Farthing-Caller-Address"},
           Case{"", {caller, caller}, "Farthing-Caller-Authorization"},
           // Even without a caller.
           Case{"?cost=x&idempotency_key=a", {}, "cost"},
       }) {
    const http::RawAnswer answer = ask(question(wrong.query, wrong.headers));
    EXPECT_EQ(answer.status, 400) << wrong.query;
    EXPECT_EQ(text_at(answer.body, "field"), wrong.field) << wrong.query << answer.body;
    EXPECT_EQ(answer.header("farthing-status"), "") << wrong.query;
  }
}

TEST_F(AuthorizeTest, TheProxyNeedsAKeyOfItsOwn) {
  for (const auto& [key, status] : {std::pair(std::string(), 401), std::pair(key_, 403)}) {
    Ask request = about_caller();
    request.key = key;
    const http::RawAnswer answer = ask(request);
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.header("farthing-status"), "");
  }
}

}  // namespace farthing::api::authorize_routes_test
