// SPDX-License-Identifier: Apache-2.0
// Connections that become ready at the same time are served together: all read, all are answered,
// all write. What one of them does in a step must not show at the others.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/testing/transport_fixture.hpp"

namespace farthing::http::round_test {

constexpr int kClients = 80;
constexpr int kRounds = 10;

std::string echo(int client, std::string_view more = {}) {
  return "GET /echo?" + std::to_string(client) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more) +
         "\r\n";
}

class RoundTest : public TransportTest {
 protected:
  void connect_all() {
    ServerOptions options;
    options.threads = 1;
    start(options);
    for (int i = 0; i < kClients; ++i) clients_.push_back(connect());
  }
  // The next answer of that client must be to its own request, and leave the connection as said.
  void expect_echo(int i, bool stays_open = true) {
    const auto answer = client(i).read_answer();
    ASSERT_TRUE(answer) << i;
    EXPECT_EQ(answer->status, 200) << i;
    const std::string query = "?" + std::to_string(i) + "\n";
    EXPECT_NE(answer->body.find(query), std::string::npos) << i << ": " << answer->body;
    EXPECT_EQ(answer->header("connection") == "close", !stays_open) << i;
  }
  RawClient& client(int i) { return clients_[static_cast<std::size_t>(i)]; }

  std::vector<RawClient> clients_;
};

TEST_F(RoundTest, EachGetsItsOwnAnswers) {
  connect_all();
  for (int round = 0; round < kRounds; ++round) {
    const auto sends_two = [](int i) { return i % 3 == 1; };
    const auto sends_one_and_a_bit = [](int i) { return i % 3 == 2; };
    constexpr std::size_t kBit = 9;
    for (int i = 0; i < kClients; ++i) {
      std::string requests = echo(i);
      if (sends_two(i)) requests += echo(i);
      if (sends_one_and_a_bit(i)) requests += echo(i).substr(0, kBit);
      ASSERT_TRUE(client(i).send(requests));
    }
    for (int i = 0; i < kClients; ++i) {
      expect_echo(i);
      if (sends_two(i)) expect_echo(i);
    }
    for (int i = 0; i < kClients; ++i) {
      if (!sends_one_and_a_bit(i)) continue;
      ASSERT_TRUE(client(i).send(echo(i).substr(kBit)));
      expect_echo(i);
    }
  }
}

TEST_F(RoundTest, WhoEndsItsConnectionDisturbsNobody) {
  enum Manner { stays, asks_to_close, talks_nonsense, goes_away, ends_its_side, kManners };
  const auto manner_of = [](int i) { return static_cast<Manner>(i % kManners); };
  connect_all();
  for (int i = 0; i < kClients; ++i) {
    const Manner manner = manner_of(i);
    ASSERT_TRUE(client(i).send(manner == talks_nonsense  ? "nonsense\r\n\r\n"
                               : manner == asks_to_close ? echo(i, "Connection: close\r\n")
                                                         : echo(i)));
    if (manner == goes_away) client(i).reset();
    if (manner == ends_its_side) client(i).finish_sending();
  }
  for (int i = 0; i < kClients; ++i) {
    const Manner manner = manner_of(i);
    if (manner == goes_away) continue;
    if (manner == talks_nonsense) {
      const auto answer = client(i).read_answer();
      ASSERT_TRUE(answer) << i;
      EXPECT_EQ(answer->status, 400) << i;
    } else {
      expect_echo(i, manner != asks_to_close);
    }
    if (manner != stays) {
      EXPECT_TRUE(client(i).reads_end()) << i;
      continue;
    }
    ASSERT_TRUE(client(i).send(echo(i)));
    expect_echo(i);
  }
}

TEST_F(RoundTest, WhatIsAnsweredTogetherFromElsewhereArrives) {
  connect_all();
  for (int i = 0; i < kClients; ++i) {
    ASSERT_TRUE(client(i).send("GET /hold HTTP/1.1\r\nHost: a\r\n\r\n" + echo(i)));
  }
  ASSERT_TRUE(handler_.wait_for_held(kClients));
  for (int i = 0; i < kClients; i += 5) client(i).reset();
  handler_.release_held();
  for (int i = 0; i < kClients; ++i) {
    if (i % 5 == 0) continue;
    const auto held = client(i).read_answer();
    ASSERT_TRUE(held) << i;
    EXPECT_EQ(held->status, 200) << i;
    expect_echo(i);
  }
}

}  // namespace farthing::http::round_test
