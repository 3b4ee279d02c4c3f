// SPDX-License-Identifier: Apache-2.0
// How often one may ask, and what an answer says of it.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::rate_limit_routes_test {

// Few requests in so long a time that none of it passes while the test runs.
constexpr directory::RateLimit kThree{.requests = 3, .per_s = 3'600};

class RateLimitRoutesTest : public service::StoreTest {
 protected:
  RateLimitRoutesTest() {
    http::ServerOptions options;
    options.listen = {{.address = "127.0.0.1", .port = 0}};
    server_ = http::Server::start(options, api_).value();
    client_.emplace(server_->port());
  }
  ~RateLimitRoutesTest() override { server_->stop(); }

  http::RawAnswer get(const std::string& path, const std::string& key) {
    return send("GET " + path + " HTTP/1.1\r\nHost: t\r\n" +
                (key.empty() ? "" : "Authorization: " + key + "\r\n") + "\r\n");
  }
  http::RawAnswer post(const std::string& path, const std::string& key, const std::string& body) {
    return send("POST " + path + " HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n" +
                (key.empty() ? "" : "Authorization: " + key + "\r\n") +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  http::RawAnswer ask_as_proxy(const std::string& service, const std::string& key) {
    return send("GET /authorize HTTP/1.1\r\nHost: t\r\nAuthorization: " + service +
                "\r\nFarthing-Caller-Authorization: " + key + "\r\n\r\n");
  }
  std::string key_with(directory::Scope scope) {
    return std::string(add_key(user_, scope).secret.reveal());
  }

  service::Services services_{
      store_, SigningKey::make(), {.user_keys = kThree, .failures = kThree}, {}, {}};
  Api api_{services_};
  const UserId user_ = add_user("ada@example.com").id;

 private:
  http::RawAnswer send(const std::string& request) {
    client_->send(request);
    return client_->read_answer().value_or(http::RawAnswer{});
  }

  std::unique_ptr<http::Server> server_;
  std::optional<http::RawClient> client_;
};

TEST_F(RateLimitRoutesTest, EveryAnswerSaysWhatIsLeft) {
  const std::string key = key_with(directory::Scope::user);
  const OrganizationId organization = add_organization("Acme").id;
  join(user_, organization);
  int left = 2;
  for (const char* path : {"/v1/user/account", "/v1/user/balance", "/v1/nowhere"}) {
    const http::RawAnswer answer = get(path, key);
    EXPECT_NE(answer.status, 429);
    EXPECT_EQ(answer.header("ratelimit-policy"), "\"key\";q=3;w=3600");
    EXPECT_TRUE(
        answer.header("ratelimit").starts_with("\"key\";r=" + std::to_string(left--) + ";t="))
        << answer.head;
  }
}

TEST_F(RateLimitRoutesTest, BeyondItIs429InTheFormOfEachVersion) {
  const std::string key = key_with(directory::Scope::user);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get("/v1/user/account", key).status, 200);
  for (const std::string version : {"/v1alpha", "/v1beta", "/v1"}) {
    const http::RawAnswer refused = get(version + "/user/account", key);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(text_at(refused.body, "name"), "rate_limit_exceeded");
    EXPECT_EQ(text_at(refused.body, "id"), refused.header("x-request-id"));
    const int wait = std::stoi("0" + refused.header("retry-after"));
    EXPECT_GT(wait, 1'000);
    EXPECT_LE(wait, 1'200);
    EXPECT_EQ(refused.header("ratelimit"), "\"key\";r=0;t=" + refused.header("retry-after"));
    const bool is_alpha = version == "/v1alpha";
    EXPECT_EQ(refused.header("content-type"),
              is_alpha ? "application/vnd.goa.error" : "application/json");
    EXPECT_EQ(text_at(refused.body, is_alpha ? "temporary" : "retry_after_s"),
              is_alpha ? "true" : refused.header("retry-after"));
  }
  EXPECT_EQ(get("/v1/user/account", key_with(directory::Scope::user)).status, 200) << "another key";
}

TEST_F(RateLimitRoutesTest, KeysForMoreThanUsersAreNotLimited) {
  const std::string admin = key_with(directory::Scope::admin);
  for (int i = 0; i < 10; ++i) {
    const http::RawAnswer answer = get("/v1/user/account", admin);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("ratelimit"), "");
  }
}

TEST_F(RateLimitRoutesTest, WhatServicesAskDoesNotCountUnderTheDefault) {
  const std::string key = key_with(directory::Scope::user);
  const std::string service_key = key_with(directory::Scope::service);
  join(user_, add_organization("Acme").id);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(
        text_at(post("/v1/api-keys/verify", service_key, R"({"api_key":")" + key + R"("})").body,
                "valid"),
        "true");
    EXPECT_EQ(ask_as_proxy(service_key, key).status, 204);
  }
  EXPECT_EQ(get("/v1/user/account", key).header("ratelimit").substr(0, 9), "\"key\";r=2");
}

TEST_F(RateLimitRoutesTest, WhatServicesAskCountsUnderAKeysOwnLimit) {
  const auto limited = service::answer_of<service::MadeApiKey>([&](auto reply) {
    registry_.create_api_key({}, {.user = user_, .rate_limit = kThree}, std::move(reply));
  });
  ASSERT_TRUE(limited);
  const std::string key(limited->secret.reveal());
  const std::string service_key = key_with(directory::Scope::service);
  join(user_, add_organization("Acme").id);
  const std::string question = R"({"api_key":")" + key + R"("})";
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(text_at(post("/v1/api-keys/verify", service_key, question).body, "valid"), "true");
  }
  const http::RawAnswer verdict = post("/v1/api-keys/verify", service_key, question);
  EXPECT_EQ(verdict.status, 200);
  EXPECT_EQ(text_at(verdict.body, "status"), "429");
  EXPECT_EQ(text_at(verdict.body, "error.name"), "rate_limit_exceeded");
  EXPECT_NE(text_at(verdict.body, "error.retry_after_s"), "");
  EXPECT_EQ(verdict.header("retry-after"), "") << "the service itself may go on";
  const http::RawAnswer refused = ask_as_proxy(service_key, key);
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.header("farthing-status"), "429");
  EXPECT_EQ(get("/v1/user/account", key).status, 429);
}

TEST_F(RateLimitRoutesTest, TooManyWrongKeysAreToldSoAndRightOnesGoOn) {
  const std::string key = key_with(directory::Scope::admin);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get("/v1/user/account", "sk-wrong").status, 401);
  const http::RawAnswer refused = get("/v1/user/account", "sk-wrong");
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.header("retry-after"), "");
  EXPECT_EQ(get("/v1/user/account", std::string(service::make_api_key_secret({}).reveal())).status,
            429);
  EXPECT_EQ(get("/v1/user/account", "").status, 401) << "no key is no wrong key";
  EXPECT_EQ(get("/v1/user/account", key).status, 200);
  EXPECT_EQ(get("/healthz", "").status, 200);
}

TEST_F(RateLimitRoutesTest, WhoIsTurnedAwayIsCountedByAddress) {
  using Lines = std::vector<std::string>;
  const std::string service_key = key_with(directory::Scope::service);
  const std::string user = key_with(directory::Scope::user);
  for (int i = 0; i < 5; ++i) (void)get("/v1/user/account", "sk-wrong");
  (void)get("/v1/user/account", std::string(service::make_api_key_secret({}).reveal()));
  (void)post("/v1/api-keys/revoke-leaked", "", R"({"secret":"sk-1"})");
  EXPECT_EQ(services_.admission.refusals().take_lines(),
            Lines{"requests were refused client=127.0.0.1 wrong_keys=7"});

  for (int i = 0; i < 5; ++i) (void)get("/v1/user/account", user);
  const std::string key =
      text_at(get("/v1/api-keys", key_with(directory::Scope::admin)).body, "api_keys.1.id");
  EXPECT_EQ(services_.admission.refusals().take_lines(),
            Lines{"requests were refused client=127.0.0.1 rate_limits=2 last_key=" + key});

  // Of what a service presents, where its caller is, if it says so.
  (void)post("/v1/api-keys/verify", service_key, R"({"api_key":"sk-1","address":"2001:db8::1"})");
  (void)post("/v1/api-keys/verify", service_key,
             R"({"api_key":")" + std::string(service::make_api_key_secret({}).reveal()) + R"("})");
  (void)ask_as_proxy(service_key, "sk-1");
  EXPECT_EQ(services_.admission.refusals().take_lines(),
            (Lines{"requests were refused client=unknown wrong_keys=2",
                   "requests were refused client=2001:db8::/64 wrong_keys=1"}));
  // Without a key nobody has tried one.
  (void)get("/v1/user/account", "");
  EXPECT_EQ(services_.admission.refusals().take_lines(), Lines{});
}

TEST_F(RateLimitRoutesTest, AKeyInTheWrongNetworkIsCounted) {
  const auto bound = service::answer_of<service::MadeApiKey>([&](auto reply) {
    registry_.create_api_key(
        {}, {.user = user_, .allowed_networks = {*IpNetwork::parse("192.0.2.0/24")}},
        std::move(reply));
  });
  ASSERT_TRUE(bound);
  EXPECT_EQ(get("/v1/user/account", std::string(bound->secret.reveal())).status, 403);
  EXPECT_EQ(
      services_.admission.refusals().take_lines(),
      std::vector<std::string>{"requests were refused client=127.0.0.1 wrong_networks=1 last_key=" +
                               bound->key.id.to_string()});
}

TEST_F(RateLimitRoutesTest, WhatIsNoLeakedSecretCountsAsAWrongKey) {
  const std::string path = "/v1/api-keys/revoke-leaked";
  const std::string wrong = R"({"secret":"sk-1"})";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(path, "", wrong).status, 200);
  EXPECT_EQ(post(path, "", wrong).status, 429);
  EXPECT_EQ(get("/v1/user/account", "sk-wrong").status, 429);
  const std::string key = key_with(directory::Scope::user);
  EXPECT_EQ(post(path, "", R"({"secret":")" + key + R"("})").body, R"({"revoked":true})");
}

TEST_F(RateLimitRoutesTest, AKeyShowsWhenItWasLastUsed) {
  const std::string admin = key_with(directory::Scope::admin);
  const service::MadeApiKey made = add_key(user_);
  const std::string path = "/v1/api-keys/" + made.key.id.to_string();
  EXPECT_FALSE(find_text(get(path, admin).body, "last_used_at"));
  EXPECT_EQ(get("/v1/user/account", std::string(made.secret.reveal())).status, 200);
  const std::string used = text_at(get(path, admin).body, "last_used_at");
  const auto at = Instant::parse(used);
  ASSERT_TRUE(at) << used;
  EXPECT_LE(*at, service::coarse_wall_now());
  EXPECT_GT(*at, service::coarse_wall_now().plus(-std::chrono::minutes(5)));
}

}  // namespace farthing::api::rate_limit_routes_test
