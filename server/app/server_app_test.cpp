// SPDX-License-Identifier: Apache-2.0
#include "server/app/server_app.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/clock.hpp"
#include "server/app/listen_url.hpp"
#include "server/testing/memory_store.hpp"
#include "server/testing/raw_client.hpp"

namespace farthing::app::server_app_test {

constexpr std::string_view kReady = "GET /readyz HTTP/1.1\r\nHost: t\r\n\r\n";

class ServerAppTest : public testing::Test {
 protected:
  auto start(std::uint16_t port) {
    http::ServerOptions options;
    options.listen.front().port = port;
    return ServerApp::start(std::make_unique<store::MemoryStore>(clock_), SigningKey::make(),
                            std::move(options), service::RateLimits::none());
  }

  SystemClock clock_;
};

TEST_F(ServerAppTest, IsReadyOnceStartedAndGoneAtTheEnd) {
  auto app = start(0);
  ASSERT_TRUE(app) << app.error();
  http::RawClient client((*app)->port());
  client.send(kReady);
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  (*app).reset();
  EXPECT_TRUE(client.reads_end());
}

TEST_F(ServerAppTest, SaysWhenThePortIsTaken) {
  const auto first = start(0);
  ASSERT_TRUE(first);
  const auto second = start((*first)->port());
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().find("Address already in use"), std::string::npos) << second.error();
}

TEST(ListenUrl, PutsBracketsAroundIpv6) {
  EXPECT_EQ(listen_url("http", {.address = "127.0.0.1"}, 8080), "http://127.0.0.1:8080");
  EXPECT_EQ(listen_url("https", {.address = "::1"}, 80), "https://[::1]:80");
  EXPECT_EQ(listen_url("https", {.address = "/run/farthing.sock"}, 0), "unix:/run/farthing.sock");
}

}  // namespace farthing::app::server_app_test
