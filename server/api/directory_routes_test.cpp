// SPDX-License-Identifier: Apache-2.0
// Users, organizations, members and API keys.
#include <chrono>
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::directory_routes_test {

class DirectoryRoutesTest : public ApiTest {
 protected:
  Ask get(std::string path) const { return {.path = std::move(path), .key = admin_key()}; }
  Ask post(std::string path, std::string body, std::string idempotency_key = {}) const {
    return {.method = "POST",
            .path = std::move(path),
            .key = admin_key(),
            .body = std::move(body),
            .idempotency_key = std::move(idempotency_key)};
  }
  Ask put(std::string path, std::string body) const {
    return {.method = "PUT", .path = std::move(path), .key = admin_key(), .body = std::move(body)};
  }
  std::string make_user(std::string_view email) {
    return text_at(expect(201, post("/v1/users", R"({"email":")" + std::string(email) + R"("})")),
                   "id");
  }
  std::string make_organization(std::string_view name) {
    return text_at(
        expect(201, post("/v1/organizations", R"({"name":")" + std::string(name) + R"("})")), "id");
  }
};

constexpr const char* kNow = "2026-11-22T12:00:00.000000Z";

TEST_F(DirectoryRoutesTest, AUserIsMadeAndRead) {
  const std::string made =
      expect(201, post("/v1/users", R"({"profile_picture":"https://a.example/p","name":"Ada",)"
                                    R"("email":"Ada@example.com"})"));
  const std::string id = text_at(made, "id");
  EXPECT_EQ(made, R"({"id":")" + id +
                      R"(","email":"Ada@example.com","name":"Ada",)"
                      R"("profile_picture":"https://a.example/p","created_at":")" +
                      kNow + R"("})");
  EXPECT_EQ(expect(200, get("/v1/users/" + id)), made);
}

TEST_F(DirectoryRoutesTest, AnEmailBelongsToOneUser) {
  make_user("ada@example.com");
  expect_error(409, "already_exists", "email", post("/v1/users", R"({"email":"ADA@example.com"})"));
}

TEST_F(DirectoryRoutesTest, WrongBodiesAreNamed) {
  expect_error(400, "bad_request", "email", post("/v1/users", "{}"));
  expect_error(400, "bad_request", "email", post("/v1/users", R"({"email":"nobody"})"));
  expect_error(400, "bad_request", "mail", post("/v1/users", R"({"mail":"a@b"})"));
  expect_error(400, "bad_request", "name", post("/v1/users", R"({"email":"a@b","name":""})"));
  expect_error(400, "bad_request", "profile_picture",
               post("/v1/users", R"({"email":"a@b","profile_picture":"p.png"})"));
  expect_error(400, "bad_request", "", post("/v1/users", "[]"));
  expect_error(400, "bad_request", "", post("/v1/users", "{"));
  expect_error(400, "bad_request", "", post("/v1/users", R"({"email":"a@b","email":"c@d"})"));
  expect_error(400, "bad_request", "x", post("/v1/users?x=1", R"({"email":"a@b"})"));
  Ask nothing = post("/v1/users", "");
  nothing.headers = {"Content-Type: application/json", "Content-Length: 0"};
  expect_error(400, "bad_request", "", nothing);
}

TEST_F(DirectoryRoutesTest, BodiesAreJson) {
  for (const std::string type : {"text/plain", "application/x-www-form-urlencoded", "",
                                 "application/json2", "application/problem+json"}) {
    Ask request = post("/v1/users", R"({"email":"a@b"})");
    request.headers = {"Content-Type: " + type};
    expect_error(415, "unsupported_media_type", "", request);
  }
  Ask request = post("/v1/users", R"({"email":"a@b"})");
  request.headers = {"Content-Type: Application/JSON ; charset=utf-8"};
  expect(201, request);
}

TEST_F(DirectoryRoutesTest, BodiesAreUncompressed) {
  Ask request = post("/v1/users", R"({"email":"a@b"})");
  for (const std::vector<std::string>& headers :
       {std::vector<std::string>{"Content-Encoding: gzip"},
        {"content-encoding: GZIP"},
        {"Content-Encoding: br"},
        {"Content-Encoding: identity, gzip"},
        {"Content-Encoding: identity", "Content-Encoding: gzip"}}) {
    request.headers = headers;
    const http::RawAnswer answer = ask(request);
    EXPECT_EQ(answer.status, 415) << headers.back();
    EXPECT_EQ(answer.header("accept-encoding"), "identity");
    EXPECT_EQ(text_at(answer.body, "message"),
              "Bodies are taken uncompressed only. Send the body as it is, without "
              "Content-Encoding.");
  }
  // Whoever sends another type is not told to change the coding.
  request.headers = {"Content-Type: text/plain"};
  EXPECT_EQ(ask(request).header("accept-encoding"), "");
  request.headers = {"Content-Encoding: Identity"};
  expect(201, request);
  expect(200, {.path = "/v1/users", .key = admin_key(), .headers = {"Content-Encoding: gzip"}});
}

TEST_F(DirectoryRoutesTest, AByteOrderMarkBeforeABodyIsPassedOver) {
  const std::string mark = "\xef\xbb\xbf";
  expect(201, post("/v1/users", mark + R"({"email":"a@b"})", "marked"));
  expect(201, post("/v1/users", R"({"email":"a@b"})", "marked"));
  EXPECT_EQ(expect_error(400, "bad_request", "", post("/v1/users", mark)),
            "The body is missing: send a JSON object.");
  expect_error(400, "bad_request", "", post("/v1/users", mark + mark + R"({"email":"c@d"})"));
  expect_error(400, "bad_request", "", post("/v1/users", R"({"email":"c@d"})" + mark));
}

TEST_F(DirectoryRoutesTest, ARefusedPictureIsToldItsForm) {
  for (const std::string picture : {"p.png", "//a.example/p", "https://a.example/\xc3\xbc"}) {
    EXPECT_EQ(expect_error(
                  400, "bad_request", "profile_picture",
                  post("/v1/users", R"({"email":"a@b","profile_picture":")" + picture + R"("})")),
              "profile_picture must be an absolute URI of at most 2048 printable ASCII characters, "
              "such as https://example.com/picture.png.");
  }
}

TEST_F(DirectoryRoutesTest, ARepeatedPostGetsTheFirstAnswer) {
  const http::RawAnswer first = ask(post("/v1/users", R"({"email":"a@b"})", "key 1"));
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(first.header("idempotency-replayed"), "");
  const http::RawAnswer again = ask(post("/v1/users", R"({ "email" : "a@b" })", "key 1"));
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(again.body, first.body);
  expect_error(409, "idempotency_key_reused", "", post("/v1/users", R"({"email":"c@d"})", "key 1"));
}

TEST_F(DirectoryRoutesTest, IdempotencyKeysHaveAForm) {
  expect(201, post("/v1/users", R"({"email":"a@b"})", std::string(255, '~')));
  expect_error(400, "bad_request", "Idempotency-Key",
               post("/v1/users", R"({"email":"c@d"})", std::string(256, 'x')));
  expect_error(400, "bad_request", "Idempotency-Key", post("/v1/users", R"({"email":"c@d"})", "ü"));
  Ask twice = post("/v1/users", R"({"email":"c@d"})", "a");
  twice.headers = {"Idempotency-Key: b"};
  expect_error(400, "bad_request", "Idempotency-Key", twice);
  Ask empty = post("/v1/users", R"({"email":"c@d"})");
  empty.headers = {"Idempotency-Key:"};
  expect_error(400, "bad_request", "Idempotency-Key", empty);
}

TEST_F(DirectoryRoutesTest, WhatIsNotThereIs404) {
  const std::string user = UserId::make(kStart).to_string();
  for (const std::string& path :
       {"/v1/users/" + user, std::string("/v1/users/nonsense"),
        "/v1/organizations/" + OrganizationId::make(kStart).to_string(),
        "/v1/organizations/" + user, "/v1/api-keys/" + ApiKeyId::make(kStart).to_string(),
        std::string("/v1/users/%00"), std::string("/v1/users/%FF")}) {
    const int status = ask(get(path)).status;
    EXPECT_EQ(status, path.ends_with("%00") ? 400 : 404) << path;
  }
}

TEST_F(DirectoryRoutesTest, ListsAreReadInPages) {
  for (int i = 0; i < 5; ++i) make_organization("O" + std::to_string(i));
  std::string names;
  std::string cursor;
  int pages = 0;
  do {
    const std::string page = expect(200, get("/v1/organizations?limit=2" + cursor));
    for (const char* at : {"organizations.0.name", "organizations.1.name"}) {
      names += text_at(page, at);
    }
    const std::string next = text_at(page, "next");
    cursor = next == "null" ? "" : "&cursor=" + next;
    ++pages;
  } while (!cursor.empty());
  EXPECT_EQ(names, "O0O1O2O3O4");
  EXPECT_EQ(pages, 3);
}

TEST_F(DirectoryRoutesTest, PagesHaveAForm) {
  EXPECT_EQ(expect(200, get("/v1/organizations")), R"({"organizations":[],"next":null})");
  for (const std::string limit : {"0", "-1", "1001", "x", "", "1.0", "99999999999999999999"}) {
    expect_error(400, "bad_request", "limit", get("/v1/users?limit=" + limit));
  }
  make_user("a@b");
  const std::string next = text_at(expect(200, get("/v1/users?limit=1")), "next");
  expect(200, get("/v1/users?cursor=" + next));
  expect_error(400, "bad_request", "cursor", get("/v1/organizations?cursor=" + next));
  expect_error(400, "bad_request", "cursor", get("/v1/users?cursor="));
  expect_error(400, "bad_request", "limit", get("/v1/users?limit=1&limit=2"));
  expect_error(400, "bad_request", "offset", get("/v1/users?offset=1"));
  expect_error(400, "bad_request", "", get("/v1/users?limit=%q"));
  expect_error(400, "bad_request", "", get("/v1/users?=1"));
}

TEST_F(DirectoryRoutesTest, MembersJoinAndChangeTheirRole) {
  const std::string organization = make_organization("Acme");
  const std::string user = make_user("ada@example.com");
  const std::string member = "/v1/organizations/" + organization + "/members/" + user;
  EXPECT_EQ(expect(200, put(member, R"({"role":"MEMBER"})")),
            R"({"organization":")" + organization + R"(","user":")" + user +
                R"(","role":"MEMBER","is_default":true})");
  expect(200, put(member, R"({"role":"OWNER"})"));
  EXPECT_EQ(expect(200, get("/v1/organizations/" + organization + "/members")),
            R"({"members":[{"user":")" + user +
                R"(","email":"ada@example.com","role":"OWNER","is_default":true}],"next":null})");
  EXPECT_EQ(text_at(expect(200, get("/v1/users/" + user)), "default_organization"), organization);
  expect_error(400, "bad_request", "role", put(member, R"({"role":"owner"})"));
  EXPECT_EQ(
      ask(put("/v1/organizations/" + organization + "/members/" + UserId::make(kStart).to_string(),
              R"({"role":"OWNER"})"))
          .status,
      404);
}

TEST_F(DirectoryRoutesTest, TheDefaultOrganizationIsOneOfTheUsers) {
  const std::string first = make_organization("First");
  const std::string second = make_organization("Second");
  const std::string user = make_user("ada@example.com");
  const std::string path = "/v1/users/" + user + "/default-organization";
  const auto chosen = [](const std::string& id) { return R"({"organization":")" + id + R"("})"; };
  expect(200, put("/v1/organizations/" + first + "/members/" + user, R"({"role":"MEMBER"})"));
  expect_error(409, "conflict", "organization", put(path, chosen(second)));
  expect(200, put("/v1/organizations/" + second + "/members/" + user, R"({"role":"MEMBER"})"));
  EXPECT_EQ(text_at(expect(200, put(path, chosen(second))), "default_organization"), second);
  expect_error(400, "bad_request", "organization", put(path, chosen("org-1")));
  expect_error(400, "bad_request", "organization", put(path, R"({"organization":null})"));
}

TEST_F(DirectoryRoutesTest, AKeyIsMadeUsedAndRevoked) {
  const std::string user = make_user("ada@example.com");
  const std::string made =
      expect(201, post("/v1/api-keys", R"({"user":")" + user +
                                           R"(","name":"laptop","scopes":["service","user"],)"
                                           R"("expires_at":"2027-01-01T00:00:00+01:00"})"));
  const std::string id = text_at(made, "id");
  const std::string secret = text_at(made, "secret");
  EXPECT_TRUE(service::is_api_key_secret(secret));
  const std::string shown = R"({"id":")" + id + R"(","user":")" + user +
                            R"(","name":"laptop","hint":")" + secret.substr(0, 7) + "..." +
                            secret.substr(47) + R"(","scopes":["user","service"],"created_at":")" +
                            kNow + R"(","expires_at":"2026-12-31T23:00:00.000000Z")";
  EXPECT_EQ(made, shown + R"(,"secret":")" + secret + R"("})");
  EXPECT_EQ(expect(200, get("/v1/api-keys/" + id)), shown + "}");
  EXPECT_EQ(expect(200, get("/v1/api-keys?user=" + user)),
            R"({"api_keys":[)" + shown + R"(}],"next":null})");

  const Ask account = {.path = "/v1/user/account", .key = secret};
  expect(200, account);
  const std::string revoked = shown + R"(,"revoked_at":")" + kNow + R"("})";
  EXPECT_EQ(expect(200, post("/v1/api-keys/" + id + "/revoke", "")), revoked);
  expect_error(401, "unauthorized", "", account);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(expect(200, post("/v1/api-keys/" + id + "/revoke", "{}")), revoked);
  expect_error(400, "bad_request", "why",
               post("/v1/api-keys/" + id + "/revoke", R"({"why":"lost"})"));
}

TEST_F(DirectoryRoutesTest, AKeyHasScopeUserUnlessToldOtherwise) {
  const std::string user = make_user("ada@example.com");
  const std::string made = expect(201, post("/v1/api-keys", R"({"user":")" + user + R"("})"));
  EXPECT_EQ(text_at(made, "scopes"), R"(["user"])");
  EXPECT_FALSE(find_text(made, "name"));
  EXPECT_FALSE(find_text(made, "expires_at"));
}

TEST_F(DirectoryRoutesTest, WrongKeysAreNamed) {
  const std::string user = make_user("ada@example.com");
  const auto with = [&](std::string members) {
    return post("/v1/api-keys", R"({"user":")" + user + R"(",)" + members + "}");
  };
  expect_error(400, "bad_request", "user", post("/v1/api-keys", "{}"));
  expect_error(400, "bad_request", "user", post("/v1/api-keys", R"({"user":"user-1"})"));
  expect_error(404, "not_found", "user",
               post("/v1/api-keys", R"({"user":")" + UserId::make(kStart).to_string() + R"("})"));
  for (const std::string scopes : {"[]", "\"user\"", "[\"root\"]", "[1]", "{}"}) {
    expect_error(400, "bad_request", "scopes", with(R"("scopes":)" + scopes));
  }
  expect_error(400, "bad_request", "expires_at", with(R"("expires_at":"2026-11-22T12:00:00Z")"));
  expect_error(400, "bad_request", "expires_at", with(R"("expires_at":"soon")"));
  expect_error(400, "bad_request", "user", get("/v1/api-keys?user=ada"));
}

}  // namespace farthing::api::directory_routes_test
