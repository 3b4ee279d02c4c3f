// SPDX-License-Identifier: Apache-2.0
// How much one user may change and have, what is never hindered, and that somebody can always act
// as an admin.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::user_limits_routes_test {

// Few acts in so long a time that none of it passes while the test runs.
constexpr service::UserLimits kThree{.acts = directory::RateLimit{.requests = 3, .per_s = 3'600},
                                     .live_keys = 4};

class UserLimitsRoutesTest : public service::StoreTest {
 protected:
  UserLimitsRoutesTest() {
    services_.tell_operator = [this](const std::string& what) { told_ += what + "\n"; };
    http::ServerOptions options;
    options.listen = {{.address = "127.0.0.1", .port = 0}};
    server_ = http::Server::start(options, api_).value();
    client_.emplace(server_->port());
    join(ada_, acme_, directory::Role::OWNER);
    join(ada_, other_);
  }
  ~UserLimitsRoutesTest() override { server_->stop(); }

  http::RawAnswer send(const std::string& key, const std::string& method, const std::string& path,
                       const std::string& body = {}) {
    std::string request = method + " " + path + " HTTP/1.1\r\nHost: t\r\n";
    if (!key.empty()) request += "Authorization: " + key + "\r\n";
    if (!body.empty()) request += "Content-Type: application/json\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    client_->send(request);
    return client_->read_answer().value_or(http::RawAnswer{});
  }
  std::string name_of(const http::RawAnswer& answer) {
    return std::to_string(answer.status) + " " + text_at(answer.body, "name");
  }
  http::RawAnswer choose(const std::string& key, OrganizationId organization) {
    return send(key, "PUT", "/v1/user/default-organization",
                R"({"organization":")" + organization.to_string() + R"("})");
  }
  std::string new_key(UserId user, directory::Scopes scopes = directory::Scope::user) {
    return std::string(add_key(user, scopes).secret.reveal());
  }
  static std::string path_of(const service::MadeApiKey& key) {
    return "/v1/api-keys/" + key.key.id.to_string();
  }

  service::Services services_{store_, SigningKey::make(), service::RateLimits::none(), kThree, {}};
  Api api_{services_};
  const UserId ada_ = add_user("ada@example.com").id;
  const UserId grace_ = add_user("grace@example.com").id;
  const OrganizationId acme_ = add_organization("Acme").id;
  const OrganizationId other_ = add_organization("Other").id;
  std::string told_;

 private:
  std::unique_ptr<http::Server> server_;
  std::optional<http::RawClient> client_;
};

TEST_F(UserLimitsRoutesTest, TheActsOfAllKeysOfAUserCountTogether) {
  const std::string first = new_key(ada_);
  const std::string second = new_key(ada_);
  EXPECT_EQ(choose(first, other_).status, 200);
  EXPECT_EQ(choose(second, acme_).status, 200);
  EXPECT_EQ(send(first, "POST", "/v1/api-keys", "{").status, 400) << "what is wrong counts too";
  const http::RawAnswer refused = choose(second, other_);
  EXPECT_EQ(name_of(refused), "429 rate_limit_exceeded");
  const int wait = std::stoi("0" + refused.header("retry-after"));
  EXPECT_GT(wait, 1'000);
  EXPECT_LE(wait, 1'200);
  EXPECT_EQ(refused.header("ratelimit-policy"), "\"acts\";q=3;w=3600");
  EXPECT_EQ(refused.header("ratelimit"), "\"acts\";r=0;t=" + refused.header("retry-after"));
  EXPECT_EQ(send(first, "GET", "/v1/user/account").status, 200) << "reading is no act";
  EXPECT_EQ(send(first, "POST", "/v1/organizations", R"({"name":"x"})").status, 403)
      << "what one may not do is no act";
  const std::string graces = new_key(grace_);
  EXPECT_EQ(name_of(send(graces, "POST", "/v1/api-keys", R"({"name":"x"})")), "201 x");
}

TEST_F(UserLimitsRoutesTest, WhatOnlyTakesAwayIsNeverHindered) {
  const std::string key = new_key(ada_);
  join(grace_, acme_);
  const service::MadeApiKey leaked = add_key(ada_);
  for (int i = 0; i < 4; ++i) choose(key, i % 2 == 0 ? other_ : acme_);
  EXPECT_EQ(name_of(send(key, "POST", path_of(leaked) + "/rotate")), "429 rate_limit_exceeded");
  EXPECT_EQ(send(key, "POST", path_of(leaked) + "/revoke").status, 200);
  EXPECT_EQ(send(key, "DELETE",
                 "/v1/organizations/" + acme_.to_string() + "/members/" + grace_.to_string())
                .status,
            200);
}

TEST_F(UserLimitsRoutesTest, AnAdminIsNotBound) {
  const std::string admin = new_key(ada_, directory::Scope::admin);
  const std::string body = R"({"user":")" + grace_.to_string() + R"("})";
  for (int i = 0; i < 8; ++i) EXPECT_EQ(send(admin, "POST", "/v1/api-keys", body).status, 201);
}

TEST_F(UserLimitsRoutesTest, AUserHasSoManyLiveKeysAndNoMore) {
  const std::string key = new_key(ada_);
  const service::MadeApiKey second = add_key(ada_);
  add_key(ada_);
  EXPECT_EQ(send(key, "POST", "/v1/api-keys", "{}").status, 201);
  EXPECT_EQ(name_of(send(key, "POST", "/v1/api-keys", "{}")), "409 too_many_api_keys");
  EXPECT_EQ(send(key, "POST", path_of(second) + "/revoke").status, 200);
  EXPECT_EQ(send(key, "POST", "/v1/api-keys", "{}").status, 201);
}

TEST_F(UserLimitsRoutesTest, TheLastAdminKeyIsEndedByItsSecretOnly) {
  const service::MadeApiKey made = add_key(ada_, directory::Scope::admin);
  const std::string admin(made.secret.reveal());
  EXPECT_EQ(name_of(send(admin, "POST", path_of(made) + "/revoke")), "409 last_admin");
  EXPECT_EQ(name_of(send(admin, "PATCH", path_of(made), R"({"scopes":["user"]})")),
            "409 last_admin");
  EXPECT_EQ(send(admin, "PATCH", path_of(made), R"({"name":"kept"})").status, 200);
  EXPECT_EQ(send(admin, "GET", "/v1/users").status, 200);

  const std::string other = new_key(grace_, directory::Scope::admin);
  const auto end = [&](const std::string& secret) {
    return send("", "POST", "/v1/api-keys/revoke-leaked", R"({"secret":")" + secret + R"("})").body;
  };
  EXPECT_EQ(end(other), R"({"revoked":true})");
  EXPECT_EQ(told_, "");
  const std::string last = end(admin);
  EXPECT_EQ(text_at(last, "revoked"), "true");
  EXPECT_NE(text_at(last, "message").find("`farthing store admin-key`"), std::string::npos) << last;
  EXPECT_NE(told_.find(made.key.id.to_string()), std::string::npos);
  EXPECT_NE(told_.find("`farthing store admin-key`"), std::string::npos) << told_;
  EXPECT_EQ(send(admin, "GET", "/v1/users").status, 401);
}

TEST_F(UserLimitsRoutesTest, ALostDefaultMustBeChosen) {
  const std::string key = new_key(ada_);
  const std::string service_key = new_key(grace_, directory::Scope::service);
  join(grace_, acme_, directory::Role::OWNER);
  const std::string member =
      "/v1/organizations/" + acme_.to_string() + "/members/" + ada_.to_string();
  EXPECT_EQ(send(key, "DELETE", member).status, 200);
  EXPECT_EQ(text_at(send(key, "GET", "/v1/user/account").body, "organizations.0.is_default"),
            "false");
  for (const std::string version : {"/v1alpha", "/v1beta", "/v1"}) {
    const http::RawAnswer refused = send(key, "GET", version + "/user/balance");
    EXPECT_EQ(name_of(refused), "403 permission_denied");
    EXPECT_NE(text_at(refused.body, "message").find("PUT /v1/user/default-organization"),
              std::string::npos);
  }
  const std::string question = R"({"api_key":")" + key + R"("})";
  const http::RawAnswer verdict = send(service_key, "POST", "/v1/api-keys/verify", question);
  EXPECT_EQ(text_at(verdict.body, "status"), "403");
  EXPECT_EQ(text_at(verdict.body, "error.name"), "permission_denied");
  EXPECT_EQ(choose(key, other_).status, 200);
  EXPECT_EQ(send(key, "GET", "/v1/user/balance").status, 200);
  EXPECT_EQ(text_at(send(service_key, "POST", "/v1/api-keys/verify", question).body, "valid"),
            "true");
}

}  // namespace farthing::api::user_limits_routes_test
