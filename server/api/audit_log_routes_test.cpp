// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::audit_log_routes_test {

class AuditLogTest : public LedgerApiTest {
 protected:
  // The kinds of the acts of a page, in order.
  std::vector<std::string> kinds(const std::string& query) {
    const std::string page = expect(200, get("/v1/audit-log" + query));
    std::vector<std::string> kinds;
    for (std::size_t i = 0;; ++i) {
      const auto kind = find_text(page, "acts." + std::to_string(i) + ".kind");
      if (!kind) return kinds;
      kinds.push_back(*kind);
    }
  }
  // The last act, as JSON.
  std::string last(const std::string& member) {
    const std::string page = expect(200, get("/v1/audit-log"));
    std::size_t count = 0;
    while (find_text(page, "acts." + std::to_string(count))) ++count;
    return text_at(page, "acts." + std::to_string(count - 1) + "." + member);
  }
};

TEST_F(AuditLogTest, SaysWhoDidWhatFromWhere) {
  const Ask request = post("/v1/users", R"({"email":"ada@example.com"})", "");
  const http::RawAnswer made = ask(request);
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(last("kind"), "user.create");
  EXPECT_EQ(last("target"), text_at(made.body, "id"));
  EXPECT_EQ(last("user"), text_at(expect(200, get("/v1/user/account")), "id"));
  EXPECT_EQ(last("address"), "127.0.0.1");
  EXPECT_EQ(last("request"), made.header("x-request-id"));
  EXPECT_EQ(last("at"), "2026-11-22T12:00:00.000000Z");
  EXPECT_EQ(last("changes.0.field"), "email");
  EXPECT_EQ(last("changes.0.after"), "ada@example.com");
}

TEST_F(AuditLogTest, HasEveryActAndNoMovementOfServices) {
  const UserId user = add_user("ada@example.com").id;
  const std::string member = "/v1/organizations/" + organization_ + "/members/" + user.to_string();
  const auto put = [&](std::string path, std::string body) {
    expect(200,
           {.method = "PUT", .path = std::move(path), .key = admin_key(), .body = std::move(body)});
  };
  const std::size_t before = kinds("").size();
  put(member, R"({"role":"MEMBER"})");
  put(member, R"({"role":"ACCOUNTANT"})");
  EXPECT_EQ(last("organization"), organization_);
  EXPECT_EQ(last("changes"), R"([{"after":"ACCOUNTANT","before":"MEMBER","field":"role"}])");
  put(member, R"({"role":"ACCOUNTANT"})");
  const std::string grant = given("10", "g");
  given("10", "g");
  charged("1", "c");
  expect(200, post("/v1/grants/" + grant + "/void", "", "v"));
  Ask change =
      post("/v1/organizations/" + organization_, R"({"name":"New","overdraft_limit":"5"})", "l");
  change.method = "PATCH";
  expect(200, change);
  expect(200, post("/v1/organizations/" + organization_ + "/disable", "", ""));
  const std::string key =
      expect(201, post("/v1/api-keys", R"({"user":")" + user.to_string() + R"("})", ""));
  expect(200, post("/v1/api-keys/" + text_at(key, "id") + "/revoke", "", ""));
  expect(200, {.method = "DELETE", .path = member, .key = admin_key()});
  expect_error(404, "not_found", "", {.method = "DELETE", .path = member, .key = admin_key()});
  auto all = kinds("");
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
  EXPECT_EQ(all, (std::vector<std::string>{
                     "member.add", "member.change_role", "grant.create", "grant.void",
                     "organization.rename", "organization.set_overdraft_limit",
                     "organization.disable", "api_key.create", "api_key.revoke", "member.remove"}));
  const std::string page = expect(200, get("/v1/audit-log"));
  EXPECT_EQ(page.find(text_at(key, "secret")), std::string::npos);
}

TEST_F(AuditLogTest, IsReadByFilters) {
  const directory::User owner = add_user("owner@example.com");
  const auto owners = add_key(owner.id);
  join(owner.id, organization_id_, directory::Role::OWNER);
  add_user("grace@example.com");
  clock_.advance(std::chrono::hours(1));
  expect(201, {.method = "POST",
               .path = "/v1/organizations/" + organization_ + "/members",
               .key = std::string(owners.secret.reveal()),
               .body = R"({"email":"grace@example.com"})"});
  using Kinds = std::vector<std::string>;
  EXPECT_EQ(kinds("?actor=" + owner.id.to_string()), Kinds{"member.add"});
  EXPECT_EQ(kinds("?actor=" + owners.key.id.to_string()), Kinds{"member.add"});
  EXPECT_EQ(kinds("?from=2026-11-22T13:00:00Z"), Kinds{"member.add"});
  EXPECT_EQ(kinds("?kind=member.add&to=2026-11-22T13:00:00Z"), Kinds{"member.add"});
  EXPECT_EQ(kinds("?target=" + organization_),
            (Kinds{"organization.create", "member.add", "member.add"}));
  EXPECT_EQ(kinds("?target=" + owner.id.to_string()), (Kinds{"user.create", "member.add"}));
  EXPECT_EQ(kinds("?kind=grant.create"), Kinds());
  expect_error(400, "bad_request", "actor", get("/v1/audit-log?actor=ada"));
  expect_error(400, "bad_request", "kind", get("/v1/audit-log?kind="));
  expect_error(400, "bad_request", "from", get("/v1/audit-log?from=yesterday"));
}

TEST_F(AuditLogTest, IsReadInPages) {
  for (int i = 0; i < 7; ++i) add_organization("O" + std::to_string(i));
  const std::string all = expect(200, get("/v1/audit-log?kind=organization.create"));
  std::string hashes;
  std::string cursor;
  do {
    const std::string page =
        expect(200, get("/v1/audit-log?kind=organization.create&limit=3" + cursor));
    for (const char* at : {"acts.0.hash", "acts.1.hash", "acts.2.hash"})
      hashes += text_at(page, at);
    const std::string next = text_at(page, "next");
    cursor = next == "null" ? "" : "&cursor=" + next;
  } while (!cursor.empty());
  std::string expected;
  for (int i = 0; i < 8; ++i) expected += text_at(all, "acts." + std::to_string(i) + ".hash");
  EXPECT_EQ(hashes, expected);
}

}  // namespace farthing::api::audit_log_routes_test
