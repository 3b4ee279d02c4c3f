// SPDX-License-Identifier: Apache-2.0
#include "server/api/readiness.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/testing/api_fixture.hpp"

namespace farthing::api::readiness_test {

using store::Cause;
using store::Limitation;
using store::Work;
using store::WorkSet;

// A store that refuses what it is told to.
class LimitedStore final : public store::MemoryStore {
 public:
  using MemoryStore::MemoryStore;
  std::vector<Limitation> limitations() const override { return limitations_; }
  void set(std::string name, Cause cause, WorkSet refused) {
    limitations_ = {{.name = std::move(name),
                     .cause = cause,
                     .refused = refused,
                     .message = "Look at /secret.",
                     .since = Instant::from_us(1'795'348'800'000'000)}};
  }

 private:
  std::vector<Limitation> limitations_;
};

class ReadinessTest : public testing::Test {
 protected:
  ReadinessTest() {
    api_.set_ready(true);
    http::ServerOptions options;
    options.listen = {{.address = "127.0.0.1", .port = 0}};
    options.admin = http::ListenAddress{.address = "127.0.0.1", .port = 0};
    server_ = *http::Server::start(options, api_);
  }
  ~ReadinessTest() override { server_->stop(); }

  http::RawAnswer ask(const std::string& query, std::uint16_t port) {
    http::RawClient client(port);
    client.send("GET /readyz" + query + " HTTP/1.1\r\nHost: t\r\n\r\n");
    return client.read_answer().value_or(http::RawAnswer{});
  }
  http::RawAnswer ask(const std::string& query = "") { return ask(query, server_->port()); }
  http::RawAnswer ask_as_operator(const std::string& query = "") {
    return ask(query, server_->admin_port());
  }

  ManualClock clock_{Instant::from_us(1'795'348'800'000'000)};
  LimitedStore store_{clock_};
  service::Services services_{store_, SigningKey::make(), service::RateLimits::none(), {}, {}};
  Api api_{services_};
  std::unique_ptr<http::Server> server_;
};

TEST_F(ReadinessTest, AReasonOfTheNodesOwnTakesItOut) {
  store_.set("disk_space", Cause::node, Work::acts | Work::movements);
  const http::RawAnswer answer = ask();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(text_at(answer.body, "name"), "unavailable");
  EXPECT_EQ(text_at(answer.body, "status"), "unavailable");
  EXPECT_EQ(answer.header("retry-after"), "1");
  EXPECT_EQ(text_at(answer.body, "refused.0"), "acts");
  EXPECT_EQ(text_at(answer.body, "refused.1"), "movements");
  EXPECT_EQ(text_at(answer.body, "limitations.0.name"), "disk_space");
}

TEST_F(ReadinessTest, AReasonThatAllNodesShareIsDegraded) {
  store_.set("database_clock", Cause::shared, Work::acts | Work::movements);
  const http::RawAnswer answer = ask();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body,
            R"({"status":"degraded","refused":["acts","movements"],"limitations":[{"name":)"
            R"("database_clock","cause":"shared","refused":["acts","movements"]}]})");
}

// The node still does what balancers send to it.
TEST_F(ReadinessTest, RefusedActsAloneAreDegraded) {
  store_.set("disk_space", Cause::node, Work::acts);
  EXPECT_EQ(ask().status, 200);
  EXPECT_EQ(text_at(ask().body, "status"), "degraded");
  EXPECT_EQ(ask("?for=acts").status, 503);
}

TEST_F(ReadinessTest, WhatIsOnlyToldRefusesNothing) {
  store_.set("clock", Cause::node, {});
  EXPECT_EQ(ask().status, 200);
  EXPECT_EQ(text_at(ask().body, "status"), "degraded");
  for (const std::string work : {"acts", "movements", "protection", "reads"}) {
    EXPECT_EQ(ask("?for=" + work).status, 200) << work;
  }
}

TEST_F(ReadinessTest, ShortagesOfTheServerStandBesideThoseOfTheStore) {
  store_.set("disk_space", Cause::node, Work::acts);
  api_.note_shortage(http::Shortage::request_memory, {});
  EXPECT_EQ(ask().status, 200);
  EXPECT_EQ(text_at(ask().body, "limitations.1.name"), "request_memory");
  EXPECT_EQ(services_.admission.refusals().take_lines(),
            std::vector<std::string>{"requests were refused client=unknown large_requests=1"});
  api_.note_shortage(http::Shortage::connections, {});
  const http::RawAnswer answer = ask();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(text_at(answer.body, "limitations.1.name"), "connections");
}

TEST_F(ReadinessTest, OneKindOfWorkCanBeAskedFor) {
  for (const Cause cause : {Cause::node, Cause::shared}) {
    store_.set("clock", cause, Work::acts | Work::movements);
    EXPECT_EQ(ask("?for=reads").status, 200);
    EXPECT_EQ(ask("?for=protection").status, 200);
    EXPECT_EQ(ask("?for=movements").status, 503);
    store_.set("database", cause, WorkSet::all());
    EXPECT_EQ(ask("?for=reads").status, 503);
  }
  const http::RawAnswer wrong = ask("?for=writes");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(text_at(wrong.body, "field"), "for");
}

TEST_F(ReadinessTest, DetailsAreForOperators) {
  for (const Cause cause : {Cause::node, Cause::shared}) {
    store_.set("disk_space", cause, WorkSet::writes());
    EXPECT_EQ(ask().body.find("secret"), std::string::npos);
    const http::RawAnswer told = ask_as_operator();
    EXPECT_EQ(text_at(told.body, "limitations.0.message"), "Look at /secret.");
    EXPECT_EQ(text_at(told.body, "limitations.0.since"), "2026-11-22T12:00:00.000000Z");
  }
}

// Callers reach the only port there is.
TEST_F(ReadinessTest, WithoutAPortOfTheirsOperatorsFindDetailsInTheLog) {
  store_.set("disk_space", Cause::node, WorkSet::writes());
  http::ServerOptions options;
  options.listen = {{.address = "127.0.0.1", .port = 0}};
  const auto server = *http::Server::start(options, api_);
  const http::RawAnswer answer = ask("", server->port());
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(text_at(answer.body, "limitations.0.name"), "disk_space");
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  server->stop();
}

}  // namespace farthing::api::readiness_test
