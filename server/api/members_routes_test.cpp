// SPDX-License-Identifier: Apache-2.0
// What owners and members do themselves.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::members_routes_test {

class MembersTest : public ApiTest {
 protected:
  MembersTest() { join(ada_.id, acme_, directory::Role::OWNER); }

  Ask as(const std::string& key, std::string_view method, std::string path,
         std::string body = {}) const {
    return {.method = method, .path = std::move(path), .key = key, .body = std::move(body)};
  }
  std::string member(UserId user) const { return members_ + "/" + user.to_string(); }

  const directory::User ada_ = add_user("ada@example.com");
  const directory::User grace_ = add_user("grace@example.com");
  const std::string adas_ = std::string(add_key(ada_.id).secret.reveal());
  const std::string graces_ = std::string(add_key(grace_.id).secret.reveal());
  const OrganizationId acme_ = add_organization("Acme").id;
  const std::string members_ = "/v1/organizations/" + acme_.to_string() + "/members";
};

TEST_F(MembersTest, AnOwnerAddsAUserByEmail) {
  const std::string added =
      expect(201, as(adas_, "POST", members_, R"({"email":"Grace@example.com"})"));
  EXPECT_EQ(added, R"({"organization":")" + acme_.to_string() + R"(","user":")" +
                       grace_.id.to_string() + R"(","role":"MEMBER","is_default":true})");
  expect_error(409, "already_exists", "email",
               as(adas_, "POST", members_, R"({"email":"grace@example.com"})"));
  expect_error(409, "already_exists", "user",
               as(adas_, "POST", members_, R"({"user":")" + grace_.id.to_string() + R"("})"));
  // What the query or the body names is named by a field.
  EXPECT_EQ(expect_error(404, "not_found", "email",
                         as(adas_, "POST", members_, R"({"email":"nobody@example.com"})")),
            "There is no user with this email; the operator makes users.");
}

TEST_F(MembersTest, AnEmailIsOneHoweverItIsTyped) {
  const auto create = [&](const std::string& email) {
    return Ask{.method = "POST",
               .path = "/v1/users",
               .key = admin_key(),
               .body = R"({"email":")" + email + R"("})"};
  };
  const std::string made = expect(201, create("Andre\u0301@B\u00fccher.example"));
  EXPECT_EQ(text_at(made, "email"), "Andr\u00e9@xn--bcher-kva.example");
  for (const std::string same :
       {"Andre\u0301@B\u00fccher.example", "andr\u00e9@bu\u0308cher.EXAMPLE",
        "ANDR\u00e9@XN--BCHER-kva.example"}) {
    expect_error(409, "already_exists", "email", create(same));
    const std::string added =
        expect(201, as(adas_, "POST", members_, R"({"email":")" + same + R"("})"));
    EXPECT_EQ(text_at(added, "user"), text_at(made, "id"));
    expect(200, as(adas_, "DELETE", members_ + "/" + text_at(made, "id")));
  }
  expect(201, create("ANDR\u00c9@b\u00fccher.example"));
  expect_error(400, "bad_request", "email", create("a@\u2665.example"));
}

TEST_F(MembersTest, AUserToAddIsNamedOnce) {
  for (const std::string& body :
       {std::string("{}"), R"({"user":")" + grace_.id.to_string() + R"(","email":"a@b"})"}) {
    expect_error(400, "bad_request", "user", as(adas_, "POST", members_, body));
  }
  expect_error(400, "bad_request", "role",
               as(adas_, "POST", members_, R"({"email":"a@b","role":"owner"})"));
}

TEST_F(MembersTest, ARepeatedInvitationIsAnsweredAgain) {
  Ask invitation = as(adas_, "POST", members_, R"({"email":"grace@example.com"})");
  invitation.idempotency_key = "invite";
  const std::string first = expect(201, invitation);
  const http::RawAnswer again = ask(invitation);
  EXPECT_EQ(again.body, first);
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
}

TEST_F(MembersTest, AnOwnerChangesRolesAndRemoves) {
  expect(200, as(adas_, "PUT", member(grace_.id), R"({"role":"ACCOUNTANT"})"));
  const std::string removed = expect(200, as(adas_, "DELETE", member(grace_.id)));
  EXPECT_EQ(text_at(removed, "role"), "ACCOUNTANT");
  EXPECT_EQ(ask(as(adas_, "DELETE", member(grace_.id))).status, 404);
  expect_error(403, "permission_denied", "", as(graces_, "GET", members_));
}

TEST_F(MembersTest, AMemberLeavesAndDoesNotRemoveOthers) {
  join(grace_.id, acme_);
  expect_error(403, "permission_denied", "", as(graces_, "DELETE", member(ada_.id)));
  expect(200, as(graces_, "DELETE", member(grace_.id)));
  expect_error(403, "permission_denied", "", as(graces_, "DELETE", member(grace_.id)));
}

TEST_F(MembersTest, TheLastOwnerStaysWhoeverAsks) {
  expect_error(409, "last_owner", "", as(adas_, "DELETE", member(ada_.id)));
  expect_error(409, "last_owner", "", as(adas_, "PUT", member(ada_.id), R"({"role":"MEMBER"})"));
  expect_error(409, "last_owner", "", as(admin_key(), "DELETE", member(ada_.id)));
}

TEST_F(MembersTest, ADisabledOwnerDoesNotLetTheLastOneGo) {
  join(grace_.id, acme_, directory::Role::OWNER);
  const std::string grace = "/v1/users/" + grace_.id.to_string();
  expect(200, as(admin_key(), "POST", grace + "/disable"));
  expect_error(409, "last_owner", "", as(adas_, "DELETE", member(ada_.id)));
  expect(200, as(admin_key(), "POST", grace + "/enable"));
  expect(200, as(adas_, "DELETE", member(ada_.id)));
  expect(200, as(admin_key(), "POST", grace + "/disable"));
}

}  // namespace farthing::api::members_routes_test
