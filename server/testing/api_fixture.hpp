// SPDX-License-Identifier: Apache-2.0
// For tests of the API: the real transport on a free port before the API over an in-memory store
// whose time stands still, an admin's key, and requests in one line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json/json_value.hpp"
#include "server/api/api.hpp"
#include "server/http/server.hpp"
#include "server/testing/raw_client.hpp"
#include "server/testing/store_fixture.hpp"

namespace farthing::api {

// One request; what is empty is not sent.
struct Ask {
  std::string_view method = "GET";
  std::string path;
  std::string key;                   // becomes "Authorization: Bearer …"
  std::string body;                  // with a body goes "Content-Type: application/json"
  std::string idempotency_key;       // becomes Idempotency-Key
  std::vector<std::string> headers;  // further lines, without CR LF
};

// The string or other text of a member, as "balance.available" or "grants.0.amount" leads to it; a
// number by its digits, true and false by name; nothing when it is not there.
std::optional<std::string> find_text(std::string_view json, std::string_view path);
// The same, empty when it is not there.
std::string text_at(std::string_view json, std::string_view path);

class ApiTest : public service::StoreTest {
 public:
  ~ApiTest() override;

 protected:
  explicit ApiTest(store::ClockRules rules = {});

  // The answer, on one connection for the whole test.
  http::RawAnswer ask(const Ask& request);
  // Expects `status` and gives the body.
  std::string expect(int status, const Ask& request);
  // Expects the error of that status and name, about `field`, and gives its message.
  std::string expect_error(int status, std::string_view name, std::string_view field,
                           const Ask& request);

  std::string admin_key() const { return admin_key_; }
  // Requests of the admin.
  Ask get(std::string path) const { return {.path = std::move(path), .key = admin_key_}; }
  Ask post(std::string path, std::string body, std::string idempotency_key) const;
  // A key of a new user with these scopes.
  std::string make_key(directory::Scopes scopes);

  service::Services services_{store_, SigningKey::make(), service::RateLimits::none(), {}, {}};
  Api api_{services_};

 private:
  std::unique_ptr<http::Server> server_;
  std::optional<http::RawClient> client_;
  std::string admin_key_;
};

// The same with an organization, which has no credits yet.
class LedgerApiTest : public ApiTest {
 protected:
  using ApiTest::ApiTest;

  // An object with the organization and `members`, which need no braces.
  std::string for_it(const std::string& members) const {
    return R"({"organization":")" + organization_ + R"(",)" + members + "}";
  }
  Ask give(std::string body, std::string idempotency_key) const;
  Ask charge(const std::string& members, std::string idempotency_key) const;
  // The id of what the request makes.
  std::string made(const Ask& request) { return text_at(expect(201, request), "id"); }
  std::string given(const std::string& amount, std::string idempotency_key);
  std::string charged(const std::string& amount, std::string idempotency_key);

  const OrganizationId organization_id_ = add_organization("Acme").id;
  const std::string organization_ = organization_id_.to_string();
};

}  // namespace farthing::api
