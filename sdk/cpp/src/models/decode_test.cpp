// SPDX-License-Identifier: Apache-2.0
// The models against bodies as servers send them, right and wrong.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include <farthing/audit_models.hpp>
#include <farthing/models.hpp>
#include <farthing/user_models.hpp>

#include "sdk/cpp/src/models/models_json.hpp"

namespace farthing::sdk::decode_test {

constexpr std::string_view kAccount =
    R"({"id":"user-1","email":"a@example.com","profile_picture":"https://x/y.png","organizations":[)"
    R"({"id":"org-1","name":"A \"quoted\" one","role":"OWNER","is_default":true},)"
    R"({"id":"org-2","name":"B","role":"MEMBER","is_default":false}]})";

TEST(AccountResponseBody, ReadsAndWritesAllItsFields) {
  const auto account = AccountResponseBody::from_json(kAccount);
  ASSERT_TRUE(account);
  EXPECT_EQ(account->id, "user-1");
  EXPECT_EQ(account->email, "a@example.com");
  EXPECT_EQ(account->profile_picture, "https://x/y.png");
  ASSERT_EQ(account->organizations.size(), 2U);
  EXPECT_EQ(account->organizations[0].name, "A \"quoted\" one");
  EXPECT_TRUE(account->organizations[0].is_default);
  EXPECT_EQ(account->organizations[1].role, "MEMBER");
  const auto again = AccountResponseBody::from_json(account->to_json());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->to_json(), account->to_json());
}

TEST(AccountResponseBody, KeepsAnEmptyListAndTakesNullForNoPicture) {
  const auto account = AccountResponseBody::from_json(
      R"({"id":"u","email":"e","organizations":[],"profile_picture":null,"new_field":[{}]})");
  ASSERT_TRUE(account);
  EXPECT_FALSE(account->profile_picture);
  EXPECT_EQ(account->to_json(), R"({"id":"u","email":"e","organizations":[]})");
}

struct Wrong {
  std::string_view json;
  std::string_view field;
  std::string_view message;
};

TEST(AccountResponseBody, NamesTheFieldThatIsWrong) {
  const std::vector<Wrong> table = {
      {"[]", "", "the document: expected an object, got an array"},
      {"{}", "id", "`id` is missing"},
      {R"({"Id":"u","email":"e","organizations":[]})", "id", "`id` is missing"},
      {R"({"id":null,"email":"e","organizations":[]})", "id", "`id`: expected a value, got null"},
      {R"({"id":7,"email":"e","organizations":[]})", "id", "`id`: expected a string, got a number"},
      {R"({"id":"u","email":"e"})", "organizations", "`organizations` is missing"},
      {R"({"id":"u","email":"e","organizations":{}})", "organizations",
       "`organizations`: expected an array, got an object"},
      {R"({"id":"u","email":"e","organizations":[{"id":"o","name":"n","role":"r","is_default":true},3]})",
       "organizations[1]", "`organizations[1]`: expected an object, got a number"},
      {R"({"id":"u","email":"e","organizations":[{"id":"o","name":"n","role":5,"is_default":true}]})",
       "organizations[0].role", "`organizations[0].role`: expected a string, got a number"},
      {R"({"id":"u","email":"e","organizations":[{"id":"o","name":"n","role":"r","is_default":"yes"}]})",
       "organizations[0].is_default",
       "`organizations[0].is_default`: expected a boolean, got a string"},
      {R"({"id":"u","email":"e","organizations":[],"profile_picture":1})", "profile_picture",
       "`profile_picture`: expected a string, got a number"},
      {R"({"id":"u","id":"v","email":"e","organizations":[]})", "",
       "not JSON: the member `id` twice at byte 0"},
  };
  for (const Wrong& line : table) {
    const auto account = AccountResponseBody::from_json(line.json);
    ASSERT_FALSE(account) << line.json;
    EXPECT_EQ(account.error().kind, FailureKind::decoding);
    EXPECT_EQ(account.error().field, line.field);
    EXPECT_EQ(account.error().message, line.message);
  }
}

struct Amount {
  std::string_view digits;
  double nearest;
  std::optional<std::string_view> exact;
};

TEST(BalanceResponseBody, KeepsTheDigitsBesideTheDouble) {
  const std::vector<Amount> table = {
      {"0", 0, "0"},
      {"12.5", 12.5, "12.5"},
      {"0.000000001", 1e-9, "0.000000001"},
      {"-3", -3, "-3"},
      {"1.25e2", 125, "125"},
      {"9223372036.854775807", 9223372036.854775807, "9223372036.854775807"},
      {"0.6336833840314097", 0.6336833840314097, std::nullopt},
      {"1e300", 1e300, std::nullopt},
  };
  for (const Amount& line : table) {
    const std::string json = "{\"credits\":" + std::string(line.digits) + "}";
    const auto balance = BalanceResponseBody::from_json(json);
    ASSERT_TRUE(balance) << json;
    EXPECT_EQ(balance->credits, line.nearest) << json;
    EXPECT_EQ(balance->credits_text, line.digits);
    EXPECT_EQ(balance->exact_credits.has_value(), line.exact.has_value()) << json;
    if (line.exact && balance->exact_credits) {
      EXPECT_EQ(balance->exact_credits->to_string(), *line.exact);
    }
    EXPECT_EQ(balance->to_json(), json);
  }
}

TEST(BalanceResponseBody, RefusesWhatIsNoNumber) {
  for (const std::string_view json :
       {R"({"credits":"12.5"})", R"({"credits":null})", R"({"credits_total":7})",
        R"({"credits":1e999})", R"({"credits":true})"}) {
    const auto balance = BalanceResponseBody::from_json(json);
    ASSERT_FALSE(balance) << json;
    EXPECT_EQ(balance.error().field, "credits");
  }
}

TEST(BalanceResponseBody, WritesTheDoubleWhenThereAreNoDigits) {
  EXPECT_EQ(BalanceResponseBody{.credits = 0.1}.to_json(), R"({"credits":0.1})");
  EXPECT_EQ((BalanceResponseBody{.credits = 2, .credits_text = "1,\"x\":2"}.to_json()),
            R"({"credits":2})");
}

TEST(Error, ReadsAllThreeVersions) {
  const auto alpha = Error::from_json(
      R"({"id":"i","name":"n","message":"m","temporary":true,"timeout":false,"fault":true})");
  ASSERT_TRUE(alpha);
  EXPECT_EQ(alpha->temporary, true);
  EXPECT_EQ(alpha->timeout, false);
  const auto v1 = Error::from_json(R"({"id":"i","name":"n","message":"m"})");
  ASSERT_TRUE(v1);
  EXPECT_FALSE(v1->fault);
  const auto v2 = Error::from_json(R"({"id":"i","name":"n","errors":["a","b"]})");
  ASSERT_TRUE(v2);
  EXPECT_EQ(v2->message, "a; b");
  EXPECT_EQ(v2->detail("errors"), R"(["a","b"])");
}

TEST(Error, KeepsWhatItDoesNotKnow) {
  const auto error = Error::from_json(
      R"({"id":"i","name":"insufficient_credits","message":"m","required":"12.5","n":3})");
  ASSERT_TRUE(error);
  EXPECT_EQ(error->detail("required"), "12.5");
  EXPECT_EQ(error->detail("n"), "3");
  EXPECT_EQ(error->detail("available"), std::nullopt);
  EXPECT_EQ(error->to_json(),
            R"({"id":"i","name":"insufficient_credits","message":"m","required":"12.5","n":3})");
}

TEST(Error, IsStrict) {
  EXPECT_EQ(Error::from_json(R"({"id":"i","name":"n"})").error().field, "message");
  EXPECT_EQ(Error::from_json(R"({"id":"i","name":"n","errors":[1]})").error().field, "errors[0]");
  EXPECT_EQ(Error::from_json(R"({"id":"i","name":"n","message":"m","fault":"no"})").error().field,
            "fault");
}

TEST(Models, ReadBackWhatTheyWrite) {
  const ApiKey key{.id = "k",
                   .user = "u",
                   .name = "n",
                   .hint = "sk-abcd…wxyz",
                   .scopes = {"user", "service"},
                   .created_at = "t",
                   .secret = Secret("sk-1")};
  EXPECT_EQ(ApiKey::from_json(key.to_json())->to_json(), key.to_json());
  EXPECT_EQ(ApiKey::from_json(key.to_json())->secret->reveal(), "sk-1");
  const ApiKey rich{.id = "k",
                    .user = "u",
                    .hint = "h",
                    .scopes = {"user"},
                    .allowed_networks = {"192.0.2.0/24", "::1"},
                    .rate_limit = RateLimit{.requests = 150, .per_s = 10},
                    .spend_caps = SpendCaps{.day = Credits::parse("0.5"), .month = Credits()},
                    .created_at = "t",
                    .previous_secret = PreviousSecret{.hint = "g", .works_until = "w"},
                    .last_used_at = "l"};
  const auto read = ApiKey::from_json(rich.to_json());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->to_json(), rich.to_json());
  EXPECT_EQ(read->allowed_networks, rich.allowed_networks);
  EXPECT_EQ(read->rate_limit->requests, 150);
  EXPECT_EQ(read->spend_caps->day, Credits::parse("0.5"));
  EXPECT_EQ(read->spend_caps->month, Credits());
  EXPECT_FALSE(read->spend_caps->total);
  EXPECT_EQ(read->last_used_at, "l");
  const User user{.id = "u", .email = "e", .default_organization = "o", .created_at = "t"};
  EXPECT_EQ(User::from_json(user.to_json())->to_json(), user.to_json());
  const User erased{.id = "u", .created_at = "t", .disabled_at = "d", .erased_at = "d"};
  const std::string json = R"({"id":"u","email":null,"created_at":"t","disabled_at":"d",)"
                           R"("erased_at":"d"})";
  EXPECT_EQ(erased.to_json(), json);
  EXPECT_EQ(User::from_json(json)->to_json(), json);
  EXPECT_FALSE(User::from_json(json)->email);
  const Membership membership{
      .organization = "o", .user = "u", .role = "OWNER", .is_default = true};
  EXPECT_EQ(Membership::from_json(membership.to_json())->to_json(), membership.to_json());
  const Member member{.user = "u", .email = "e", .role = "MEMBER"};
  EXPECT_EQ(Member::from_json(member.to_json())->to_json(), member.to_json());
  const Organization organization{.id = "o", .name = "n", .created_at = "t"};
  EXPECT_EQ(Organization::from_json(organization.to_json())->to_json(), organization.to_json());
}

TEST(Act, ReadsBackWhatItWrites) {
  for (
      const std::string_view json :
      {R"({"number":7,"at":"t","kind":"member.remove","target":"user-1","organization":"org-1",)"
       R"("api_key":"key-1","user":"user-2","address":"::1","request":"r",)"
       R"("changes":[{"field":"role","before":"OWNER"},{"field":"name","after":"\""}],"hash":"00"})",
       R"({"number":1,"at":"t","kind":"user.create","target":"user-1","changes":[],"hash":"ff"})",
       R"({"version":2,"number":1,"at":"t","kind":"user.create","target":"user-1",)"
       R"("changes":[{"field":"email","after":"a@b","before_digest":"01","after_digest":"02"}],)"
       R"("salt":"03","extension":"04","hash":"ff"})"}) {
    const auto act = Act::from_json(json);
    ASSERT_TRUE(act) << act.error().message;
    EXPECT_EQ(act->to_json(), json);
  }
  EXPECT_FALSE(Act::from_json(R"({"number":1,"at":"t","kind":"k","target":"u","hash":"ff"})"));
}

TEST(Page, ReadsItemsAndCursor) {
  const auto page = decode_page<Organization>(
      R"({"organizations":[{"id":"o","name":"n","created_at":"t"}],"next":"c1"})", "organizations");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->next, "c1");
  const auto last =
      decode_page<Organization>(R"({"organizations":[],"next":null})", "organizations");
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->next);
  EXPECT_EQ(decode_page<Organization>(R"({"organizations":[{"id":"o","name":1}]})", "organizations")
                .error()
                .field,
            "organizations[0].name");
}

}  // namespace farthing::sdk::decode_test
