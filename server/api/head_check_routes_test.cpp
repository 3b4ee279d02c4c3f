// SPDX-License-Identifier: Apache-2.0
// What is refused before a body is read: whatever the head shows, in the order of the other checks.
#include <gtest/gtest.h>

#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::head_check_routes_test {

constexpr std::size_t kLarge = 500'000;

class HeadCheckRoutesTest : public service::StoreTest {
 protected:
  HeadCheckRoutesTest() {
    http::ServerOptions options;
    options.listen = {{.address = "127.0.0.1", .port = 0}};
    options.admin = http::ListenAddress{.address = "127.0.0.1", .port = 0};
    server_ = http::Server::start(options, api_).value();
    api_.set_ready(true);
  }
  ~HeadCheckRoutesTest() override { server_->stop(); }

  std::string make_key(directory::Scopes scopes) {
    const directory::User user = add_user("user" + std::to_string(++users_) + "@example.com");
    return std::string(add_key(user.id, scopes).secret.reveal());
  }
  // A head whose body never comes.
  http::RawAnswer ask_by_head(std::string_view method, std::string_view path, std::string_view key,
                              std::size_t size = kLarge, std::string_view lines = {}) {
    http::RawClient client(server_->port());
    std::string head(method);
    head.append(" ").append(path).append(" HTTP/1.1\r\nHost: t\r\n").append(lines);
    if (!key.empty()) head.append("Authorization: ").append(key).append("\r\n");
    client.send(head + "Content-Length: " + std::to_string(size) + "\r\n\r\n");
    const auto answer = client.read_answer();
    EXPECT_TRUE(answer) << method << " " << path;
    return answer.value_or(http::RawAnswer{});
  }

  // Three wrong keys a minute.
  service::Services services_{store_,
                              SigningKey::make(),
                              {.user_keys = directory::RateLimit{.requests = 2, .per_s = 100},
                               .failures = directory::RateLimit{.requests = 3, .per_s = 60}},
                              {},
                              {}};
  Api api_{services_};
  std::unique_ptr<http::Server> server_;
  int users_ = 0;
};

TEST_F(HeadCheckRoutesTest, AWrongKeyIsRefusedByItsHeadAndCountsOnce) {
  const std::string unknown = std::string(service::make_api_key_secret({}).reveal());
  EXPECT_EQ(ask_by_head("POST", "/v1/charges", "").status, 401);
  for (int i = 0; i < 3; ++i) {
    const auto answer = ask_by_head("POST", "/v1/charges", i == 0 ? "nonsense" : unknown, kLarge,
                                    i == 1 ? "Expect: 100-continue\r\n" : "");
    EXPECT_EQ(answer.status, 401) << i;
    EXPECT_EQ(answer.header("connection"), "close");
    EXPECT_EQ(text_at(answer.body, "id"), answer.header("x-request-id"));
  }
  EXPECT_EQ(ask_by_head("POST", "/v1/charges", unknown).status, 429);
}

TEST_F(HeadCheckRoutesTest, TheRouteAndTheRightAreCheckedByTheHead) {
  const std::string service_key = make_key(directory::Scope::service);
  const std::string user = make_key(directory::Scope::user);
  EXPECT_EQ(ask_by_head("POST", "/v1/nothing", service_key).status, 404);
  EXPECT_EQ(ask_by_head("PUT", "/v1/charges", service_key).status, 405);
  EXPECT_EQ(ask_by_head("POST", "/v1/charges%", service_key).status, 400);
  const auto forbidden = ask_by_head("POST", "/v1/charges", user);
  EXPECT_EQ(forbidden.status, 403);
  EXPECT_EQ(text_at(forbidden.body, "name"), "permission_denied");
  // It was a use of the key, as any other.
  EXPECT_TRUE(forbidden.header("ratelimit").starts_with("\"key\";r=1;")) << forbidden.head;
  EXPECT_EQ(ask_by_head("POST", "/v1/charges", user).status, 403);
  EXPECT_EQ(ask_by_head("POST", "/v1/charges", user).status, 429);
  // What only operators may do is not there, for the body of an operator either.
  EXPECT_EQ(ask_by_head("POST", "/v1/users", make_key(directory::Scope::service)).status, 404);
  EXPECT_EQ(ask_by_head("POST", "/v1/charges", make_key(directory::Scope::admin)).status, 403);
}

TEST_F(HeadCheckRoutesTest, AKeyThatMayIsAskedForTheBodyAndCountsOnce) {
  const std::string user = make_key(directory::Scope::user);
  http::RawClient client(server_->port());
  client.send("PUT /v1/user/default-organization HTTP/1.1\r\nHost: t\r\nAuthorization: " + user +
              "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
              "Content-Length: 2\r\n\r\n");
  const auto go_on = client.read_head();
  ASSERT_TRUE(go_on);
  EXPECT_EQ(go_on->status, 100);
  client.send("{}");
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_TRUE(answer->header("ratelimit").starts_with("\"key\";r=1;")) << answer->head;
}

// What was found at the head does not decide.
TEST_F(HeadCheckRoutesTest, AKeyThatIsRevokedWhileItsBodyComesDoesNothing) {
  const std::string service_key = make_key(directory::Scope::service);
  const OrganizationId organization = add_organization("Acme").id;
  grant(organization, "10");
  http::RawClient client(server_->port());
  const std::string body = R"({"organization":")" + organization.to_string() + R"(","amount":"1"})";
  client.send("POST /v1/charges HTTP/1.1\r\nHost: t\r\nAuthorization: " + service_key +
              "\r\nContent-Type: application/json\r\nIdempotency-Key: a\r\n"
              "Expect: 100-continue\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  const auto go_on = client.read_head();
  ASSERT_TRUE(go_on);
  EXPECT_EQ(go_on->status, 100);
  http::RawClient finder(server_->port());
  const std::string leaked = R"({"secret":")" + service_key + "\"}";
  finder.send(
      "POST /v1/api-keys/revoke-leaked HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(leaked.size()) + "\r\n\r\n" + leaked);
  const auto revoked = finder.read_answer();
  ASSERT_TRUE(revoked);
  EXPECT_EQ(revoked->status, 200) << revoked->body;
  client.send(body);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401) << answer->body;
  const auto balance = service::answer_of<ledger::Balance>(
      [&](auto reply) { store_.read_balance(organization, std::move(reply)); });
  EXPECT_EQ(balance.value().available, Credits::parse("10").value());
}

TEST_F(HeadCheckRoutesTest, AUsersKeySendsNoLargeBodies) {
  const std::string path = "/v1/user/default-organization";
  directory::Scopes both = directory::Scope::user;
  both.add(directory::Scope::service);
  EXPECT_EQ(ask_by_head("PUT", path, make_key(directory::Scope::user), 65'537).status, 413);
  for (const auto& [key, size] :
       {std::pair(make_key(directory::Scope::user), 65'536), std::pair(make_key(both), 65'537)}) {
    http::RawClient client(server_->port());
    client.send("PUT " + path + " HTTP/1.1\r\nHost: t\r\nAuthorization: " + key +
                "\r\nExpect: 100-continue\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
    const auto go_on = client.read_head();
    ASSERT_TRUE(go_on);
    EXPECT_EQ(go_on->status, 100) << size;
  }
}

TEST_F(HeadCheckRoutesTest, WhatNeedsNoKeyReadsLittle) {
  EXPECT_EQ(ask_by_head("POST", "/v1/api-keys/revoke-leaked", "", 4'097).status, 413);
  EXPECT_EQ(ask_by_head("POST", "/healthz", "").status, 405);
  EXPECT_EQ(ask_by_head("GET", "/healthz", "").status, 200);
  http::RawClient client(server_->port());
  const std::string body = R"({"secret":")" + std::string(4'000, 'x') + "\"}";
  client.send(
      "POST /v1/api-keys/revoke-leaked HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  const auto small = client.read_answer();
  ASSERT_TRUE(small);
  EXPECT_NE(small->status, 413);
  const std::string more = R"({"secret":")" + std::string(4'100, 'x') + "\"}";
  client.send(
      "POST /v1/api-keys/revoke-leaked HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
      "Content-Length: " +
      std::to_string(more.size()) + "\r\n\r\n" + more);
  const auto large = client.read_answer();
  ASSERT_TRUE(large);
  EXPECT_EQ(large->status, 413);
}

}  // namespace farthing::api::head_check_routes_test
