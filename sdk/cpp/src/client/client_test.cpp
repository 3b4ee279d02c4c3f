// SPDX-License-Identifier: Apache-2.0
// What each call of the client sends, and what it makes of the answer.
#include <farthing/client.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sdk/cpp/mocks/scripted_transport.hpp"

namespace farthing::sdk::client_test {

using mocks::ScriptedTransport;

constexpr auto kTen = Credits::from_nano(10'000'000'000);

class ClientTest : public testing::Test {
 protected:
  std::shared_ptr<ScriptedTransport> transport_ = std::make_shared<ScriptedTransport>();
  Client client_{{.api_key = "sk-test", .base_url = "http://server", .transport = transport_}};
};

struct Line {
  std::string request;  // method, path and body
  std::function<void(const Client&)> call;
};

TEST_F(ClientTest, EveryCallIsOneRequest) {
  const std::vector<Line> table = {
      {"GET /v1alpha/user/account ", [](const Client& c) { (void)c.account(); }},
      {"GET /v1alpha/user/balance ", [](const Client& c) { (void)c.balance("org-1"); }},
      {R"(POST /v1/users {"email":"a@b","name":"A"})",
       [](const Client& c) { (void)c.create_user({.email = "a@b", .name = "A"}); }},
      {"GET /v1/users/user-1 ", [](const Client& c) { (void)c.get_user("user-1"); }},
      {"GET /v1/users?limit=7&cursor=a%2Bb ",
       [](const Client& c) { (void)c.list_users({.limit = 7, .cursor = "a+b"}); }},
      {R"(PUT /v1/users/u/default-organization {"organization":"o"})",
       [](const Client& c) {
         (void)c.set_default_organization({.user = "u", .organization = "o"});
       }},
      {R"(POST /v1/organizations {"name":"O"})",
       [](const Client& c) { (void)c.create_organization({.name = "O"}); }},
      {"GET /v1/organizations/o ", [](const Client& c) { (void)c.get_organization("o"); }},
      {"GET /v1/organizations/o/balance ",
       [](const Client& c) { (void)c.get_organization_balance("o"); }},
      {"GET /v1/organizations/o/balance?at=t ",
       [](const Client& c) { (void)c.get_organization_balance({.organization = "o", .at = "t"}); }},
      {"GET /v1/organizations/o/statement?from=a&to=b ",
       [](const Client& c) {
         (void)c.get_statement({.organization = "o", .from = "a", .to = "b"});
       }},
      {"GET /v1/statement-key ", [](const Client& c) { (void)c.get_statement_key(); }},
      {"GET /v1/organizations ", [](const Client& c) { (void)c.list_organizations(); }},
      {R"(PUT /v1/organizations/o%2F1/members/u%3F {"role":"OWNER"})",
       [](const Client& c) {
         (void)c.put_member({.organization = "o/1", .user = "u?", .role = "OWNER"});
       }},
      {"GET /v1/organizations/o/members?limit=1 ",
       [](const Client& c) { (void)c.list_members({.organization = "o", .page = {.limit = 1}}); }},
      {R"(POST /v1/api-keys {"user":"u","scopes":["service"],"expires_at":"t"})",
       [](const Client& c) {
         (void)c.create_api_key({.user = "u", .scopes = {"service"}, .expires_at = "t"});
       }},
      {"POST /v1/api-keys {}", [](const Client& c) { (void)c.create_api_key({}); }},
      {R"(POST /v1/api-keys {"name":"n","allowed_networks":["192.0.2.0/24","2001:db8::1"],)"
       R"("rate_limit":{"requests":150,"per_s":10}})",
       [](const Client& c) {
         (void)c.create_api_key({.name = "n",
                                 .allowed_networks = {"192.0.2.0/24", "2001:db8::1"},
                                 .rate_limit = RateLimit{.requests = 150, .per_s = 10}});
       }},
      {R"(PATCH /v1/api-keys/k {"name":"n","scopes":["user"],"expires_at":"t",)"
       R"("allowed_networks":["::1"],"rate_limit":{"requests":1,"per_s":86400}})",
       [](const Client& c) {
         (void)c.change_api_key({.api_key = "k",
                                 .name = "n",
                                 .scopes = {"user"},
                                 .expires_at = "t",
                                 .allowed_networks = std::vector<std::string>{"::1"},
                                 .rate_limit = RateLimit{.requests = 1, .per_s = 86'400}});
       }},
      {R"(PATCH /v1/api-keys/k {"expires_at":null,"allowed_networks":null,"rate_limit":null})",
       [](const Client& c) {
         (void)c.change_api_key({.api_key = "k",
                                 .expires_at = Clear{},
                                 .allowed_networks = Clear{},
                                 .rate_limit = Clear{}});
       }},
      {R"(POST /v1/api-keys {"spend_caps":{"day":"10","total":"0"}})",
       [](const Client& c) {
         (void)c.create_api_key({.spend_caps = SpendCaps{.day = kTen, .total = Credits()}});
       }},
      {R"(PATCH /v1/api-keys/k {"spend_caps":{"day":"10","month":null}})",
       [](const Client& c) {
         (void)c.change_api_key({.api_key = "k", .spend_caps = {.day = kTen, .month = Clear{}}});
       }},
      {R"(PATCH /v1/api-keys/k {"allowed_networks":[]})",
       [](const Client& c) {
         (void)c.change_api_key({.api_key = "k", .allowed_networks = std::vector<std::string>()});
       }},
      {"PATCH /v1/api-keys/k {}", [](const Client& c) { (void)c.change_api_key({"k"}); }},
      {"POST /v1/api-keys/k/rotate ", [](const Client& c) { (void)c.rotate_api_key({"k"}); }},
      {R"(POST /v1/api-keys/k/rotate {"overlap_s":0})",
       [](const Client& c) {
         (void)c.rotate_api_key({.api_key = "k", .overlap = std::chrono::seconds(0)});
       }},
      {R"(POST /v1/api-keys/revoke-leaked {"secret":"sk-leaked"})",
       [](const Client& c) { (void)c.revoke_leaked_api_key("sk-leaked"); }},
      {R"(POST /v1/organizations/o/members {"email":"a@b","role":"OWNER"})",
       [](const Client& c) {
         (void)c.add_member({.organization = "o", .email = "a@b", .role = "OWNER"});
       }},
      {R"(POST /v1/organizations/o/members {"user":"u"})",
       [](const Client& c) { (void)c.add_member({.organization = "o", .user = "u"}); }},
      {"DELETE /v1/organizations/o/members/u ",
       [](const Client& c) { (void)c.remove_member({.organization = "o", .user = "u"}); }},
      {R"(PUT /v1/user/default-organization {"organization":"o"})",
       [](const Client& c) { (void)c.choose_default_organization("o"); }},
      {"POST /v1/users/u/disable ", [](const Client& c) { (void)c.disable_user("u"); }},
      {"POST /v1/users/u/enable ", [](const Client& c) { (void)c.enable_user("u"); }},
      {"POST /v1/users/u/erase ", [](const Client& c) { (void)c.erase_user("u"); }},
      {"POST /v1/organizations/o/disable ",
       [](const Client& c) { (void)c.disable_organization("o"); }},
      {"POST /v1/organizations/o/enable ",
       [](const Client& c) { (void)c.enable_organization("o"); }},
      {"GET /v1/clock ", [](const Client& c) { (void)c.get_clock(); }},
      {"POST /v1/organizations/o/entries/17/erase ",
       [](const Client& c) { (void)c.erase_entry_texts("o", 17); }},
      {"POST /v1/clock/confirm ", [](const Client& c) { (void)c.confirm_clock(); }},
      {"GET /v1/audit-log?actor=a&target=t&kind=k&from=f&to=u&limit=3 ",
       [](const Client& c) {
         (void)c.list_audit_log({.actor = "a",
                                 .target = "t",
                                 .kind = "k",
                                 .from = "f",
                                 .to = "u",
                                 .page = {.limit = 3}});
       }},
      {"GET /v1/api-keys/k ", [](const Client& c) { (void)c.get_api_key("k"); }},
      {"GET /v1/api-keys?user=u&cursor=x ",
       [](const Client& c) { (void)c.list_api_keys({.user = "u", .page = {.cursor = "x"}}); }},
      {"POST /v1/api-keys/k/revoke ", [](const Client& c) { (void)c.revoke_api_key("k"); }},
      {R"(POST /v1/organizations/o/grants {"amount":"10","category":"paid","priority":-1,"metadata":{"a": 1}})",
       [](const Client& c) {
         (void)c.create_grant({.organization = "o",
                               .amount = kTen,
                               .category = "paid",
                               .priority = -1,
                               .remarks = {.metadata = R"( {"a": 1} )"}});
       }},
      {"GET /v1/grants/g ", [](const Client& c) { (void)c.get_grant("g"); }},
      {"GET /v1/organizations/o/grants ",
       [](const Client& c) { (void)c.list_grants({.organization = "o"}); }},
      {R"(POST /v1/charges {"organization":"o","amount":"10","operation":"p","model":"e"})",
       [](const Client& c) {
         (void)c.create_charge(
             {.organization = "o", .amount = kTen, .operation = "p", .model = "e"});
       }},
      {"GET /v1/charges/c ", [](const Client& c) { (void)c.get_charge("c"); }},
      {"GET /v1/charges?organization=o ",
       [](const Client& c) { (void)c.list_charges({.organization = "o"}); }},
      {"GET /v1/organizations/o/entries ",
       [](const Client& c) { (void)c.list_entries({.organization = "o"}); }},
      {"GET /v1/organizations/o/entries?kind=charge&from=2026-11-02T00%3A00%3A00Z&to=t&"
       "operation=a%26b&key=k&limit=5&cursor=x ",
       [](const Client& c) {
         (void)c.list_entries({.organization = "o",
                               .kind = "charge",
                               .from = "2026-11-02T00:00:00Z",
                               .to = "t",
                               .operation = "a&b",
                               .key = "k",
                               .page = {.limit = 5, .cursor = "x"}});
       }},
  };
  for (const Line& line : table) {
    transport_->answer(404, R"({"id":"i","name":"not_found","message":"m"})");
    line.call(client_);
    ASSERT_FALSE(transport_->requests().empty()) << line.request;
    const HttpRequest request = transport_->requests().back();
    EXPECT_EQ(request.method + " " + request.url.substr(std::string("http://server").size()) + " " +
                  request.body.value_or(""),
              line.request);
    EXPECT_EQ(find_header(request.headers, "Idempotency-Key") != nullptr,
              request.method == "POST" || request.method == "PATCH" || request.method == "DELETE");
  }
  EXPECT_EQ(transport_->requests().size(), table.size());
}

TEST_F(ClientTest, RefusesWhatCannotBeSent) {
  const std::vector<std::pair<std::string, std::function<Failure(const Client&)>>> table = {
      {"email", [](const Client& c) { return c.create_user({}).error(); }},
      {"name",
       [](const Client& c) { return c.create_user({.email = "e", .name = "\xFF"}).error(); }},
      {"user", [](const Client& c) { return c.get_user("").error(); }},
      {"user", [](const Client& c) { return c.get_user("..").error(); }},
      {"limit", [](const Client& c) { return c.list_users({.limit = 0}).error(); }},
      {"limit", [](const Client& c) { return c.list_users({.limit = 1001}).error(); }},
      {"cursor", [](const Client& c) { return c.list_users({.cursor = ""}).error(); }},
      {"organization", [](const Client& c) { return c.list_charges({}).error(); }},
      {"organization", [](const Client& c) { return c.list_entries({}).error(); }},
      {"kind",
       [](const Client& c) { return c.list_entries({.organization = "o", .kind = ""}).error(); }},
      {"amount", [](const Client& c) { return c.create_charge({.organization = "o"}).error(); }},
      {"amount",
       [](const Client& c) {
         return c.create_grant({.organization = "o", .amount = Credits::from_nano(-1)}).error();
       }},
      {"metadata",
       [](const Client& c) {
         return c
             .create_charge({.organization = "o", .amount = kTen, .remarks = {.metadata = "[]"}})
             .error();
       }},
      {"metadata",
       [](const Client& c) {
         return c
             .create_charge({.organization = "o", .amount = kTen, .remarks = {.metadata = "{}}"}})
             .error();
       }},
      {"role",
       [](const Client& c) { return c.put_member({.organization = "o", .user = "u"}).error(); }},
      {"api_key", [](const Client& c) { return c.change_api_key({.name = "n"}).error(); }},
      {"rate_limit",
       [](const Client& c) {
         return c.create_api_key({.rate_limit = RateLimit{.requests = 0, .per_s = 1}}).error();
       }},
      {"rate_limit",
       [](const Client& c) {
         return c
             .change_api_key({.api_key = "k", .rate_limit = RateLimit{.requests = 1, .per_s = 0}})
             .error();
       }},
      {"allowed_networks",
       [](const Client& c) { return c.create_api_key({.allowed_networks = {"\xFF"}}).error(); }},
      {"overlap_s",
       [](const Client& c) {
         return c.rotate_api_key({.api_key = "k", .overlap = std::chrono::seconds(-1)}).error();
       }},
      {"overlap_s",
       [](const Client& c) {
         return c.rotate_api_key({.api_key = "k", .overlap = std::chrono::seconds(2'592'001)})
             .error();
       }},
      {"secret", [](const Client& c) { return c.revoke_leaked_api_key(Secret()).error(); }},
  };
  for (const auto& [field, call] : table) {
    const Failure failure = call(client_);
    EXPECT_EQ(failure.kind, FailureKind::usage) << failure.message;
    EXPECT_EQ(failure.field, field) << failure.message;
  }
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(ClientTest, ALeakedSecretGoesWithoutAKey) {
  const Client keyless({.base_url = "http://server", .transport = transport_});
  for (const Client& client : {client_, keyless}) {
    transport_->answer(200, R"({"revoked":true})");
    const auto told = client.revoke_leaked_api_key("sk-leaked-0123456789");
    ASSERT_TRUE(told) << told.error().message;
    EXPECT_TRUE(told->is_revoked);
    const HttpRequest request = transport_->requests().back();
    EXPECT_FALSE(find_header(request.headers, "Authorization"));
    EXPECT_TRUE(request.is_repeatable);
  }
  // What is wrong with it is told without it.
  transport_->answer(400, R"({"id":"i","name":"bad_request","message":"no sk-leaked-0123456789"})");
  const auto refused = keyless.revoke_leaked_api_key("sk-leaked-0123456789");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("0123456789"), std::string::npos);
  // Any other call says that there is no key, and sends nothing.
  const std::size_t sent = transport_->requests().size();
  EXPECT_EQ(keyless.get_api_key("k").error().field, "api_key");
  EXPECT_EQ(transport_->requests().size(), sent);
}

TEST_F(ClientTest, ARotationShowsTheNewSecret) {
  transport_->answer(200,
                     R"({"id":"k","user":"u","hint":"sk-b","scopes":["user"],"created_at":"t",)"
                     R"("previous_secret":{"hint":"sk-a","works_until":"w"},"secret":"sk-new"})");
  const auto key = client_.rotate_api_key({.api_key = "k", .overlap = std::chrono::seconds(60)});
  ASSERT_TRUE(key) << key.error().message;
  ASSERT_TRUE(key->secret && key->previous_secret);
  EXPECT_EQ(key->secret->reveal(), "sk-new");
  EXPECT_EQ(key->previous_secret->works_until, "w");
}

TEST_F(ClientTest, AReceiptSaysWhatCameOfAWrite) {
  constexpr std::string_view kOrganization = R"({"id":"o","name":"n","created_at":"t"})";
  transport_->answer(201, std::string(kOrganization), {{"x-request-id", "r"}});
  const auto made = client_.create_organization({.name = "n"});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->id, "o");
  EXPECT_FALSE(made->is_replayed);
  EXPECT_EQ(made->request_id, "r");
  EXPECT_EQ(made->idempotency_key.size(), 26U);

  transport_->answer(201, std::string(kOrganization), {{"idempotency-replayed", "true"}});
  const auto replayed = client_.create_organization({.name = "n"}, {.idempotency_key = "k"});
  ASSERT_TRUE(replayed);
  EXPECT_TRUE(replayed->is_replayed);
  EXPECT_EQ(replayed->idempotency_key, "k");
}

TEST_F(ClientTest, AnErrorTellsTheCallerWhatToDoNext) {
  transport_->answer(
      402, R"({"id":"i","name":"insufficient_credits","message":"Too few.","required":"2"})");
  const auto charge = client_.create_charge({.organization = "o", .amount = kTen});
  ASSERT_FALSE(charge);
  const Failure& failure = charge.error();
  EXPECT_EQ(failure.kind, FailureKind::http_status);
  EXPECT_EQ(failure.status, 402);
  EXPECT_TRUE(failure.is_named("insufficient_credits"));
  EXPECT_EQ(failure.error->detail("required"), "2");
  EXPECT_EQ(failure.request_id, "i");
  EXPECT_EQ(failure.message,
            "HTTP 402 insufficient_credits: Too few. Add credits to the organization, or spend "
            "less");

  transport_->answer(402, R"({"id":"i","name":"spend_cap_exceeded","message":"Capped."})");
  EXPECT_EQ(
      client_.create_charge({.organization = "o", .amount = kTen}).error().message,
      "HTTP 402 spend_cap_exceeded: Capped. Spend less, or have the spend cap of the caller's "
      "API key raised");

  transport_->answer(400, R"({"id":"i","name":"bad_request","message":"wrong","field":"email"})");
  EXPECT_EQ(client_.create_user({.email = "x"}).error().message,
            "HTTP 400 bad_request: wrong (field `email`). Correct the request");

  transport_->answer(418, "<html>");
  const auto unreadable = client_.account();
  EXPECT_FALSE(unreadable.error().error);
  EXPECT_EQ(unreadable.error().message,
            "HTTP 418 without a readable error body. The request was refused");
}

TEST_F(ClientTest, RefusesAnAnswerThatIsNotJson) {
  transport_->answer(200, "{}", {{"content-type", "Text/HTML; charset=utf-8"}});
  const auto html = client_.balance();
  ASSERT_FALSE(html);
  EXPECT_EQ(html.error().kind, FailureKind::decoding);
  EXPECT_EQ(html.error().field, "Content-Type");
  EXPECT_EQ(html.error().status, 200);

  transport_->answer(200, R"({"credits":1)");
  EXPECT_EQ(client_.balance().error().kind, FailureKind::decoding);
  transport_->answer(200, "https://example.com/credits.json");
  EXPECT_EQ(client_.balance().error().kind, FailureKind::decoding);

  transport_->answer(200, R"({"credits":1})", {{"content-type", "application/vnd.x+json"}});
  EXPECT_TRUE(client_.balance());
}

}  // namespace farthing::sdk::client_test
