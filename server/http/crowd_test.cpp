// SPDX-License-Identifier: Apache-2.0
// What becomes of connections beyond the limit.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/http/listener.hpp"
#include "server/testing/transport_fixture.hpp"

namespace farthing::http::crowd_test {

std::string get(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

TEST(CountedAs, ANetworkOfIpv6IsOneAddress) {
  ServerOptions options;
  options.trusted_proxies = TrustedProxies({*IpNetwork::parse("192.0.2.0/28")});
  const auto counted = [&](std::string_view peer) {
    const auto address = counted_as(*IpAddress::parse(peer), options);
    return address ? address->to_string() : "itself";
  };
  EXPECT_EQ(counted("2001:db8:0:1::1"), "2001:db8:0:1::");
  EXPECT_EQ(counted("2001:db8:0:1:ffff::2"), "2001:db8:0:1::");
  EXPECT_EQ(counted("2001:db8:0:2::1"), "2001:db8:0:2::");
  EXPECT_EQ(counted("192.0.2.17"), "192.0.2.17");
  EXPECT_EQ(counted("192.0.2.15"), "itself");
  EXPECT_EQ(counted("127.0.0.9"), "itself");
  EXPECT_EQ(counted("::1"), "itself");
}

class CrowdTest : public TransportTest {
 protected:
  void start_for(std::size_t connections, std::optional<ListenAddress> admin = {}) {
    ServerOptions options;
    options.max_connections = connections;
    options.admin = std::move(admin);
    options.counts_loopback = true;
    options.logger = log_.make_logger("info");
    options.threads = 2;
    options.on_shortage = [this](Shortage shortage, const std::optional<IpAddress>&) {
      if (shortage == Shortage::connections) ++connections_short_;
    };
    start(options);
  }
  RawClient from(int number) const {
    return {server_->port(), "127.0.0." + std::to_string(number)};
  }
  // Connected, and answered once.
  RawClient idle_from(int number) const {
    RawClient client = from(number);
    EXPECT_TRUE(is_served(client));
    return client;
  }
  static bool is_served(RawClient& client, std::string_view path = "/fixed") {
    client.send(get(path));
    const auto answer = client.read_answer();
    return answer && answer->status < 300;
  }
  std::atomic<int> connections_short_{0};
};

TEST_F(CrowdTest, TheLongestIdleOfTheAddressThatHasMostMakesRoom) {
  start_for(4);
  RawClient other = idle_from(3);
  RawClient first = idle_from(2);
  RawClient second = idle_from(2);
  RawClient third = idle_from(2);
  // So that the clock, which is exact to some milliseconds, tells them apart.
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ASSERT_TRUE(is_served(first));
  RawClient fresh = idle_from(4);
  EXPECT_TRUE(second.reads_end());
  EXPECT_TRUE(is_served(first));
  EXPECT_TRUE(is_served(third));
  EXPECT_TRUE(is_served(other));
  EXPECT_TRUE(is_served(fresh));
  EXPECT_TRUE(log_.wait_for("the limit of connections is reached"));
  EXPECT_TRUE(log_.wait_for("127.0.0.2, which had 3"));
}

// What a client has begun and does not go on with protects nobody: half a head, half a body, and
// answers that are not read.
TEST_F(CrowdTest, AFloodFromOneAddressLeavesTheOthersWhatTheyHave) {
  const std::array<std::string, 4> begun = {
      "", "GET /fi", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo",
      get("/large")};
  start_for(20);
  std::vector<RawClient> others;
  for (int number = 3; number < 8; ++number) others.push_back(idle_from(number));
  std::vector<RawClient> flood;
  for (int i = 0; i < 200; ++i) {
    flood.push_back(from(2));
    flood.back().send(begun.at(static_cast<std::size_t>(i) % begun.size()));
  }
  for (RawClient& other : others) EXPECT_TRUE(is_served(other));
  RawClient fresh = from(9);
  EXPECT_TRUE(is_served(fresh));
  for (RawClient& other : others) EXPECT_TRUE(is_served(other));
  // Which says it, but not each time.
  const auto lines = log_.all();
  EXPECT_LE(std::ranges::count_if(lines,
                                  [](const std::string& line) {
                                    return line.find("limit of connections") != std::string::npos;
                                  }),
            2);
}

TEST_F(CrowdTest, NobodyIsClosedWhoseRequestIsBeingAnswered) {
  start_for(2);
  RawClient first = from(2);
  first.send(get("/hold"));
  RawClient second = from(2);
  second.send(get("/hold"));
  ASSERT_TRUE(handler_.wait_for_held(2));
  // A server that is full of work still says how it does, and nothing else.
  RawClient probe = from(3);
  probe.send(get("/probe"));
  const auto state = probe.read_head();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->status, 204);
  EXPECT_EQ(state->header("connection"), "close");
  RawClient refused = from(3);
  refused.send(get("/fixed"));
  const auto answer = refused.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_TRUE(refused.reads_end());
  EXPECT_EQ(connections_short_, 2);
  handler_.release_held();
  EXPECT_TRUE(first.read_answer());
  EXPECT_TRUE(second.read_answer());
  // The next one finds room, once it shows that the others have nothing under way any more.
  for (int i = 0; i < 200; ++i) {
    RawClient third = from(4);
    if (is_served(third)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  FAIL() << "no room";
}

TEST_F(CrowdTest, ConnectionsBeyondTheReserveForProbesWait) {
  start_for(1);
  RawClient first = from(2);
  first.send(get("/hold"));
  ASSERT_TRUE(handler_.wait_for_held(1));
  std::vector<RawClient> more;
  for (int i = 0; i < 40; ++i) more.push_back(from(3));
  // Those that took the reserve without a question give way to one that has one.
  RawClient probe = from(4);
  probe.send(get("/probe"));
  const auto state = probe.read_head();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->status, 204);
  EXPECT_LE(server_->open_connections(), 40U);
  handler_.release_held();
  EXPECT_TRUE(first.read_answer());
}

// Nor is a request half of whose answer the client has taken: it goes, and not somebody who is
// served.
TEST_F(CrowdTest, WhoeverDoesNotReadMakesRoomWhileOthersAreServed) {
  start_for(2);
  RawClient served = from(2);
  served.send(get("/hold"));
  ASSERT_TRUE(handler_.wait_for_held(1));
  RawClient lazy = from(3);
  lazy.send(get("/large"));
  ASSERT_TRUE(lazy.read_head());
  // As soon as the server has tried to write all of it.
  bool has_room = false;
  for (int i = 0; i < 200 && !has_room; ++i) {
    RawClient fresh = from(4);
    has_room = is_served(fresh);
    if (!has_room) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_TRUE(has_room);
  handler_.release_held();
  EXPECT_TRUE(served.read_answer());
}

TEST_F(CrowdTest, OperatorsHaveRoomOfTheirOwnAndKeepIt) {
  ServerOptions options;
  options.max_connections = 2;
  options.counts_loopback = true;
  options.admin = ListenAddress{.address = "127.0.0.1", .port = 0};
  start(options);
  RawClient operator_one(server_->admin_port());
  ASSERT_TRUE(is_served(operator_one));
  std::vector<RawClient> callers;
  for (int i = 0; i < 20; ++i) callers.push_back(idle_from(2));
  EXPECT_TRUE(is_served(operator_one));
  std::vector<RawClient> operators;
  for (int i = 0; i < 20; ++i) {
    operators.emplace_back(server_->admin_port());
    EXPECT_TRUE(is_served(operators.back()));
  }
  for (RawClient& each : operators) EXPECT_TRUE(is_served(each));
}

TEST_F(CrowdTest, OperatorsWhoFindNoRoomAreTold) {
  start_for(1, ListenAddress{.address = "127.0.0.1", .port = 0});
  RawClient caller = from(2);
  caller.send(get("/hold"));
  ASSERT_TRUE(handler_.wait_for_held(1));
  std::vector<RawClient> operators;
  for (std::size_t i = 0; i < kOperatorReserve; ++i) {
    operators.emplace_back(server_->admin_port());
  }
  ASSERT_TRUE(is_served(operators.back()));
  EXPECT_EQ(connections_short_, 0);
  RawClient beyond(server_->admin_port());
  beyond.send(get("/fixed"));
  EXPECT_TRUE(log_.wait_for("the limit of connections is reached"));
  // It waits for the first that goes.
  operators.pop_back();
  const auto answer = beyond.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_GE(connections_short_, 1);
  handler_.release_held();
  EXPECT_TRUE(caller.read_answer());
}

// Behind loopback and trusted proxies are many.
TEST_F(CrowdTest, WhoStandsForManyIsNotOneAddress) {
  for (const bool is_proxy : {false, true}) {
    ServerOptions options;
    options.max_connections = 6;
    options.counts_loopback = is_proxy;
    if (is_proxy) options.trusted_proxies = TrustedProxies({*IpNetwork::parse("127.0.0.2")});
    server_.reset();
    start(options);
    std::vector<RawClient> others;
    for (int i = 0; i < 2; ++i) others.push_back(idle_from(3));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::vector<RawClient> many;
    for (int i = 0; i < 4; ++i) many.push_back(idle_from(2));
    RawClient fresh = idle_from(4);
    // With one address for each they would have been the longest idle, too; with two for 127.0.0.3
    // and one for each behind the proxy, that address has most.
    EXPECT_TRUE(others.front().reads_end());
    for (RawClient& each : many) EXPECT_TRUE(is_served(each));
  }
}

TEST_F(CrowdTest, ComingAndGoingAtTheLimitLosesNobodyWhoAsks) {
  start_for(8);
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int number = 2; number < 6; ++number) {
    threads.emplace_back([&, number] {
      for (int i = 0; i < 100; ++i) {
        RawClient idle = from(number);
        RawClient asks = from(number);
        // It may be closed before it has asked, by the clock: then it asks again.
        for (int attempt = 0; attempt < 100; ++attempt) {
          RawClient again = from(number);
          again.send(get(i % 2 == 0 ? "/fixed" : "/later"));
          const auto answer = again.read_answer();
          if (!answer || answer->status != 200) continue;
          ++answered;
          break;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 400);
  EXPECT_TRUE(wait_for_no_connections());
}

}  // namespace farthing::http::crowd_test
