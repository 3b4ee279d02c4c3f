// SPDX-License-Identifier: Apache-2.0
// The handler sees the head of a request before a body is read that is large or has not come with
// it.
#include <gtest/gtest.h>

#include <string>

#include "server/testing/transport_fixture.hpp"

namespace farthing::http::head_check_test {

using std::chrono::milliseconds;

std::string post(std::string_view path, std::string_view lines) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

std::string sized(std::string_view path, std::size_t size, std::string_view lines = "") {
  return post(path, "Content-Length: " + std::to_string(size) + "\r\n" + std::string(lines));
}

std::string chunked(std::string_view path) { return post(path, "Transfer-Encoding: chunked\r\n"); }

class HeadCheckTest : public TransportTest {};

TEST_F(HeadCheckTest, ARefusedHeadIsAnsweredWithoutItsBody) {
  start();
  for (const std::string_view path : {"/refused", "/refused-later"}) {
    for (const std::string& request :
         {sized(path, 1000), sized(path, 1'000'000) + "begin", chunked(path),
          chunked(path) + "5\r\nbegin\r\n", sized(path, 5, "Expect: 100-continue\r\n")}) {
      RawClient client = connect();
      client.send(request);
      const auto answer = client.read_answer();
      ASSERT_TRUE(answer) << request;
      EXPECT_EQ(answer->status, 401) << request;
      EXPECT_EQ(answer->header("connection"), "close") << request;
      EXPECT_EQ(answer->header("x-request-id").size(), 32U) << request;
      EXPECT_TRUE(client.reads_end()) << request;
    }
  }
  EXPECT_EQ(handler_.heads(), 10);
}

TEST_F(HeadCheckTest, WhatFollowsARefusedHeadIsNoRequest) {
  start();
  RawClient client = connect();
  client.send(sized("/refused", 1000) + post("/echo", "") + post("/echo", ""));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401);
  EXPECT_TRUE(client.reads_end());
}

TEST_F(HeadCheckTest, LittleIsReadAfterARefusedHead) {
  ServerOptions options;
  options.linger_timeout = std::chrono::minutes(10);
  start(options);
  RawClient client = connect();
  const std::string piece(std::size_t{1} << 20, 'x');
  client.send(sized("/refused", piece.size()));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 401);
  // What the system takes in for the server does not count.
  int sent = 0;
  while (client.send(piece)) ASSERT_LT(++sent, 64);
  EXPECT_TRUE(wait_for_no_connections());
}

TEST_F(HeadCheckTest, AnAcceptedBodyIsRead) {
  start();
  const std::string body(100'000, 'x');
  for (const std::string_view path : {"/echo", "/accepted-later"}) {
    RawClient client = connect();
    for (int round = 0; round < 3; ++round) {
      client.send(sized(path, body.size()));
      client.send(body.substr(0, 50'000));
      client.send(body.substr(50'000));
      const auto whole = client.read_answer();
      ASSERT_TRUE(whole) << path;
      EXPECT_TRUE(whole->body.ends_with("\n" + body)) << path;
      EXPECT_EQ(whole->header("x-echo"), whole->header("x-request-id")) << path;
      client.send(chunked(path) + "186a0\r\n" + body.substr(0, 10));
      client.send(body.substr(10) + "\r\n0\r\n\r\n" + sized(path, 4));
      const auto joined = client.read_answer();
      ASSERT_TRUE(joined) << path;
      EXPECT_TRUE(joined->body.ends_with("\n" + body)) << path;
      client.send("body");
      const auto next = client.read_answer();
      ASSERT_TRUE(next) << path;
      EXPECT_TRUE(next->body.ends_with("\nbody")) << path;
    }
  }
}

TEST_F(HeadCheckTest, ASmallBodyThatIsThereNeedsNoCheck) {
  start();
  RawClient client = connect();
  const std::string body(4'000, 'x');
  client.send(sized("/refused", 0));
  ASSERT_TRUE(client.read_answer());
  client.send(chunked("/echo") + "4\r\nbody\r\n0\r\n\r\n" + sized("/echo", 4) + "body");
  ASSERT_TRUE(client.read_answer());
  ASSERT_TRUE(client.read_answer());
  EXPECT_EQ(handler_.heads(), 0);
}

TEST_F(HeadCheckTest, ALargeBodyIsCheckedAlthoughItIsThere) {
  start();
  RawClient client = connect();
  // Once for a body, however many pieces it comes in.
  for (const std::string_view path : {"/refused", "/refused-later"}) {
    const auto answer = ask(sized(path, 5'000) + std::string(5'000, 'x'));
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 401) << path;
  }
  EXPECT_EQ(handler_.heads(), 2);
}

TEST_F(HeadCheckTest, WhatFollowsABodyThatIsCheckedIsTheNextRequest) {
  start();
  const std::string body(5'000, 'x');
  for (const std::string_view path : {"/echo", "/accepted-later"}) {
    RawClient client = connect();
    client.send(chunked(path) + "1388\r\n" + body + "\r\n0\r\n\r\n" + sized(path, body.size()) +
                body + sized("/echo", 4) + "last");
    for (const std::string_view expected :
         {std::string_view(body), std::string_view(body), std::string_view("last")}) {
      const auto answer = client.read_answer();
      ASSERT_TRUE(answer) << path;
      EXPECT_TRUE(answer->body.ends_with("\n" + std::string(expected))) << path;
    }
  }
}

TEST_F(HeadCheckTest, ContinueWaitsForTheCheck) {
  start();
  for (const std::string_view path : {"/echo", "/accepted-later"}) {
    RawClient client = connect();
    client.send(sized(path, 4, "Expect: 100-continue\r\n"));
    const auto go_on = client.read_head();
    ASSERT_TRUE(go_on) << path;
    EXPECT_EQ(go_on->head, "HTTP/1.1 100 Continue\r\n") << path;
    client.send("body");
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << path;
    EXPECT_TRUE(answer->body.ends_with("\nbody")) << path;
  }
}

TEST_F(HeadCheckTest, TheHandlerMayAcceptLess) {
  start();
  const std::string body(101, 'x');
  for (const std::string& request :
       {sized("/small", 5'000), sized("/small", 5'000) + std::string(5'000, 'x'),
        sized("/small", 101, "Expect: 100-continue\r\n"),
        chunked("/small") + "65\r\n" + body.substr(1),
        chunked("/small") + "1\r\nx\r\n64\r\n" + body}) {
    RawClient client = connect();
    client.send(request);
    auto answer = client.read_answer();
    ASSERT_TRUE(answer) << request;
    EXPECT_EQ(answer->status, 413) << request;
    EXPECT_TRUE(client.reads_end()) << request;
  }
  RawClient client = connect();
  client.send(sized("/small", 100));
  client.send(body.substr(1));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
}

TEST_F(HeadCheckTest, AHeadThatIsNotAnsweredIsAnError) {
  ServerOptions options;
  options.handler_timeout = milliseconds(50);
  start(options);
  for (const auto& [path, status] :
       {std::pair("/dropped-head", 500), std::pair("/thrown-head", 500),
        std::pair("/waits-for-ever", 503)}) {
    RawClient client = connect();
    client.send(sized(path, 1000));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, status) << path;
    EXPECT_EQ(answer->header("connection"), "close") << path;
    EXPECT_TRUE(client.reads_end()) << path;
  }
  handler_.release_held();
}

TEST_F(HeadCheckTest, ABodyForTheServerAsAWholeIsSmall) {
  start();
  const std::string options_of_all = "OPTIONS * HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  const auto small = ask(options_of_all + "4096\r\n\r\n" + std::string(4096, 'x'));
  ASSERT_TRUE(small);
  EXPECT_EQ(small->status, 200);
  const auto large = ask(options_of_all + "4097\r\n\r\n");
  ASSERT_TRUE(large);
  EXPECT_EQ(large->status, 413);
  EXPECT_EQ(handler_.heads(), 0);
}

TEST_F(HeadCheckTest, TheTimeForABodyBeginsWhenItIsAskedFor) {
  ServerOptions options;
  options.body_timeout = milliseconds(100);
  options.linger_timeout = milliseconds(50);
  start(options);
  for (const std::string& request :
       {sized("/accepted-later", 1'000'000), chunked("/accepted-later")}) {
    RawClient client = connect();
    client.send(request);
    const auto begun = std::chrono::steady_clock::now();
    while (client.send(request.starts_with("POST") ? "1\r\nx\r\n" : "x")) {
      ASSERT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(20));
      std::this_thread::sleep_for(milliseconds(5));
    }
    const auto answer = client.read_answer();
    EXPECT_EQ(answer ? answer->status : 408, 408);
  }
}

// As long as no extension comes with them.
TEST_F(HeadCheckTest, ChunksOfOneByteAreRead) {
  start();
  std::string request = chunked("/echo");
  std::string body;
  for (int i = 0; i < 20'000; ++i) {
    request += "01\r\nx\r\n";
    body += 'x';
  }
  const auto answer = ask(request + "0\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->body.ends_with("\n" + body));
}

TEST_F(HeadCheckTest, ChunksWithMuchBesideTheirDataAreRefused) {
  start();
  const std::string extension(5'000, 'x');
  RawClient client = connect();
  client.send(chunked("/echo"));
  // Each line is within its own limit.
  int chunks = 0;
  while (client.send("1;" + extension + "\r\nx\r\n") && chunks < 10'000) ++chunks;
  auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 400);
  EXPECT_EQ(answer->body.substr(0, answer->body.find('.')),
            "The body's chunks have too much beside their data");
  EXPECT_LT(chunks, 10'000);
}

}  // namespace farthing::http::head_check_test
