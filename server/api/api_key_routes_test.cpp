// SPDX-License-Identifier: Apache-2.0
// API keys as their owner manages them, and secrets that somebody has found.
#include <chrono>
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::api_key_routes_test {

class ApiKeyRoutesTest : public ApiTest {
 protected:
  ApiKeyRoutesTest() : key_(made_.secret.reveal()) {}

  Ask send(std::string_view method, std::string path, std::string body,
           std::string idempotency_key = {}) const {
    return {.method = method,
            .path = std::move(path),
            .key = key_,
            .body = std::move(body),
            .idempotency_key = std::move(idempotency_key)};
  }
  Ask change(std::string body) const { return send("PATCH", path_, std::move(body)); }
  int status_with(const std::string& key) {
    return ask({.path = "/v1/user/account", .key = key}).status;
  }
  Ask leaked(const std::string& secret) const {
    return {.method = "POST",
            .path = "/v1/api-keys/revoke-leaked",
            .body = R"({"secret":")" + secret + R"("})"};
  }

  const UserId user_ = add_user("ada@example.com").id;
  const service::MadeApiKey made_ = add_key(user_);
  const std::string key_;
  const std::string path_ = "/v1/api-keys/" + made_.key.id.to_string();
};

TEST_F(ApiKeyRoutesTest, AnOwnerMakesAndSeesTheirOwn) {
  const std::string made = expect(201, send("POST", "/v1/api-keys", R"({"name":"second"})"));
  EXPECT_EQ(text_at(made, "user"), user_.to_string());
  EXPECT_EQ(status_with(text_at(made, "secret")), 200);
  const std::string listed = expect(200, {.path = "/v1/api-keys", .key = key_});
  EXPECT_EQ(text_at(listed, "api_keys.0.id"), made_.key.id.to_string());
  EXPECT_EQ(text_at(listed, "api_keys.1.id"), text_at(made, "id"));
  EXPECT_FALSE(find_text(listed, "api_keys.2"));
  expect_error(403, "permission_denied", "scopes",
               send("POST", "/v1/api-keys", R"({"scopes":["service"]})"));
  expect_error(403, "permission_denied", "user",
               send("POST", "/v1/api-keys",
                    R"({"user":")" + add_user("eve@example.com").id.to_string() + R"("})"));
}

TEST_F(ApiKeyRoutesTest, AChangeShowsAllThatThereIs) {
  const std::string changed = expect(
      200, {.method = "PATCH",
            .path = path_,
            .key = admin_key(),
            .body = R"({"name":"build","scopes":["user","service"],)"
                    R"("expires_at":"2027-01-01T00:00:00Z","rate_limit":{"requests":5,"per_s":2},)"
                    R"("allowed_networks":["127.0.0.0/8","127.0.0.0/8","2001:db8::1"]})"});
  EXPECT_EQ(changed, R"({"id":")" + made_.key.id.to_string() + R"(","user":")" + user_.to_string() +
                         R"(","name":"build","hint":")" + made_.key.hint +
                         R"(","scopes":["user","service"],)"
                         R"("allowed_networks":["127.0.0.0/8","2001:db8::1/128"],)"
                         R"("rate_limit":{"requests":5,"per_s":2},)"
                         R"("created_at":"2026-11-22T12:00:00.000000Z",)"
                         R"("expires_at":"2027-01-01T00:00:00.000000Z"})");
  EXPECT_EQ(expect(200, get(path_)), changed);
  const std::string again =
      expect(200, {.method = "PATCH",
                   .path = path_,
                   .key = admin_key(),
                   .body = R"({"expires_at":null,"rate_limit":null,"allowed_networks":null})"});
  for (const char* gone : {"expires_at", "rate_limit", "allowed_networks"}) {
    EXPECT_FALSE(find_text(again, gone)) << gone;
  }
  EXPECT_EQ(text_at(again, "name"), "build");
  EXPECT_FALSE(find_text(expect(200, change(R"({"name":null})")), "name"));
}

TEST_F(ApiKeyRoutesTest, AnEmptyListOpensNoKeyToEverywhere) {
  expect(200, change(R"({"allowed_networks":["127.0.0.0/8"]})"));
  expect_error(400, "bad_request", "allowed_networks", change(R"({"allowed_networks":[]})"));
  EXPECT_EQ(text_at(expect(200, get(path_)), "allowed_networks.0"), "127.0.0.0/8");
}

TEST_F(ApiKeyRoutesTest, NullIsAsIfLeftOutOfWhatIsMade) {
  const std::string made =
      expect(201, send("POST", "/v1/api-keys",
                       R"({"name":null,"scopes":null,"expires_at":null,"allowed_networks":null,)"
                       R"("rate_limit":null,"spend_caps":null})"));
  EXPECT_EQ(text_at(made, "scopes.0"), "user");
  for (const char* absent :
       {"name", "expires_at", "allowed_networks", "rate_limit", "spend_caps"}) {
    EXPECT_FALSE(find_text(made, absent)) << absent;
  }
  const std::string rotated = expect(200, send("POST", path_ + "/rotate", R"({"overlap_s":null})"));
  EXPECT_EQ(text_at(rotated, "previous_secret.works_until"), "2026-11-23T12:00:00.000000Z");
  expect_error(
      400, "bad_request", "user",
      {.method = "POST", .path = "/v1/api-keys", .key = admin_key(), .body = R"({"user":null})"});
}

TEST_F(ApiKeyRoutesTest, WrongChangesAreNamed) {
  struct Case {
    std::string field;
    std::string value;
  };
  for (const Case& wrong : {
           Case{"name", "\"\""},
           Case{"scopes", "null"},
           Case{"scopes", "[]"},
           Case{"expires_at", "\"soon\""},
           Case{"expires_at", "\"2026-11-22T12:00:00Z\""},
           Case{"allowed_networks", "[]"},
           Case{"allowed_networks", "\"192.0.2.0/24\""},
           Case{"allowed_networks", "[\"192.0.2.1/24\"]"},
           Case{"allowed_networks", "[7]"},
           Case{"rate_limit", "150"},
           Case{"rate_limit", "{}"},
           Case{"rate_limit", R"({"requests":0,"per_s":10})"},
           Case{"rate_limit", R"({"requests":1,"per_s":86401})"},
           Case{"rate_limit", R"({"requests":1.5,"per_s":10})"},
           Case{"rate_limit", R"({"requests":1,"per_s":10,"burst":3})"},
           Case{"user", "\"x\""},
       }) {
    expect_error(400, "bad_request", wrong.field,
                 change(R"({")" + wrong.field + R"(":)" + wrong.value + "}"));
  }
  std::string networks;
  for (int i = 0; i < 65; ++i)
    networks += (i == 0 ? "\"10.0.0." : ",\"10.0.0.") + std::to_string(i) + "\"";
  expect_error(400, "bad_request", "allowed_networks",
               change(R"({"allowed_networks":[)" + networks + "]}"));
}

TEST_F(ApiKeyRoutesTest, ARotatedKeyHasTwoSecretsForAWhile) {
  const std::string rotated = expect(200, send("POST", path_ + "/rotate", R"({"overlap_s":60})"));
  const std::string secret = text_at(rotated, "secret");
  EXPECT_EQ(text_at(rotated, "id"), made_.key.id.to_string());
  EXPECT_EQ(text_at(rotated, "previous_secret.hint"), made_.key.hint);
  EXPECT_EQ(text_at(rotated, "previous_secret.works_until"), "2026-11-22T12:01:00.000000Z");
  EXPECT_EQ(status_with(secret), 200);
  EXPECT_EQ(status_with(key_), 200);
  EXPECT_FALSE(find_text(expect(200, {.path = path_, .key = secret}), "secret"));
  clock_.advance(std::chrono::seconds(60));
  EXPECT_EQ(status_with(key_), 401);
  EXPECT_EQ(status_with(secret), 200);
}

TEST_F(ApiKeyRoutesTest, ARotationHasADefaultAndBounds) {
  const std::string rotated = expect(200, send("POST", path_ + "/rotate", ""));
  EXPECT_EQ(text_at(rotated, "previous_secret.works_until"), "2026-11-23T12:00:00.000000Z");
  for (const std::string overlap : {"-1", "2592001", "1.5", "\"60\""}) {
    expect_error(400, "bad_request", "overlap_s",
                 send("POST", path_ + "/rotate", R"({"overlap_s":)" + overlap + "}"));
  }
  Ask at_once = send("POST", path_ + "/rotate", R"({"overlap_s":0})");
  expect_error(403, "permission_denied", "api_key", at_once);
  at_once.key = text_at(rotated, "secret");
  EXPECT_FALSE(find_text(expect(200, at_once), "previous_secret"));
  EXPECT_EQ(status_with(key_), 401);
}

TEST_F(ApiKeyRoutesTest, ALostRotationIsRepeated) {
  const Ask rotation = send("POST", path_ + "/rotate", "", "r");
  const std::string lost = text_at(expect(200, rotation), "secret");
  const http::RawAnswer again = ask(rotation);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(status_with(lost), 401);
  EXPECT_EQ(status_with(text_at(again.body, "secret")), 200);
  EXPECT_EQ(status_with(key_), 200);
  // Only the one that it was may be repeated: what another one made would outlive this secret.
  expect_error(403, "permission_denied", "api_key", send("POST", path_ + "/rotate", "", "s"));
  Ask next = send("POST", path_ + "/rotate", "");
  next.key = text_at(again.body, "secret");
  const std::string secret = text_at(expect(200, next), "secret");
  expect_error(
      409, "conflict", "Idempotency-Key",
      {.method = "POST", .path = path_ + "/rotate", .key = secret, .idempotency_key = "r"});
}

TEST_F(ApiKeyRoutesTest, WhoeverHasFoundASecretEndsIt) {
  EXPECT_EQ(expect(200, leaked(key_)), R"({"revoked":true})");
  EXPECT_EQ(status_with(key_), 401);
  for (const std::string& none : {key_, std::string("sk-1"), std::string(),
                                  std::string(service::make_api_key_secret({}).reveal())}) {
    EXPECT_EQ(expect(200, leaked(none)), R"({"revoked":false})");
  }
}

TEST_F(ApiKeyRoutesTest, AReplacedSecretThatIsFoundEndsAlone) {
  const std::string secret = text_at(expect(200, send("POST", path_ + "/rotate", "")), "secret");
  EXPECT_EQ(expect(200, leaked(key_)), R"({"revoked":true})");
  EXPECT_EQ(status_with(key_), 401);
  EXPECT_EQ(status_with(secret), 200);
}

TEST_F(ApiKeyRoutesTest, AFoundSecretGoesIntoTheBodyAndNeedsNoKey) {
  expect_error(400, "bad_request", "secret",
               {.method = "POST", .path = "/v1/api-keys/revoke-leaked", .body = "{}"});
  expect_error(400, "bad_request", "secret",
               {.method = "POST",
                .path = "/v1/api-keys/revoke-leaked?secret=sk-1",
                .body = R"({"secret":"sk-1"})"});
  expect_error(401, "unauthorized", "", {.path = "/v1/api-keys/revoke-leaked"});
  EXPECT_EQ(ask({.path = "/v1/api-keys/revoke-leaked", .key = key_}).status, 405);
}

// Nobody's answers are long, so whoever takes none of them cannot fill the memory with what they
// sent.
TEST_F(ApiKeyRoutesTest, ALongNameInAQueryIsNotSentBack) {
  constexpr std::size_t kMostAnswer = 1'024;
  const std::string name(2'000, 'q');
  for (const std::string& query : {name, name + "&" + name, name + "=1&" + name + "=2"}) {
    const std::string path = "/v1/api-keys/revoke-leaked?" + query;
    const auto answer = ask({.method = "POST", .path = path, .body = R"({"secret":"sk-1"})"});
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body.find("qqqq"), std::string::npos);
    EXPECT_LT(answer.body.size(), kMostAnswer);
  }
}

}  // namespace farthing::api::api_key_routes_test
