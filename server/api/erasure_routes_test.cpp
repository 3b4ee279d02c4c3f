// SPDX-License-Identifier: Apache-2.0
// Erasing a person over the API.
#include <string>

#include "base/bytes.hpp"
#include "base/digest.hpp"
#include "server/testing/api_fixture.hpp"

namespace farthing::api::erasure_routes_test {

class ErasureTest : public LedgerApiTest {
 protected:
  Ask put(const std::string& path, std::string idempotency_key = {}) const {
    return post(path, "", std::move(idempotency_key));
  }
  static std::string nothing_known(const std::string& body) {
    return text_at(body, "email") + " " + find_text(body, "name").value_or("-") + " " +
           find_text(body, "profile_picture").value_or("-");
  }

  const std::string made_ = expect(
      201, post("/v1/users",
                R"({"email":"ada@example.com","name":"Ada","profile_picture":"https://a.b/c"})",
                "make"));
  const std::string ada_ = text_at(made_, "id");
  const std::string path_ = "/v1/users/" + ada_;
  const std::string adas_ =
      text_at(expect(201, post("/v1/api-keys", R"({"user":")" + ada_ + R"("})", "")), "secret");
};

TEST_F(ErasureTest, AnErasedUserIsShownWithoutThePerson) {
  const std::string member = "/v1/organizations/" + organization_ + "/members/" + ada_;
  expect(200, {.method = "PUT", .path = member, .key = admin_key(), .body = R"({"role":"OWNER"})"});
  const std::string erased = expect(200, put(path_ + "/erase"));
  EXPECT_EQ(nothing_known(erased), "null - -");
  EXPECT_EQ(text_at(erased, "erased_at"), "2026-11-22T12:00:00.000000Z");
  EXPECT_EQ(text_at(erased, "disabled_at"), text_at(erased, "erased_at"));
  EXPECT_EQ(expect(200, get(path_)), erased);
  EXPECT_EQ(expect(200, put(path_ + "/erase")), erased);
  const std::string members = expect(200, get("/v1/organizations/" + organization_ + "/members"));
  EXPECT_EQ(text_at(members, "members.0.email"), "null");
  for (const char* version : {"v1alpha", "v1beta", "v1"}) {
    const auto refused = ask({.path = "/" + std::string(version) + "/user/account", .key = adas_});
    EXPECT_TRUE(refused.status == 401 || refused.status == 403) << refused.status;
  }
  EXPECT_EQ(expect(200, get("/v1/users")).find("ada@example.com"), std::string::npos);
}

TEST_F(ErasureTest, WhatIsRefusedToAnErasedUser) {
  expect(200, put(path_ + "/erase"));
  expect_error(409, "conflict", "user", put(path_ + "/enable"));
  expect_error(409, "conflict", "user", post("/v1/api-keys", R"({"user":")" + ada_ + R"("})", ""));
  expect_error(
      409, "conflict", "user",
      post("/v1/organizations/" + organization_ + "/members", R"({"user":")" + ada_ + R"("})", ""));
  expect_error(409, "conflict", "Idempotency-Key",
               post("/v1/users", R"({"email":"ada@example.com"})", "make"));
  expect(201, post("/v1/users", R"({"email":"ada@example.com"})", ""));
}

TEST_F(ErasureTest, WhoMayNotErase) {
  expect_error(403, "permission_denied", "",
               {.method = "POST", .path = path_ + "/erase", .key = adas_});
  const std::string own = text_at(expect(200, get("/v1/user/account")), "id");
  expect_error(409, "conflict", "", put("/v1/users/" + own + "/erase"));
  expect_error(409, "conflict", "", put("/v1/users/" + UserId().to_string() + "/erase"));
  EXPECT_EQ(expect_error(404, "not_found", "",
                         put("/v1/users/" + UserId::make(kStart).to_string() + "/erase")),
            "There is no such user.");
}

// All that is hashed is shown, before and after: docs/reference/formats.md.
TEST_F(ErasureTest, TheAuditLogHasDigestsWithSaltAndKeepsThem) {
  const std::string query = "/v1/audit-log?kind=user.create&target=" + ada_;
  const std::string before = expect(200, get(query));
  EXPECT_EQ(text_at(before, "acts.0.version"), "2");
  EXPECT_EQ(text_at(before, "acts.0.changes.0.after"), "ada@example.com");
  std::string hashed = *from_hex(text_at(before, "acts.0.salt"));
  EXPECT_EQ(hashed.size(), 16U);
  ByteWriter(hashed).text("email").text("ada@example.com");
  const std::string digest = text_at(before, "acts.0.changes.0.after_digest");
  EXPECT_EQ(digest, to_hex(as_bytes(sha256(hashed))));
  expect(200, put(path_ + "/erase"));
  const std::string after = expect(200, get(query));
  EXPECT_EQ(text_at(after, "acts.0.changes.0"),
            R"({"after_digest":")" + digest + R"(","field":"email"})");
  EXPECT_FALSE(find_text(after, "acts.0.salt"));
  EXPECT_EQ(text_at(after, "acts.0.hash"), text_at(before, "acts.0.hash"));
  const std::string act = expect(200, get("/v1/audit-log?kind=user.erase"));
  EXPECT_EQ(text_at(act, "acts.0.changes.0"), R"({"field":"email"})");
  EXPECT_EQ(expect(200, get("/v1/audit-log")).find("ada@example.com"), std::string::npos);
}

}  // namespace farthing::api::erasure_routes_test
