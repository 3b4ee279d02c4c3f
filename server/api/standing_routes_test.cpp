// SPDX-License-Identifier: Apache-2.0
// Users and organizations that the operator has disabled.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::standing_routes_test {

class StandingTest : public LedgerApiTest {
 protected:
  Ask put(const std::string& path) const {
    return {.method = "POST", .path = path, .key = admin_key()};
  }

  const directory::User ada_ = add_user("ada@example.com");
  const std::string adas_ = std::string(add_key(ada_.id).secret.reveal());
  const std::string user_ = "/v1/users/" + ada_.id.to_string();
  const std::string path_ = "/v1/organizations/" + organization_;
};

TEST_F(StandingTest, ADisabledUsersKeysAre403AndWorkAgainLater) {
  const Ask account = {.path = "/v1/user/account", .key = adas_};
  expect(200, account);
  const std::string disabled = expect(200, put(user_ + "/disable"));
  EXPECT_EQ(text_at(disabled, "disabled_at"), "2026-11-22T12:00:00.000000Z");
  EXPECT_EQ(expect(200, put(user_ + "/disable")), disabled);
  expect_error(403, "user_disabled", "", account);
  // Before whether there is such a path.
  expect_error(403, "user_disabled", "", {.path = "/v1/nowhere", .key = adas_});
  EXPECT_FALSE(find_text(expect(200, put(user_ + "/enable")), "disabled_at"));
  expect(200, account);
}

TEST_F(StandingTest, AKeyOfADisabledUserIsNoCallersKey) {
  join(ada_.id, organization_id_);
  given("10", "g");
  const std::string members = R"("amount":"1","api_key":")" + adas_ + R"(")";
  expect(201, charge(members, "c1"));
  expect(200, put(user_ + "/disable"));
  expect_error(403, "caller_key_invalid", "api_key", charge(members, "c2"));
  expect(201, charge(members, "c1"));
}

TEST_F(StandingTest, NobodyDisablesThemselves) {
  const std::string own = text_at(expect(200, get("/v1/user/account")), "id");
  expect_error(409, "conflict", "", put("/v1/users/" + own + "/disable"));
  expect(200, put("/v1/users/" + own + "/enable"));
}

TEST_F(StandingTest, ADisabledOrganizationIsReadAndPutInOrderButNotSpentFrom) {
  join(ada_.id, organization_id_, directory::Role::OWNER);
  given("10", "g");
  const std::string charge_id = charged("1", "c");
  const std::string hold = made(post("/v1/holds", for_it(R"("amount":"2")"), "h"));
  const std::string disabled = expect(200, put(path_ + "/disable"));
  EXPECT_TRUE(find_text(disabled, "disabled_at"));
  EXPECT_TRUE(find_text(expect(200, get(path_)), "disabled_at"));

  expect_error(403, "organization_disabled", "organization", charge(R"("amount":"1")", "c2"));
  expect_error(403, "organization_disabled", "organization",
               post("/v1/holds", for_it(R"("amount":"2")"), "h2"));
  expect_error(403, "organization_disabled", "",
               post("/v1/holds/" + hold + "/extend", R"({"ttl_s":600})", "e"));
  const std::string batch = expect(
      200, post("/v1/charges/batch",
                R"({"charges":[)" + for_it(R"("amount":"1","idempotency_key":"b")") + "]}", ""));
  EXPECT_EQ(text_at(batch, "results.0.status"), "403");
  EXPECT_EQ(text_at(batch, "results.0.error.name"), "organization_disabled");

  const Ask balance = {.path = "/v1/user/balance", .key = adas_};
  EXPECT_EQ(expect(200, balance), R"({"credits":7})");
  expect(200, {.path = path_ + "/entries", .key = adas_});
  expect(200, post("/v1/holds/" + hold + "/capture", "{}", "k"));
  expect(201, post("/v1/charges/" + charge_id + "/refunds", "{}", "r"));
  given("5", "g2");
  EXPECT_FALSE(find_text(expect(200, put(path_ + "/enable")), "disabled_at"));
  charged("1", "c2");
  EXPECT_EQ(expect(200, balance), R"({"credits":12})");
}

TEST_F(StandingTest, WhatIsNotThereIs404) {
  const std::string nobody = UserId::make(kStart).to_string();
  EXPECT_EQ(expect_error(404, "not_found", "", put("/v1/users/" + nobody + "/disable")),
            "There is no such user.");
  const std::string nothing = OrganizationId::make(kStart).to_string();
  EXPECT_EQ(expect_error(404, "not_found", "", put("/v1/organizations/" + nothing + "/enable")),
            "There is no such organization.");
}

}  // namespace farthing::api::standing_routes_test
