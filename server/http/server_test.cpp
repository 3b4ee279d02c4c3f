// SPDX-License-Identifier: Apache-2.0
// Starting and stopping.
#include "server/http/server.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "server/testing/transport_fixture.hpp"

namespace farthing::http::server_test {

using std::chrono::milliseconds;

constexpr std::string_view kFixed = "GET /fixed HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kHold = "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kLater = "GET /later HTTP/1.1\r\nHost: a\r\n\r\n";

class ServerTest : public TransportTest {};

TEST_F(ServerTest, AnAddressInUseIsAnError) {
  start();
  ServerOptions options;
  options.listen.front().port = server_->port();
  const auto second = Server::start(options, handler_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), "cannot listen on 127.0.0.1 port " + std::to_string(server_->port()) +
                                ": Address already in use");
}

TEST_F(ServerTest, ANameIsNoAddress) {
  ServerOptions options;
  options.listen.front().address = "localhost";
  const auto server = Server::start(options, handler_);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error(), "the address to listen on is not an IP address: localhost");
}

TEST_F(ServerTest, AllThreadsServe) {
  ServerOptions options;
  options.threads = 3;
  start(options);
  std::vector<RawClient> clients;
  for (int i = 0; i < 12; ++i) {
    clients.push_back(connect());
    clients.back().send(i % 2 == 0 ? kFixed : kLater);
  }
  for (RawClient& client : clients) EXPECT_TRUE(client.read_answer());
}

TEST_F(ServerTest, StopClosesIdleConnectionsAndTheListener) {
  start();
  RawClient idle = connect();
  idle.send(kFixed);
  ASSERT_TRUE(idle.read_answer());
  const std::uint16_t port = server_->port();
  server_->stop();
  EXPECT_TRUE(idle.reads_end());
  EXPECT_ANY_THROW(RawClient{port});
  EXPECT_EQ(server_->open_connections(), 0U);
  server_->stop();
}

TEST_F(ServerTest, StopFinishesRequestsInFlight) {
  start();
  RawClient client = connect();
  client.send(kHold);
  RawClient half = connect();
  half.send("GET /fixed HTTP/1.1\r\n");
  half.send("Host: a\r\n");
  ASSERT_TRUE(handler_.wait_for_held(1));
  RawClient idle = connect();
  idle.send(kFixed);
  ASSERT_TRUE(idle.read_answer());
  std::thread stopping([this] { server_->stop(); });
  // The idle connection's end shows that stopping has begun.
  EXPECT_TRUE(idle.reads_end());
  handler_.release_held();
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->header("connection"), "close");
  EXPECT_TRUE(client.reads_end());
  half.send("\r\n");
  const auto late = half.read_answer();
  ASSERT_TRUE(late);
  EXPECT_EQ(late->header("connection"), "close");
  EXPECT_TRUE(half.reads_end());
  client.finish_sending();
  half.finish_sending();
  stopping.join();
}

TEST_F(ServerTest, StopCutsWhatDoesNotEndInTime) {
  ServerOptions options;
  options.shutdown_timeout = milliseconds(50);
  start(options);
  RawClient client = connect();
  client.send(kHold);
  ASSERT_TRUE(handler_.wait_for_held(1));
  server_->stop();
  EXPECT_TRUE(client.reads_end());
  server_.reset();
  // The responder has outlived the server; its answer goes nowhere.
  handler_.release_held();
}

TEST_F(ServerTest, StopUnderLoadLosesNoAnswer) {
  ServerOptions options;
  options.threads = 2;
  start(options);
  std::atomic<std::size_t> answered{0};
  std::atomic<std::size_t> broken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, request = i % 2 == 0 ? kFixed : kLater] {
      RawClient client = connect();
      while (client.send(request)) {
        const auto answer = client.read_answer();
        // Without an answer the connection has to have ended cleanly: not in the middle of one.
        if (!answer) {
          if (!client.reads_end()) ++broken;
          return;
        }
        ++answered;
        if (answer->header("connection") == "close") return;
      }
    });
  }
  while (answered < 500) std::this_thread::yield();
  server_->stop();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(broken, 0U);
}

}  // namespace farthing::http::server_test
