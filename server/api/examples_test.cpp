// SPDX-License-Identifier: Apache-2.0
// The examples of api/examples against what the server answers: the same members, and values of the
// same kind, id for id and amount for amount.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "base/json/json_reader.hpp"
#include "server/testing/api_fixture.hpp"

namespace farthing::api::examples_test {

std::string kind_of(std::string_view text) {
  if (UserId::parse(text)) return "user id";
  if (OrganizationId::parse(text)) return "organization id";
  if (ApiKeyId::parse(text)) return "API key id";
  if (GrantId::parse(text)) return "grant id";
  if (ChargeId::parse(text)) return "charge id";
  if (HoldId::parse(text)) return "hold id";
  if (RefundId::parse(text)) return "refund id";
  if (Instant::parse(text)) return "instant";
  if (service::is_api_key_secret(text)) return "secret";
  if (Credits::parse(text)) return "amount";
  return "text";
}

// The document with the kind of each value in its place; of an array the first element speaks for
// all.
void append_shape(const JsonValue& value, std::string& out) {
  if (const auto* object = value.as_object()) {
    out += "{ ";
    for (const JsonMember& member : *object) {
      out.append(member.name).append(": ");
      append_shape(member.value, out);
      out += ", ";
    }
    out += "}";
  } else if (const auto* array = value.as_array()) {
    out += "[";
    if (!array->empty()) append_shape(array->front(), out);
    out += "]";
  } else if (const std::string_view* text = value.as_string()) {
    out += kind_of(*text);
  } else if (value.as_number() != nullptr) {
    out += "number";
  } else {
    out += value.as_boolean() != nullptr ? "boolean" : "null";
  }
}

std::string shape_of(std::string_view json) {
  const auto document = read_json(json);
  if (!document) return "no JSON: " + document.error().message;
  std::string shape;
  append_shape(**document, shape);
  return shape;
}

class ExamplesTest : public ApiTest {
 protected:
  void compare(const std::string& name, std::string_view answer) {
    std::ifstream file(std::filesystem::path(FARTHING_API_EXAMPLES) / (name + ".json"));
    ASSERT_TRUE(file) << name;
    const std::string example{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(shape_of(answer), shape_of(example)) << name;
    compared_.insert(name + ".json");
  }
  std::string get(std::string path) {
    return expect(200, {.path = std::move(path), .key = admin_key()});
  }
  std::string send(int status, std::string_view method, std::string path, std::string body,
                   std::string idempotency_key = {}) {
    return expect(status, {.method = method,
                           .path = std::move(path),
                           .key = admin_key(),
                           .body = std::move(body),
                           .idempotency_key = std::move(idempotency_key)});
  }

  void compare_directory() {
    compare("organization", organization_json_);
    const std::string member = "/v1/organizations/" + organization_ + "/members/" + user_;
    compare("membership", send(200, "PUT", member, R"({"role":"OWNER"})"));
    compare("user", get("/v1/users/" + user_));
    compare_users();
    compare("organizations", get("/v1/organizations"));
    compare("members", get("/v1/organizations/" + organization_ + "/members"));
  }
  // The page between the administrator, who was there before, and a user who came after.
  void compare_users() {
    send(201, "POST", "/v1/users", R"({"email":"grace@example.com"})");
    const std::string cursor = text_at(get("/v1/users?limit=1"), "next");
    compare("users", get("/v1/users?limit=1&cursor=" + cursor));
  }
  void compare_keys() {
    const std::string made =
        send(201, "POST", "/v1/api-keys",
             R"({"user":")" + user_ + R"(","name":"laptop","expires_at":"2027-01-01T00:00:00Z"})");
    compare("api_key_made", made);
    const std::string path = "/v1/api-keys/" + text_at(made, "id");
    compare("api_key", get(path));
    compare("api_keys", get("/v1/api-keys?user=" + user_));
    const std::string key = text_at(made, "secret");
    compare("account", expect(200, {.path = "/v1alpha/user/account", .key = key}));
    compare("balance", expect(200, {.path = "/v1alpha/user/balance", .key = key}));
    compare_limited_key();
    compare("api_key_revoked", send(200, "POST", path + "/revoke", ""));
  }
  void compare_limited_key() {
    const std::string other =
        send(201, "POST", "/v1/api-keys",
             R"({"user":")" + user_ + R"(","name":"laptop","expires_at":"2027-01-01T00:00:00Z"})");
    const std::string path = "/v1/api-keys/" + text_at(other, "id");
    compare_verification(text_at(other, "secret"));
    compare("api_key_changed",
            send(200, "PATCH", path,
                 R"({"name":"build server","allowed_networks":["192.0.2.0/24","2001:db8::/32"],)"
                 R"("rate_limit":{"requests":1000,"per_s":10},)"
                 R"("spend_caps":{"day":"5","month":100}})"));
    compare_capped_verification(path, text_at(other, "secret"));
    const std::string rotated = send(200, "POST", path + "/rotate", R"({"overlap_s":86400})");
    compare("api_key_rotated", rotated);
    compare("api_key_leaked",
            expect(200, {.method = "POST",
                         .path = "/v1/api-keys/revoke-leaked",
                         .body = R"({"secret":")" + text_at(rotated, "secret") + R"("})"}));
  }
  void compare_verification(const std::string& key) {
    const auto ask = [this, &key](const std::string& more) {
      return send(200, "POST", "/v1/api-keys/verify",
                  R"({"api_key":")" + key + R"(")" + more + "}");
    };
    compare("api_key_verified", ask(""));
    compare("api_key_refused", ask(R"(,"could_spend":"2")"));
  }
  void compare_capped_verification(const std::string& path, const std::string& key) {
    send(200, "PATCH", path, R"({"allowed_networks":null})");
    compare("api_key_verified_capped",
            send(200, "POST", "/v1/api-keys/verify", R"({"api_key":")" + key + R"("})"));
    compare("error_spend_cap_exceeded", send(402, "POST", "/v1/charges",
                                             R"({"organization":")" + organization_ +
                                                 R"(","amount":6,"api_key":")" + key + R"("})",
                                             "capped"));
    send(200, "PATCH", path, R"({"allowed_networks":["192.0.2.0/24","2001:db8::/32"]})");
  }
  void compare_metering() {
    const std::string path = "/v1/organizations/" + organization_ + "/grants";
    const std::string grant = send(
        201, "POST", path,
        R"({"amount":100,"expires_at":"2027-11-22T00:00:00Z","metadata":{"order":"4711"}})", "g");
    compare("grant_made", grant);
    compare("grant", get("/v1/grants/" + text_at(grant, "id")));
    compare("grants", get(path));
    const std::string charge = send(201, "POST", "/v1/charges",
                                    R"({"organization":")" + organization_ +
                                        R"(","amount":"12.5","operation":"image","model":"v3",)"
                                        R"("metadata":{"job":"7"}})",
                                    "c");
    compare("charge", charge);
    compare("charges", get("/v1/charges?organization=" + organization_));
    compare("entries", get("/v1/organizations/" + organization_ + "/entries"));
    compare("statement", get("/v1/organizations/" + organization_ + "/statement"));
    compare("statement_key", get("/v1/statement-key"));
    compare("outcome", get("/v1/organizations/" + organization_ + "/outcomes/c"));
    compare("refund", send(201, "POST", "/v1/charges/" + text_at(charge, "id") + "/refunds",
                           R"({"amount":"2.5"})", "refund"));
    const std::string charge_path = "/v1/charges/" + text_at(charge, "id");
    compare("charge_story", get(charge_path));
    compare("charge_explanation", get(charge_path + "/explain"));
    compare("organization_balance", get("/v1/organizations/" + organization_ + "/balance"));
  }
  std::string place_hold(const std::string& caller_key, std::string idempotency_key) {
    return send(
        201, "POST", "/v1/holds",
        R"({"organization":")" + organization_ +
            R"(","amount":5,"operation":"video","model":"v3","metadata":{"job":"8"},"api_key":")" +
            caller_key + R"("})",
        std::move(idempotency_key));
  }
  void compare_holds() {
    const UserId caller = add_user("caller@example.com").id;
    join(caller, *OrganizationId::parse(organization_));
    const std::string caller_key(add_key(caller).secret.reveal());
    const std::string hold = place_hold(caller_key, "h");
    compare("hold_placed", hold);
    const std::string path = "/v1/holds/" + text_at(hold, "id");
    compare("hold_extended", send(200, "POST", path + "/extend", R"({"ttl_s":3600})", "e"));
    compare("hold_captured", send(200, "POST", path + "/capture", R"({"amount":"3.5"})", "k"));
    compare("hold", get(path));
    const std::string other = "/v1/holds/" + text_at(place_hold(caller_key, "h2"), "id");
    compare("hold_released", send(200, "POST", other + "/release", "", "r"));
  }
  void compare_batches() {
    const auto charge = [this](const std::string& key, const std::string& amount) {
      return R"({"idempotency_key":")" + key + R"(","organization":")" + organization_ +
             R"(","amount":)" + amount +
             R"(,"operation":"image","model":"v3","metadata":{"job":"7"}})";
    };
    compare("charge_results",
            send(200, "POST", "/v1/charges/batch",
                 R"({"charges":[)" + charge("b1", "1") + "," + charge("b2", "1000") + "]}"));
  }
  void compare_operating() {
    compare("organization_changed", send(200, "PATCH", "/v1/organizations/" + organization_,
                                         R"({"overdraft_limit":"25"})", "limit"));
    compare("organization_changed", get("/v1/organizations/" + organization_));
    const std::string grant = send(201, "POST", "/v1/organizations/" + organization_ + "/grants",
                                   R"({"amount":7})", "g2");
    compare("grant_voided",
            send(200, "POST", "/v1/grants/" + text_at(grant, "id") + "/void", "", "void"));
  }
  void compare_standing() {
    const std::string user = "/v1/users/" + user_;
    compare("user_disabled", send(200, "POST", user + "/disable", ""));
    expect(200, {.method = "POST", .path = user + "/enable", .key = admin_key()});
    const std::string organization = "/v1/organizations/" + organization_;
    compare("organization_disabled", send(200, "POST", organization + "/disable", ""));
    expect(200, {.method = "POST", .path = organization + "/enable", .key = admin_key()});
  }
  void compare_erasure() {
    const std::string made = send(201, "POST", "/v1/users", R"({"email":"eve@example.com"})");
    compare("user_erased", send(200, "POST", "/v1/users/" + text_at(made, "id") + "/erase", ""));
  }
  void compare_audit_log() {
    const std::string other =
        text_at(send(201, "POST", "/v1/users", R"({"email":"alan@example.com"})"), "id");
    const std::string member = "/v1/organizations/" + organization_ + "/members/" + other;
    send(200, "PUT", member, R"({"role":"MEMBER"})");
    send(200, "PUT", member, R"({"role":"ACCOUNTANT"})");
    compare("audit_log", get("/v1/audit-log?kind=member.change_role"));
  }
  void compare_errors() {
    compare("error", ask({.path = "/v1/user/account"}).body);
    compare("error_v1alpha", ask({.path = "/v1alpha/user/account"}).body);
    compare("error_field", send(400, "POST", "/v1/users", "{}"));
    compare("error_insufficient_credits",
            send(402, "POST", "/v1/charges",
                 R"({"organization":")" + organization_ + R"(","amount":"1000"})", "c2"));
    compare(
        "error_caller_key",
        send(403, "POST", "/v1/charges",
             R"({"organization":")" + organization_ + R"(","amount":1,"api_key":"sk-1"})", "c3"));
    compare("health", ask({.path = "/healthz"}).body);
    compare("clock", get("/v1/clock"));
  }

  const std::string user_ = text_at(
      send(201, "POST", "/v1/users",
           R"({"email":"ada@example.com","name":"Ada","profile_picture":"https://example.com/a"})"),
      "id");
  const std::string organization_json_ =
      send(201, "POST", "/v1/organizations", R"({"name":"Analytical Engines"})");
  const std::string organization_ = text_at(organization_json_, "id");
  std::set<std::string> compared_;
};

TEST_F(ExamplesTest, AreWhatTheServerAnswers) {
  compare_directory();
  compare_keys();
  compare_metering();
  compare_holds();
  compare_batches();
  compare_standing();
  compare_erasure();
  compare_audit_log();
  compare_errors();
  compare_operating();
  for (const auto& file : std::filesystem::directory_iterator(FARTHING_API_EXAMPLES)) {
    EXPECT_TRUE(compared_.contains(file.path().filename().string())) << file.path();
  }
}

}  // namespace farthing::api::examples_test
