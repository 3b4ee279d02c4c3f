// SPDX-License-Identifier: Apache-2.0
// What goes to the vendor's server, which is the default one: the two calls of the user API and
// nothing else, so that no operator's key gets there.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/client.hpp>
#include <farthing/hold_guard.hpp>
#include <farthing/v1alpha_user_api.hpp>

#include "sdk/cpp/mocks/scripted_transport.hpp"

namespace farthing::sdk::vendor_server_test {

constexpr auto kOne = Credits::from_nano(1'000'000'000);

struct NamedCall {
  std::string text;
  std::function<std::optional<Failure>(const Client&)> call;

  std::string name() const { return text.substr(0, text.find('(')); }
};

// A call of `Client`, with its text.
#define FARTHING_CALL(...)                                                               \
  {                                                                                      \
    #__VA_ARGS__, [](const Client& client) -> std::optional<Failure> {                   \
      const auto result = client.__VA_ARGS__;                                            \
      return result ? std::optional<Failure>() : std::optional<Failure>(result.error()); \
    }                                                                                    \
  }

const std::vector<NamedCall>& every_call() {
  static const std::vector<NamedCall> calls = {
      FARTHING_CALL(account()),
      FARTHING_CALL(balance()),
      FARTHING_CALL(balance("o")),
      FARTHING_CALL(choose_default_organization("o")),
      FARTHING_CALL(create_user({.email = "a@b"})),
      FARTHING_CALL(get_user("u")),
      FARTHING_CALL(list_users()),
      FARTHING_CALL(set_default_organization({.user = "u", .organization = "o"})),
      FARTHING_CALL(disable_user("u")),
      FARTHING_CALL(enable_user("u")),
      FARTHING_CALL(erase_user("u")),
      FARTHING_CALL(create_organization({.name = "n"})),
      FARTHING_CALL(change_organization({.organization = "o", .name = "n"})),
      FARTHING_CALL(get_organization("o")),
      FARTHING_CALL(get_organization_balance("o")),
      FARTHING_CALL(get_organization_balance({.organization = "o", .at = "t"})),
      FARTHING_CALL(list_organizations()),
      FARTHING_CALL(disable_organization("o")),
      FARTHING_CALL(enable_organization("o")),
      FARTHING_CALL(add_member({.organization = "o", .user = "u"})),
      FARTHING_CALL(remove_member({.organization = "o", .user = "u"})),
      FARTHING_CALL(put_member({.organization = "o", .user = "u", .role = "OWNER"})),
      FARTHING_CALL(list_members({.organization = "o"})),
      FARTHING_CALL(create_api_key({})),
      FARTHING_CALL(get_api_key("k")),
      FARTHING_CALL(list_api_keys()),
      FARTHING_CALL(change_api_key({.api_key = "k", .name = "n"})),
      FARTHING_CALL(rotate_api_key({"k"})),
      FARTHING_CALL(revoke_api_key("k")),
      FARTHING_CALL(revoke_leaked_api_key("sk-leaked")),
      FARTHING_CALL(verify_api_key({.api_key = "sk-caller"})),
      FARTHING_CALL(create_grant({.organization = "o", .amount = kOne})),
      FARTHING_CALL(get_grant("g")),
      FARTHING_CALL(list_grants({.organization = "o"})),
      FARTHING_CALL(void_grant({"g"})),
      FARTHING_CALL(create_charge({.organization = "o", .amount = kOne})),
      FARTHING_CALL(get_charge("c")),
      FARTHING_CALL(explain_charge("c")),
      FARTHING_CALL(list_charges({.organization = "o"})),
      FARTHING_CALL(create_charges({{.charge = {.organization = "o", .amount = kOne}}})),
      FARTHING_CALL(refund_charge({.charge = "c"})),
      FARTHING_CALL(place_hold({.organization = "o", .amount = kOne})),
      FARTHING_CALL(get_hold("h")),
      FARTHING_CALL(capture_hold({.hold = "h"})),
      FARTHING_CALL(extend_hold({.hold = "h", .ttl = std::chrono::seconds(60)})),
      FARTHING_CALL(release_hold({"h"})),
      FARTHING_CALL(list_entries({.organization = "o"})),
      FARTHING_CALL(list_entries_csv({.organization = "o"})),
      FARTHING_CALL(list_audit_log()),
      FARTHING_CALL(get_clock()),
      FARTHING_CALL(confirm_clock()),
      FARTHING_CALL(erase_entry_texts("o", 1)),
      FARTHING_CALL(get_outcome("o", "k")),
      FARTHING_CALL(get_statement({.organization = "o", .from = "a", .to = "b"})),
      FARTHING_CALL(get_statement_key()),
  };
  return calls;
}

bool is_of_user_api(const NamedCall& call) {
  return call.name() == "account" || call.name() == "balance";
}

// The names of all calls that the public header declares.
std::set<std::string> declared_calls() {
  std::ifstream file(FARTHING_CLIENT_HEADER);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string header = text.str();
  const std::regex declaration(R"(\n  Result<[^;(]*>\s+(\w+)\()");
  std::set<std::string> names;
  for (std::sregex_iterator at(header.begin(), header.end(), declaration), end; at != end; ++at) {
    names.insert((*at)[1]);
  }
  return names;
}

class VendorServer : public testing::Test {
 protected:
  Client client_at(const std::string& base_url) const {
    return Client({.api_key = "sk-test",
                   .base_url = base_url,
                   .retry = {.max_attempts = 1},
                   .transport = transport_});
  }

  std::shared_ptr<mocks::ScriptedTransport> transport_ =
      std::make_shared<mocks::ScriptedTransport>();
};

TEST_F(VendorServer, TheTableHasEveryCallOfTheClient) {
  std::set<std::string> names;
  for (const NamedCall& call : every_call()) names.insert(call.name());
  EXPECT_EQ(names, declared_calls());
}

TEST_F(VendorServer, GetsTheTwoCallsAndNoOther) {
  const Client unnamed({.api_key = "sk-test", .transport = transport_});
  for (const NamedCall& call : every_call()) {
    SCOPED_TRACE(call.text);
    const std::size_t sent = transport_->requests().size();
    if (is_of_user_api(call)) {
      transport_->answer(404, "{}");
      (void)call.call(unnamed);
      ASSERT_EQ(transport_->requests().size(), sent + 1);
      EXPECT_TRUE(transport_->requests().back().url.starts_with("https://api.stability.ai/"));
      continue;
    }
    const auto failure = call.call(unnamed);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->kind, FailureKind::usage);
    EXPECT_EQ(failure->field, "base_url");
    EXPECT_NE(failure->message.find("FARTHING_URL"), std::string::npos);
    EXPECT_FALSE(failure->is_outcome_unknown);
    EXPECT_EQ(transport_->requests().size(), sent);
  }
}

TEST_F(VendorServer, GetsNoOtherWhenItIsNamed) {
  for (const char* url :
       {"https://api.stability.ai", "https://API.Stability.AI/", "https://api.stability.ai.",
        "http://api.stability.ai", "https://api.stability.ai:8443/prefix"}) {
    SCOPED_TRACE(url);
    EXPECT_EQ(client_at(url).list_users().error().field, "base_url");
    EXPECT_EQ(client_at("http://farthing").list_users({}, {.base_url = url}).error().field,
              "base_url");
    // It needs no key, and its secret is no business of the vendor's either.
    EXPECT_EQ(client_at(url).revoke_leaked_api_key("sk-leaked").error().field, "base_url");
  }
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(VendorServer, AHoldIsNotPlacedThere) {
  const Client unnamed({.api_key = "sk-test", .transport = transport_});
  const auto held = HoldGuard::place(unnamed, {.organization = "o", .amount = kOne});
  ASSERT_FALSE(held);
  EXPECT_EQ(held.error().field, "base_url");
  EXPECT_TRUE(transport_->requests().empty());
}

TEST_F(VendorServer, TheSeedsClassKeepsItAsItsDefault) {
  const V1alphaUserApi api({.api_key = "sk-test", .transport = transport_});
  transport_->answer(200, R"({"credits":1})");
  EXPECT_TRUE(api.V1alphaUserBalance());
  EXPECT_EQ(transport_->requests().size(), 1U);
}

TEST_F(VendorServer, OtherServersGetEveryCall) {
  for (const char* url : {"http://farthing", "https://api.stability.ai.example", "https://[::1]:1",
                          "unix:/run/api.stability.ai", "http://127.0.0.1/api.stability.ai"}) {
    for (const NamedCall& call : every_call()) {
      const std::size_t sent = transport_->requests().size();
      transport_->answer(404, "{}");
      (void)call.call(client_at(url));
      EXPECT_EQ(transport_->requests().size(), sent + 1) << call.text << " at " << url;
    }
  }
}

}  // namespace farthing::sdk::vendor_server_test
