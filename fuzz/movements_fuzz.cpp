// SPDX-License-Identifier: Apache-2.0
// Any bytes as the body of any movement, sent to the whole server over a store in memory: the first
// byte chooses the call, the rest is the body. Every answer must be one that the call may have, in
// JSON, and the balance must stay within its limit.
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.hpp"
#include "base/clock.hpp"
#include "base/json/json_reader.hpp"
#include "base/json/json_value.hpp"
#include "server/api/api.hpp"
#include "server/http/server.hpp"
#include "server/service/api_key_secret.hpp"
#include "server/service/operator_key.hpp"
#include "server/testing/memory_store.hpp"
#include "server/testing/raw_client.hpp"

namespace {

using namespace farthing;

// The organization that a body may name; the corpus does.
constexpr std::string_view kOrganization = "org-00000000000000000000000001";

http::ServerOptions on_free_port() {
  http::ServerOptions options;
  options.listen = {{.address = "127.0.0.1", .port = 0}};
  return options;
}

// The server, and one of each thing that a movement can be about.
class World {
 public:
  World() : client_(server_->port()) {
    service::create_operator_key(store_, secret_,
                                 [](const Result<directory::ApiKey>& made) { CHECK(made); });
    store_.change(
        {.origin = {},
         .action = directory::CreateOrganization{{.id = *OrganizationId::parse(kOrganization),
                                                  .name = "Fuzz"}}},
        [](const Result<directory::DirectoryOutcome>& made) { CHECK(made); });
    const std::string amount = R"({"amount":"1000000"})";
    const std::string owned =
        R"({"organization":")" + std::string(kOrganization) + R"(","amount":"1000","ttl_s":86400})";
    const std::string charged =
        R"({"organization":")" + std::string(kOrganization) + R"(","amount":"1000"})";
    const std::string grant =
        make("/v1/organizations/" + std::string(kOrganization) + "/grants", amount);
    const std::string hold = make("/v1/holds", owned);
    const std::string charge = make("/v1/charges", charged);
    calls_ = {{{"POST", "/v1/organizations/" + std::string(kOrganization) + "/grants"},
               {"POST", "/v1/charges"},
               {"POST", "/v1/charges/batch"},
               {"POST", "/v1/holds"},
               {"POST", "/v1/holds/" + hold + "/capture"},
               {"POST", "/v1/holds/" + hold + "/extend"},
               {"POST", "/v1/holds/" + hold + "/release"},
               {"POST", "/v1/charges/" + charge + "/refunds"},
               {"POST", "/v1/grants/" + grant + "/void"},
               {"PATCH", "/v1/organizations/" + std::string(kOrganization)}}};
  }
  ~World() { server_->stop(); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void try_body(std::size_t call, std::string_view body) {
    const auto& [method, path] = calls_[call % calls_.size()];
    const http::RawAnswer answer = ask(method, path, body);
    const bool is_answered = answer.status == 200 || answer.status == 201;
    CHECK(is_answered || (answer.status >= 400 && answer.status < 500));
    CHECK(read_json(answer.body));
    check_balance();
  }

 private:
  http::RawAnswer ask(std::string_view method, const std::string& path, std::string_view body) {
    std::string request(method);
    request += " " + path + " HTTP/1.1\r\nHost: f\r\nAuthorization: ";
    request.append(secret_.reveal()) += "\r\nContent-Type: application/json\r\n";
    request += "Idempotency-Key: " + std::to_string(next_key_++) + "\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    CHECK(client_.send(request.append(body)));
    auto answer = client_.read_answer();
    CHECK(answer);
    return *std::move(answer);
  }

  // The id of what was made.
  std::string make(const std::string& path, const std::string& body) {
    const http::RawAnswer answer = ask("POST", path, body);
    CHECK(answer.status == 201);
    const auto made = read_json(answer.body);
    CHECK(made && (*made)->as_object() != nullptr);
    const std::string_view* id = (*made)->as_object()->front().value.as_string();
    CHECK(id != nullptr);
    return std::string(*id);
  }

  void check_balance() {
    const auto organization = *OrganizationId::parse(kOrganization);
    store_.read_state(organization, [](const Result<store::CurrentState>& state) {
      CHECK(state);
      CHECK(state->state.balance.available.nano() >= 0 || state->state.debt.is_positive());
      CHECK(state->state.balance.held.nano() >= 0);
    });
  }

  ManualClock clock_{*Instant::parse("2026-01-01T00:00:00Z")};
  store::MemoryStore store_{clock_};
  service::Services services_{store_, std::nullopt, service::RateLimits::none(), {}, {}};
  api::Api api_{services_};
  std::unique_ptr<http::Server> server_ = http::Server::start(on_free_port(), api_).value();
  http::RawClient client_;
  const Secret secret_ = service::make_api_key_secret({});
  std::uint64_t next_key_ = 0;
  std::array<std::pair<std::string_view, std::string>, 10> calls_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // After a while another one, so that neither memory nor the ledger grows for ever.
  constexpr int kMostBodies = 20'000;
  static std::optional<World> world;
  static int bodies = 0;
  if (bodies++ % kMostBodies == 0) world.emplace();
  world->try_body(data[0], std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}
