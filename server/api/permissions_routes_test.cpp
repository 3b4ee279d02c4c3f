// SPDX-License-Identifier: Apache-2.0
// What keys with the scope `user` may do, beyond the two calls: where the query, the body or a
// look-up decides. Where the path does, tests/contract/permissions_test.py has every case.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::permissions_routes_test {

class PermissionsTest : public ApiTest {
 protected:
  Ask as(const std::string& key, std::string_view method, std::string path,
         std::string body = {}) const {
    return {.method = method, .path = std::move(path), .key = key, .body = std::move(body)};
  }

  const directory::User ada_ = add_user("ada@example.com");
  const directory::User grace_ = add_user("grace@example.com");
  const std::string adas_ = std::string(add_key(ada_.id).secret.reveal());
  const ApiKeyId graces_id_ = add_key(grace_.id).key.id;
  const OrganizationId acme_ = add_organization("Acme").id;
  const OrganizationId other_ = add_organization("Other").id;
};

TEST_F(PermissionsTest, AUserSeesTheOrganizationsThatTheyBelongTo) {
  EXPECT_EQ(expect(200, as(adas_, "GET", "/v1/organizations")),
            R"({"organizations":[],"next":null})");
  join(ada_.id, other_);
  const std::string page = expect(200, as(adas_, "GET", "/v1/organizations"));
  EXPECT_EQ(text_at(page, "organizations.0.id"), other_.to_string());
  EXPECT_FALSE(find_text(page, "organizations.1"));
  const std::string all = expect(200, get("/v1/organizations?limit=1"));
  EXPECT_EQ(text_at(all, "organizations.0.id"), acme_.to_string());
  expect_error(400, "bad_request", "cursor",
               as(adas_, "GET", "/v1/organizations?cursor=" + text_at(all, "next")));
}

TEST_F(PermissionsTest, AUserChoosesTheirDefaultOrganization) {
  const std::string path = "/v1/user/default-organization";
  const auto choose = [](OrganizationId id) {
    return R"({"organization":")" + id.to_string() + R"("})";
  };
  join(ada_.id, acme_);
  join(ada_.id, other_);
  EXPECT_EQ(text_at(expect(200, as(adas_, "PUT", path, choose(other_))), "default_organization"),
            other_.to_string());
  const OrganizationId foreign = add_organization("Foreign").id;
  const auto refused = [&](OrganizationId id) {
    return expect_error(403, "permission_denied", "organization",
                        as(adas_, "PUT", path, choose(id)));
  };
  EXPECT_EQ(refused(foreign), refused(OrganizationId::make(kStart)));
  expect_error(400, "bad_request", "organization", as(adas_, "PUT", path, "{}"));
}

TEST_F(PermissionsTest, AUserManagesTheirOwnKeys) {
  const std::string made = expect(201, as(adas_, "POST", "/v1/api-keys", R"({"name":"laptop"})"));
  EXPECT_EQ(text_at(made, "user"), ada_.id.to_string());
  const std::string path = "/v1/api-keys/" + text_at(made, "id");
  expect(200, as(adas_, "GET", path));
  const std::string listed = expect(200, as(adas_, "GET", "/v1/api-keys"));
  EXPECT_EQ(text_at(listed, "api_keys.1.id"), text_at(made, "id"));
  EXPECT_FALSE(find_text(listed, "api_keys.2"));
  const std::string same =
      expect(200, as(adas_, "GET", "/v1/api-keys?user=" + ada_.id.to_string()));
  EXPECT_EQ(text_at(same, "api_keys.1.id"), text_at(made, "id"));
  expect(200, as(adas_, "POST", path + "/revoke"));
  expect_error(401, "unauthorized", "", as(text_at(made, "secret"), "GET", "/v1/user/account"));
}

TEST_F(PermissionsTest, TheKeysOfOthersAreAsIfTheyWereNotThere) {
  const std::string nobody = UserId::make(kStart).to_string();
  const std::string graces = grace_.id.to_string();
  const auto listed = [&](const std::string& user) {
    return expect_error(403, "permission_denied", "user",
                        as(adas_, "GET", "/v1/api-keys?user=" + user));
  };
  EXPECT_EQ(listed(graces), listed(nobody));
  const auto made = [&](const std::string& user) {
    return expect_error(403, "permission_denied", "user",
                        as(adas_, "POST", "/v1/api-keys", R"({"user":")" + user + R"("})"));
  };
  EXPECT_EQ(made(graces), made(nobody));
  const auto read = [&](const std::string& key) {
    return expect_error(403, "permission_denied", "", as(adas_, "GET", "/v1/api-keys/" + key));
  };
  EXPECT_EQ(read(graces_id_.to_string()), read(ApiKeyId::make(kStart).to_string()));
  EXPECT_EQ(read(graces_id_.to_string()), read("key-1"));
}

TEST_F(PermissionsTest, NobodyMakesAKeyThatMayDoMore) {
  for (const std::string scopes : {R"(["service"])", R"(["user","admin"])"}) {
    expect_error(403, "permission_denied", "scopes",
                 as(adas_, "POST", "/v1/api-keys", R"({"scopes":)" + scopes + "}"));
  }
  expect(201, as(adas_, "POST", "/v1/api-keys", R"({"scopes":["user"]})"));
}

// Whoever may not is told so before anything about the form.
TEST_F(PermissionsTest, PermissionComesBeforeTheForm) {
  join(ada_.id, acme_, directory::Role::ACCOUNTANT);
  const std::string members = "/v1/organizations/" + acme_.to_string() + "/members/";
  expect_error(403, "permission_denied", "",
               as(adas_, "PUT", members + grace_.id.to_string(), "{"));
  expect_error(400, "bad_request", "x",
               as(adas_, "GET", "/v1/organizations/" + acme_.to_string() + "/entries?x=1"));
  expect_error(403, "permission_denied", "",
               as(adas_, "GET", "/v1/organizations/" + other_.to_string() + "/entries?x=1"));
}

TEST_F(PermissionsTest, ARoleEndsWithTheNextRequest) {
  const std::string entries = "/v1/organizations/" + acme_.to_string() + "/entries";
  join(grace_.id, acme_, directory::Role::OWNER);
  join(ada_.id, acme_, directory::Role::ACCOUNTANT);
  expect(200, as(adas_, "GET", entries));
  join(ada_.id, acme_, directory::Role::MEMBER);
  expect_error(403, "permission_denied", "", as(adas_, "GET", entries));
}

}  // namespace farthing::api::permissions_routes_test
