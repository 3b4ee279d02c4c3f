// SPDX-License-Identifier: Apache-2.0
// What holds for every route: probes, keys, unknown paths, methods, scopes, and the order of
// checks.
#include "server/api/api.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::api_test {

class ApiRulesTest : public ApiTest {};

TEST_F(ApiRulesTest, ProbesNeedNoKey) {
  EXPECT_EQ(expect(200, {.path = "/healthz"}), R"({"status":"ok"})");
  EXPECT_EQ(expect(200, {.path = "/readyz"}), R"({"status":"ok"})");
  EXPECT_EQ(ask({.method = "HEAD", .path = "/readyz"}).status, 200);
  const http::RawAnswer wrong = ask({.method = "POST", .path = "/healthz"});
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("allow"), "GET, HEAD");
}

TEST_F(ApiRulesTest, ProbesRefuseUnknownParameters) {
  for (const std::string path : {"/healthz", "/readyz"}) {
    expect_error(400, "bad_request", "x", {.path = path + "?x=1"});
    expect_error(400, "bad_request", "x", {.path = path + "?x=1", .key = admin_key()});
    expect_error(400, "bad_request", "", {.path = path + "?=1"});
    expect(200, {.path = path + "?"});
  }
  expect_error(400, "bad_request", "for", {.path = "/healthz?for=reads"});
  expect(200, {.path = "/readyz?for=reads"});
}

TEST_F(ApiRulesTest, ReadinessFollowsTheServer) {
  api_.set_ready(false);
  EXPECT_EQ(expect(200, {.path = "/healthz"}), R"({"status":"ok"})");
  expect_error(503, "unavailable", "", {.path = "/readyz"});
}

TEST_F(ApiRulesTest, WithoutAKeyEverythingIs401) {
  for (const Ask& request : {
           Ask{.path = "/"},
           Ask{.path = "/no/such/path"},
           Ask{.path = "/v1/users"},
           Ask{.path = "/v1/users/%zz"},
           Ask{.method = "DELETE", .path = "/v1/users"},
           Ask{.method = "POST", .path = "/v1/charges", .body = "{"},
           Ask{.method = "OPTIONS", .path = "/v1/user/account"},
       }) {
    EXPECT_EQ(expect_error(401, "unauthorized", "", request), "missing authorization header");
  }
}

// With a port of their own for operators, the other one has nothing of theirs.
class TwoPortsTest : public ApiTest {
 protected:
  TwoPortsTest() {
    http::ServerOptions options;
    options.listen = {{.address = "127.0.0.1", .port = 0}};
    options.admin = http::ListenAddress{.address = "127.0.0.1", .port = 0};
    server_ = *http::Server::start(options, api_);
    callers_.emplace(server_->port());
    operators_.emplace(server_->admin_port());
  }
  ~TwoPortsTest() override { server_->stop(); }

  static http::RawAnswer ask_at(http::RawClient& client, std::string_view method,
                                std::string_view path, std::string_view key) {
    client.send(std::string(method).append(" ").append(path).append(
                    " HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\nAuthorization: ") +
                std::string(key) + "\r\n\r\n");
    return client.read_answer().value_or(http::RawAnswer{});
  }

  std::unique_ptr<http::Server> server_;
  std::optional<http::RawClient> callers_;
  std::optional<http::RawClient> operators_;
};

TEST_F(TwoPortsTest, WhatNeedsAnAdminIsOnlyAtTheOperatorsPort) {
  for (const auto& [method, path] :
       {std::pair("GET", "/v1/users"), std::pair("POST", "/v1/users"),
        std::pair("GET", "/v1/audit-log"), std::pair("DELETE", "/v1/users")}) {
    const http::RawAnswer hidden = ask_at(*callers_, method, path, admin_key());
    EXPECT_EQ(hidden.status, 404) << path;
    EXPECT_EQ(text_at(hidden.body, "message"), "There is nothing here.") << path;
    EXPECT_NE(ask_at(*operators_, method, path, admin_key()).status, 404) << path;
    // Nobody without a key learns even that.
    EXPECT_EQ(ask_at(*callers_, method, path, "").status, 401) << path;
  }
  EXPECT_EQ(ask_at(*operators_, "GET", "/v1/users", admin_key()).status, 200);
}

TEST_F(TwoPortsTest, APathWithMethodsForAllKeepsThoseAtTheCallersPort) {
  EXPECT_EQ(ask_at(*callers_, "GET", "/v1/organizations", admin_key()).status, 403);
  const http::RawAnswer hidden = ask_at(*callers_, "POST", "/v1/organizations", admin_key());
  EXPECT_EQ(hidden.status, 405);
  EXPECT_EQ(hidden.header("allow"), "GET, HEAD");
  // Its form is wrong, but it is there.
  EXPECT_EQ(ask_at(*operators_, "POST", "/v1/organizations", admin_key()).status, 415);
}

TEST_F(TwoPortsTest, AnAdminsKeyHasNoSuchPowersAtTheCallersPort) {
  const std::string foreign = "/v1/organizations/" + add_organization("Foreign").id.to_string();
  const std::string key =
      "/v1/api-keys/" + add_key(add_user("ada@example.com").id).key.id.to_string();
  directory::Scopes scopes = directory::Scope::user;
  scopes.add(directory::Scope::admin);
  const std::string operators = make_key(scopes);
  for (const std::string& admin : {admin_key(), operators}) {
    for (const auto& [method, path] :
         {std::pair("GET", foreign), std::pair("GET", foreign + "/members"),
          std::pair("DELETE", foreign + "/members/" + UserId::make(kStart).to_string()),
          std::pair("GET", key), std::pair("POST", key + "/rotate"),
          std::pair("POST", std::string("/v1/charges")),
          std::pair("POST", std::string("/v1/holds")),
          std::pair("POST", std::string("/v1/api-keys/verify")),
          std::pair("GET", std::string("/authorize"))}) {
      const http::RawAnswer refused = ask_at(*callers_, method, path, admin);
      EXPECT_EQ(refused.status, 403) << path << refused.body;
      EXPECT_EQ(text_at(refused.body, "name"), "permission_denied") << path;
      EXPECT_NE(ask_at(*operators_, method, path, admin).status, 403) << path;
    }
  }
  // What the key may do as a caller's, it may.
  EXPECT_EQ(ask_at(*callers_, "GET", "/v1/user/account", operators).status, 200);
  const http::RawAnswer none = ask_at(*callers_, "GET", "/v1/user/account", admin_key());
  EXPECT_EQ(none.status, 403);
  EXPECT_EQ(text_at(none.body, "message"),
            "The scope \"admin\" does not count at this port; operators have a port of their own.");
  // Nor is it a caller's key there when a service presents it.
  const std::string service = make_key(directory::Scope::service);
  const auto verdict_at = [&](http::RawClient& port) {
    const std::string body = R"({"api_key":")" + admin_key() + R"("})";
    port.send("POST /v1/api-keys/verify HTTP/1.1\r\nHost: t\r\nAuthorization: " + service +
              "\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
    const std::string answer = port.read_answer().value_or(http::RawAnswer{}).body;
    return text_at(answer, "error.field");
  };
  EXPECT_EQ(verdict_at(*callers_), "scope");
  EXPECT_EQ(verdict_at(*operators_), "organization") << "its user has none";
  // It makes no key there with more than it has there.
  callers_->send("POST /v1/api-keys HTTP/1.1\r\nHost: t\r\nAuthorization: " + operators +
                 "\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n" +
                 R"({"scopes":["admin"]})");
  EXPECT_EQ(callers_->read_answer().value_or(http::RawAnswer{}).status, 403);
}

TEST_F(TwoPortsTest, TheRestIsAtBoth) {
  directory::Scopes scopes = directory::Scope::user;
  scopes.add(directory::Scope::service);
  const std::string key = make_key(scopes);
  for (http::RawClient* client : {&*callers_, &*operators_}) {
    EXPECT_EQ(ask_at(*client, "GET", "/healthz", "").status, 200);
    EXPECT_EQ(ask_at(*client, "GET", "/readyz", "").status, 200);
    EXPECT_EQ(ask_at(*client, "GET", "/v1/user/account", key).status, 200);
    // Its form is wrong, but it is there.
    EXPECT_EQ(ask_at(*client, "POST", "/v1/charges", key).status, 400);
  }
}

TEST_F(ApiRulesTest, UnknownPathsAre404WithAKey) {
  for (const std::string path :
       {"/", "/v1", "/v1/", "/v1/users/", "/v2/user/account", "/v1beta/users", "/v1/user",
        "/healthz/", "/v1/Users", "/v1/user/account/"}) {
    expect_error(404, "not_found", "", {.path = path, .key = admin_key()});
  }
  expect_error(400, "bad_request", "", {.path = "/v1/users/%zz", .key = admin_key()});
}

TEST_F(ApiRulesTest, APathWithASlashTooManyIs404AndNamesTheRightOne) {
  struct Case {
    std::string path;
    std::string right;
  };
  for (const Case& each : {
           Case{"//v1/user/account", "/v1/user/account"},
           Case{"///v1/user/account", "/v1/user/account"},
           Case{"/v1/user/account/", "/v1/user/account"},
           Case{"//v1alpha/user/balance//", "/v1alpha/user/balance"},
           Case{"/v1/users/", "/v1/users"},
           Case{"//healthz", "/healthz"},
           Case{"/readyz/", "/readyz"},
           Case{"/v1/organizations/org-0/balance/", "/v1/organizations/{organization}/balance"},
           Case{"//v1/api-keys/sk-secret/rotate", "/v1/api-keys/{API_key}/rotate"},
       }) {
    for (const std::string_view method : {"GET", "POST", "DELETE"}) {
      EXPECT_EQ(
          expect_error(404, "not_found", "",
                       {.method = method, .path = each.path, .key = admin_key()}),
          "There is nothing at a path with a slash too many. The path is \"" + each.right + "\".");
    }
    expect_error(401, "unauthorized", "", {.path = each.path});
  }
  for (const std::string path : {"//", "//v1/", "/v1//users", "/v1/organizations//balance",
                                 "//v2/user/account", "/no/such/path/"}) {
    EXPECT_EQ(expect_error(404, "not_found", "", {.path = path, .key = admin_key()}),
              "There is nothing here.")
        << path;
  }
}

TEST_F(ApiRulesTest, WrongMethodsNameTheRightOnes) {
  struct Case {
    std::string_view method;
    std::string path;
    std::string_view allow;
  };
  for (const Case& expected : {
           Case{"DELETE", "/v1/users", "GET, HEAD, POST"},
           Case{"POST", "/v1alpha/user/account", "GET, HEAD"},
           Case{"OPTIONS", "/v1/user/balance", "GET, HEAD"},
           Case{"TRACE", "/v1/user/balance", "GET, HEAD"},
           Case{"TRACE", "/v1/users", "GET, HEAD, POST"},
           Case{"TRACE", "/healthz", "GET, HEAD"},
           Case{"GET", "/v1/api-keys/key-0/revoke", "POST"},
           Case{"PATCH", "/v1/users/user-0/default-organization", "PUT"},
       }) {
    const http::RawAnswer answer =
        ask({.method = expected.method, .path = expected.path, .key = admin_key()});
    EXPECT_EQ(answer.status, 405) << expected.path;
    EXPECT_EQ(answer.header("allow"), expected.allow) << expected.path;
  }
}

TEST_F(ApiRulesTest, AuthorizationMayBeSentOnce) {
  expect_error(400, "bad_request", "Authorization",
               {.path = "/v1/users",
                .key = admin_key(),
                .headers = {"Authorization: Bearer " + admin_key()}});
}

TEST_F(ApiRulesTest, ScopesDecideWhatAKeyMayDo) {
  const std::string user = make_key(directory::Scope::user);
  const std::string service_key = make_key(directory::Scope::service);
  struct Case {
    std::string key;
    std::string_view method;
    std::string path;
    bool is_allowed;
  };
  for (const Case& expected : {
           Case{user, "GET", "/v1/user/account", true},
           Case{user, "GET", "/v1/users", false},
           Case{user, "POST", "/v1/charges", false},
           Case{user, "GET", "/v1/charges", false},
           Case{service_key, "POST", "/v1/charges", true},
           Case{service_key, "GET", "/v1/charges", true},
           Case{service_key, "GET", "/v1/user/account", false},
           Case{service_key, "POST", "/v1/users", false},
           Case{service_key, "GET", "/v1/organizations", false},
           Case{admin_key(), "GET", "/v1/user/account", true},
           Case{admin_key(), "POST", "/v1/charges", true},
           Case{admin_key(), "GET", "/v1/api-keys", true},
       }) {
    const http::RawAnswer answer =
        ask({.method = expected.method, .path = expected.path, .key = expected.key});
    EXPECT_EQ(answer.status != 403, expected.is_allowed) << expected.method << expected.path;
  }
}

// Each request is wrong in every later way too, and only the first one is told.
TEST_F(ApiRulesTest, ChecksComeInOneOrder) {
  const std::string poor = add_organization("Poor").id.to_string();
  const std::string unknown = OrganizationId::make(kStart).to_string();
  const std::string used = add_organization("Used").id.to_string();
  const auto charge = [](std::string organization, std::string amount) {
    return R"({"organization":")" + organization + R"(","amount":")" + amount + R"("})";
  };
  const auto post = [](std::string key, std::string idempotency_key, std::string body) {
    return Ask{.method = "POST",
               .path = "/v1/charges",
               .key = std::move(key),
               .body = std::move(body),
               .idempotency_key = std::move(idempotency_key)};
  };
  expect_error(401, "unauthorized", "", post("sk-wrong", "", "{"));
  expect_error(403, "permission_denied", "", post(make_key(directory::Scope::user), "", "{"));
  expect_error(400, "bad_request", "Idempotency-Key", post(admin_key(), "", charge(unknown, "x")));
  expect_error(400, "bad_request", "amount", post(admin_key(), "k", charge(unknown, "0")));
  expect_error(404, "not_found", "organization", post(admin_key(), "k", charge(unknown, "5")));
  grant(OrganizationId::parse(used).value(), "1");
  expect(201, post(admin_key(), "k", charge(used, "1")));
  expect_error(409, "idempotency_key_reused", "", post(admin_key(), "k", charge(used, "5")));
  expect_error(402, "insufficient_credits", "", post(admin_key(), "k2", charge(poor, "5")));
}

TEST_F(ApiRulesTest, RefusalsOfTheTransportLookTheSame) {
  const http::RawAnswer alpha = ask({.path = "/v1alpha/" + std::string(9000, 'a')});
  EXPECT_EQ(alpha.status, 414);
  EXPECT_EQ(text_at(alpha.body, "name"), "uri_too_long");
  EXPECT_EQ(text_at(alpha.body, "id"), alpha.header("x-request-id"));
}

}  // namespace farthing::api::api_test
