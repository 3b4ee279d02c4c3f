// SPDX-License-Identifier: Apache-2.0
// A service asks about its caller's key.
#include <string>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::key_verification_routes_test {

class KeyVerificationRoutesTest : public LedgerApiTest {
 protected:
  KeyVerificationRoutesTest() {
    join(user_, organization_id_, directory::Role::OWNER);
    grant(organization_id_, "10");
  }

  Ask verify(const std::string& members) const {
    Ask request =
        post("/v1/api-keys/verify", R"({"api_key":")" + key_ + R"(")" + members + "}", "");
    request.key = service_key_;
    return request;
  }
  // What is told of the key; the service's own request succeeds.
  std::string refusal(const std::string& members) {
    const std::string verdict = expect(200, verify(members));
    EXPECT_EQ(text_at(verdict, "valid"), "false") << members;
    return text_at(verdict, "status") + " " + text_at(verdict, "error.name") + " " +
           text_at(verdict, "error.field");
  }

  const UserId user_ = add_user("ada@example.com").id;
  const service::MadeApiKey made_ = add_key(user_);
  const std::string key_{made_.secret.reveal()};
  const std::string service_key_ = make_key(directory::Scope::service);
  const std::string unknown_{service::make_api_key_secret({}).reveal()};
};

TEST_F(KeyVerificationRoutesTest, OneCallTellsAllThatAServiceNeeds) {
  const std::string expected =
      R"({"valid":true,"api_key":{"id":")" + made_.key.id.to_string() +
      R"(","scopes":["user"]},"user":{"id":")" + user_.to_string() +
      R"(","email":"ada@example.com"},"organization":{"id":")" + organization_ +
      R"(","name":"Acme"},"role":"OWNER","balance":{"available":"10","held":"0"}})";
  EXPECT_EQ(expect(200, verify("")), expected);
  EXPECT_EQ(expect(200, verify(R"(,"organization":")" + organization_ +
                               R"(","scope":"user","could_spend":"10","address":"2001:db8::1")")),
            expected);
}

TEST_F(KeyVerificationRoutesTest, ARefusalIsAnAnswer) {
  EXPECT_EQ(refusal(R"(,"scope":"admin")"), "403 permission_denied scope");
  EXPECT_EQ(refusal(R"(,"organization":")" + OrganizationId::make(kStart).to_string() + R"(")"),
            "403 permission_denied organization");
  EXPECT_EQ(refusal(R"(,"could_spend":"10.5")"), "402 insufficient_credits ");
  const std::string verdict = expect(200, verify(R"(,"could_spend":"10.5")"));
  EXPECT_EQ(text_at(verdict, "error.required"), "10.5");
  EXPECT_EQ(text_at(verdict, "error.available"), "10");
  for (const std::string& key : {std::string("sk-1"), unknown_}) {
    Ask wrong = verify("");
    wrong.body = R"({"api_key":")" + key + R"("})";
    const std::string told = expect(200, wrong);
    EXPECT_EQ(text_at(told, "status"), "401");
    EXPECT_EQ(text_at(told, "error.name"), "unauthorized");
    EXPECT_FALSE(find_text(told, "user"));
    EXPECT_EQ(told.find(unknown_.substr(3, 8)), std::string::npos);
  }
}

TEST_F(KeyVerificationRoutesTest, ADisabledOrganizationIsARefusal) {
  const auto put = [this](const std::string& verb) {
    expect(200, {.method = "POST",
                 .path = "/v1/organizations/" + organization_ + verb,
                 .key = admin_key()});
  };
  put("/disable");
  EXPECT_EQ(refusal(""), "403 organization_disabled organization");
  EXPECT_EQ(refusal(R"(,"could_spend":"10.5")"), "403 organization_disabled organization");
  put("/enable");
  EXPECT_EQ(text_at(expect(200, verify("")), "valid"), "true");
}

TEST_F(KeyVerificationRoutesTest, WrongQuestionsAreErrorsOfTheService) {
  expect_error(400, "bad_request", "scope", verify(R"(,"scope":"root")"));
  expect_error(400, "bad_request", "could_spend", verify(R"(,"could_spend":0)"));
  expect_error(400, "bad_request", "organization", verify(R"(,"organization":"org-1")"));
  expect_error(400, "bad_request", "address", verify(R"(,"address":"192.0.2.0/24")"));
  Ask without = verify("");
  without.body = "{}";
  expect_error(400, "bad_request", "api_key", without);
  Ask caller = verify("");
  caller.key = key_;
  EXPECT_EQ(ask(caller).status, 403);
  Ask nobody = verify("");
  nobody.key = unknown_;
  EXPECT_EQ(ask(nobody).status, 401);
}

TEST_F(KeyVerificationRoutesTest, KeysWorkInTheirNetworksOnly) {
  const auto change = [this](const std::string& networks) {
    expect(200, {.method = "PATCH",
                 .path = "/v1/api-keys/" + made_.key.id.to_string(),
                 .key = admin_key(),
                 .body = R"({"allowed_networks":)" + networks + "}"});
  };
  const Ask account = {.path = "/v1/user/account", .key = key_};
  change(R"(["192.0.2.0/24"])");
  expect_error(403, "permission_denied", "", account);
  expect_error(403, "permission_denied", "", {.path = "/no/such/path", .key = key_});
  EXPECT_EQ(refusal(""), "403 permission_denied address");
  EXPECT_EQ(text_at(expect(200, verify(R"(,"address":"192.0.2.9")")), "valid"), "true");
  change(R"(["192.0.2.0/24","127.0.0.0/8"])");
  expect(200, account);
}

}  // namespace farthing::api::key_verification_routes_test
