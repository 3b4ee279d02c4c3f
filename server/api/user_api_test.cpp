// SPDX-License-Identifier: Apache-2.0
// The two calls, in their three versions.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::user_api_test {

constexpr const char* kVersions[] = {"/v1alpha", "/v1beta", "/v1"};

class UserApiTest : public ApiTest {
 protected:
  UserApiTest() {
    user_ = add_user("ada@example.com").id;
    key_ = std::string(add_key(user_).secret.reveal());
  }

  Ask balance(std::string version, std::vector<std::string> headers = {}) const {
    return {.path = version + "/user/balance", .key = key_, .headers = std::move(headers)};
  }

  UserId user_;
  std::string key_;
};

TEST_F(UserApiTest, AccountShowsUserAndOrganizations) {
  const OrganizationId first = add_organization("First \"A\"").id;
  const OrganizationId second = add_organization("Zweite Ö").id;
  join(user_, first, directory::Role::OWNER);
  join(user_, second, directory::Role::ACCOUNTANT);
  const std::string expected =
      R"({"id":")" + user_.to_string() + R"(","email":"ada@example.com","organizations":[{"id":")" +
      first.to_string() + R"(","name":"First \"A\"","role":"OWNER","is_default":true},{"id":")" +
      second.to_string() + R"(","name":"Zweite Ö","role":"ACCOUNTANT","is_default":false}]})";
  for (const std::string version : kVersions) {
    const http::RawAnswer answer = ask({.path = version + "/user/account", .key = key_});
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("content-type"), "application/json");
    EXPECT_EQ(answer.header("x-request-id").size(), 32U);
    EXPECT_EQ(answer.body, expected);
  }
}

TEST_F(UserApiTest, AccountOfAUserAlone) {
  EXPECT_EQ(
      expect(200, {.path = "/v1alpha/user/account", .key = key_}),
      R"({"id":")" + user_.to_string() + R"(","email":"ada@example.com","organizations":[]})");
}

TEST_F(UserApiTest, AccountShowsThePictureIfThereIsOne) {
  const std::string user = expect(
      201, {.method = "POST",
            .path = "/v1/users",
            .key = admin_key(),
            .body = R"({"email":"p@example.com","profile_picture":"https://example.com/p.png"})"});
  const auto made = add_key(UserId::parse(text_at(user, "id")).value());
  const std::string account =
      expect(200, {.path = "/v1/user/account", .key = std::string(made.secret.reveal())});
  EXPECT_EQ(text_at(account, "profile_picture"), "https://example.com/p.png");
}

TEST_F(UserApiTest, BalanceIsAnExactNumber) {
  const OrganizationId organization = add_organization("Acme").id;
  join(user_, organization);
  EXPECT_EQ(expect(200, balance("/v1")), R"({"credits":0})");
  grant(organization, "12.5");
  for (const std::string version : kVersions) {
    const http::RawAnswer answer = ask(balance(version));
    EXPECT_EQ(answer.body, R"({"credits":12.5})");
    EXPECT_EQ(answer.header("content-type"), "application/json");
  }
  grant(organization, "9007199254.000000001");
  EXPECT_EQ(expect(200, balance("/v1alpha")), R"({"credits":9007199266.500000001})");
}

TEST_F(UserApiTest, BalanceTakesAnOrganization) {
  const OrganizationId first = add_organization("First").id;
  const OrganizationId second = add_organization("Second").id;
  const OrganizationId foreign = add_organization("Foreign").id;
  join(user_, first);
  join(user_, second);
  grant(first, "1");
  grant(second, "2");
  EXPECT_EQ(expect(200, balance("/v1alpha", {"Organization:"})), R"({"credits":1})");
  EXPECT_EQ(expect(200, balance("/v1alpha", {"Organization: " + first.to_string()})),
            R"({"credits":1})");
  EXPECT_EQ(expect(200, balance("/v1alpha", {"organization: " + second.to_string()})),
            R"({"credits":2})");
  for (const std::string& other : {foreign.to_string(), std::string("org-123456")}) {
    EXPECT_EQ(expect_error(403, "permission_denied", "Organization",
                           balance("/v1", {"Organization: " + other})),
              "The user of this key does not belong to the organization \"" + other +
                  "\". Send the id of one of the user's own, which GET /v1/user/account lists, or "
                  "leave the header Organization out for the default one.");
  }
  expect_error(400, "bad_request", "Organization",
               balance("/v1", {"Organization: " + first.to_string(),
                               "Organization: " + second.to_string()}));
}

TEST_F(UserApiTest, A403ShowsTheOrganizationThatCameUnlessItMayBeASecret) {
  join(user_, add_organization("First").id);
  const auto message_about = [&](const std::string& sent) {
    return expect_error(403, "permission_denied", "Organization",
                        balance("/v1", {"Organization: " + sent}));
  };
  for (const std::string sent : {"undefined", "None", "null", "[object Object]", "\"\"", "<org>",
                                 "----------------------------------------"}) {
    EXPECT_NE(message_about(sent).find("the organization \"" + sent + "\"."), std::string::npos)
        << sent;
  }
  for (const std::string& sent :
       {key_, key_.substr(0, 10), "Bearer " + key_.substr(0, 30), key_.substr(11, 20),
        std::string(41, '-'), std::string("\xc3\xa9"), std::string("a\tb"),
        std::string("6f0c1d1e-8a52-4b37-9f5e-2f1d3c4b5a69"), std::string("%73k%2dsecret")}) {
    const std::string message = message_about(sent);
    EXPECT_EQ(message.find(sent), std::string::npos) << sent;
    EXPECT_NE(message.find("to that organization."), std::string::npos) << message;
  }
  const http::RawAnswer alpha = ask(balance("/v1alpha", {"Organization: undefined"}));
  EXPECT_EQ(alpha.status, 403);
  EXPECT_EQ(alpha.header("content-type"), "application/vnd.goa.error");
  EXPECT_NE(text_at(alpha.body, "message").find("\"undefined\""), std::string::npos);
}

// What the message proposes is what works for that user.
TEST_F(UserApiTest, A403NamesTheRemedyThatWorks) {
  const auto message = [&] {
    return expect_error(403, "permission_denied", "Organization",
                        balance("/v1", {"Organization: undefined"}));
  };
  EXPECT_NE(message().find("ask the operator"), std::string::npos);
  const OrganizationId first = add_organization("First").id;
  join(user_, first);
  EXPECT_NE(message().find("leave the header Organization out"), std::string::npos);
  EXPECT_EQ(expect(200, balance("/v1")), R"({"credits":0})");
  join(user_, add_organization("Second").id);
  expect(200, {.method = "DELETE",
               .path = "/v1/organizations/" + first.to_string() + "/members/" + user_.to_string(),
               .key = admin_key()});
  EXPECT_EQ(message().find("leave the header"), std::string::npos);
  EXPECT_NE(message().find("GET /v1/user/account lists"), std::string::npos);
  EXPECT_NE(expect_error(403, "permission_denied", "Organization", balance("/v1"))
                .find("with a key that has no spend cap"),
            std::string::npos);
}

TEST_F(UserApiTest, BalanceOfAUserWithoutOrganization) {
  expect_error(404, "not_found", "Organization", balance("/v1"));
}

TEST_F(UserApiTest, ErrorsHaveTheFormOfTheirVersion) {
  const http::RawAnswer alpha = ask({.path = "/v1alpha/user/balance"});
  EXPECT_EQ(alpha.status, 401);
  EXPECT_EQ(alpha.header("content-type"), "application/vnd.goa.error");
  EXPECT_EQ(alpha.header("www-authenticate"), "Bearer");
  EXPECT_EQ(alpha.body, R"({"id":")" + alpha.header("x-request-id") +
                            R"(","name":"unauthorized","message":"missing authorization header",)"
                            R"("temporary":false,"timeout":false,"fault":false})");
  for (const std::string version : {"/v1beta", "/v1"}) {
    const http::RawAnswer later = ask({.path = version + "/user/balance"});
    EXPECT_EQ(later.header("content-type"), "application/json");
    EXPECT_EQ(later.body,
              R"({"id":")" + later.header("x-request-id") +
                  R"(","name":"unauthorized","message":"missing authorization header"})");
  }
}

TEST_F(UserApiTest, NothingOfAWrongKeyIsEchoed) {
  const std::string wrong(service::make_api_key_secret({}).reveal());
  for (const std::string& value : {wrong, "Bearer " + wrong, std::string("sk-some-nonsense")}) {
    const http::RawAnswer answer =
        ask({.path = "/v1/user/account", .headers = {"Authorization: " + value}});
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.body.find(value.substr(value.size() - 6)), std::string::npos);
    EXPECT_EQ(answer.head.find(value.substr(value.size() - 6)), std::string::npos);
  }
}

TEST_F(UserApiTest, ClientsMaySendWhatTheyLikeBesides) {
  join(user_, add_organization("Acme").id);
  EXPECT_EQ(expect(200, {.path = "/v1alpha/user/balance?x=%zz&x=1",
                         .headers = {"authorization: " + key_, "Content-Type: application/json",
                                     "Accept: text/xml"}}),
            R"({"credits":0})");
}

TEST_F(UserApiTest, HeadHasTheHeadOfGet) {
  join(user_, add_organization("Acme").id);
  const http::RawAnswer head = ask({.method = "HEAD", .path = "/v1/user/balance", .key = key_});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("content-length"), "13");
  EXPECT_EQ(expect(200, balance("/v1")), R"({"credits":0})");
}

}  // namespace farthing::api::user_api_test
