// SPDX-License-Identifier: Apache-2.0
// What all requests together may hold in memory.
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "server/testing/transport_fixture.hpp"

namespace farthing::http::body_memory_test {

constexpr std::size_t kBody = 60'000;

std::string post(std::string_view path, std::string_view lines) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

std::string sized(std::string_view path) {
  return post(path, "Content-Length: " + std::to_string(kBody) + "\r\n");
}

class BodyMemoryTest : public TransportTest {
 protected:
  // Room for four bodies.
  void start_small() {
    ServerOptions options;
    options.max_body = 64'000;
    options.request_memory = 1;
    options.on_shortage = [this](Shortage shortage, const std::optional<IpAddress>& peer) {
      if (shortage == Shortage::request_memory && peer) ++turned_away_;
    };
    start(options);
  }
  RawClient hold_one() {
    RawClient client = connect();
    client.send(sized("/hold") + std::string(kBody, 'x'));
    EXPECT_TRUE(handler_.wait_for_held(++held_));
    return client;
  }
  // Until what was answered has been given back, which may come after the answer.
  bool is_served_soon() {
    for (int i = 0; i < 1'000; ++i) {
      const auto answer = ask(sized("/echo") + std::string(kBody, 'x'));
      if (answer && answer->status == 200) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }
  std::atomic<int> turned_away_{0};

 private:
  std::size_t held_ = 0;
};

TEST_F(BodyMemoryTest, BodiesBeyondTheBudgetAreTurnedAway) {
  start_small();
  std::vector<RawClient> holders;
  for (int i = 0; i < 4; ++i) holders.push_back(hold_one());
  for (const std::string& request :
       {sized("/echo"),
        post("/echo", "Transfer-Encoding: chunked\r\n") + "c350\r\n" + std::string(50'000, 'x')}) {
    RawClient client = connect();
    client.send(request);
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << request;
    EXPECT_EQ(answer->status, 503) << request;
    EXPECT_EQ(answer->header("connection"), "close") << request;
    client.finish_sending();
    EXPECT_TRUE(client.reads_end());
  }
  EXPECT_EQ(turned_away_, 2);
  // What is small goes on.
  const auto small = ask(post("/echo", "Content-Length: 4\r\n") + "body");
  ASSERT_TRUE(small);
  EXPECT_EQ(small->status, 200);
  handler_.release_held();
  for (RawClient& holder : holders) {
    const auto answer = holder.read_answer();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
  }
  EXPECT_TRUE(is_served_soon());
}

TEST_F(BodyMemoryTest, AnIdleConnectionHoldsNothing) {
  start_small();
  std::vector<RawClient> idle;
  for (int i = 0; i < 20; ++i) {
    idle.push_back(connect());
    idle.back().send(sized("/echo") + std::string(kBody, 'x'));
    const auto answer = idle.back().read_answer();
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->status, 200) << i;
  }
}

// An answer of 8 MiB has no room among 256 KB once its client stops taking it; one that is taken
// needs none.
TEST_F(BodyMemoryTest, LargeAnswersThatNobodyTakesCountToo) {
  start_small();
  RawClient lazy = connect();
  lazy.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  for (int i = 0; i < 1'000 && turned_away_ == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(turned_away_, 1);
  EXPECT_FALSE(lazy.read_answer());
  EXPECT_TRUE(is_served_soon());
}

TEST_F(BodyMemoryTest, ClientsThatGoAwayGiveBackWhatTheyHeld) {
  start_small();
  for (int i = 0; i < 20; ++i) {
    RawClient client = connect();
    client.send(sized("/echo") + "begin");
    client.reset();
  }
  EXPECT_TRUE(is_served_soon());
}

TEST_F(BodyMemoryTest, LargeHeadsCountToo) {
  ServerOptions options;
  options.max_body = 1;
  options.request_memory = 80'000;
  start(options);
  std::vector<RawClient> clients;
  const std::string begin = "GET /echo HTTP/1.1\r\nHost: a\r\nX-Other: " + std::string(12'000, 'x');
  int refused = 0;
  for (int i = 0; i < 12; ++i) {
    clients.push_back(connect());
    clients.back().send(begin);
  }
  for (RawClient& client : clients) {
    client.send("\r\n\r\n");
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer);
    if (answer->status == 503) ++refused;
  }
  EXPECT_GT(refused, 0);
  EXPECT_LT(refused, 12);
}

TEST_F(BodyMemoryTest, HeadsLeaveRoomForBodies) {
  start_small();
  std::vector<RawClient> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(connect());
    clients.back().send("GET /echo HTTP/1.1\r\nHost: a\r\nX-Other: " + std::string(12'000, 'x'));
  }
  for (int i = 0; i < 1'000 && turned_away_ == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_GT(turned_away_, 0);
  const auto answer = ask(sized("/echo") + std::string(kBody, 'x'));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

}  // namespace farthing::http::body_memory_test
