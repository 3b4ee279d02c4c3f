// SPDX-License-Identifier: Apache-2.0
// The libcurl transport against a server that behaves as badly as the test wants.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <farthing/transport.hpp>

#include "sdk/cpp/tests/temporary_directory.hpp"
#include "sdk/cpp/tests/test_server.hpp"

namespace farthing::sdk::curl_transport_test {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::json_reply;
using tests::Received;
using tests::Reply;
using tests::TemporaryDirectory;
using tests::TestServer;

HttpRequest get(const std::string& url) {
  return {.method = "GET",
          .url = url,
          .headers = {{"Authorization", "sk-1"}, {"Accept", "a/b"}},
          .max_response_bytes = 1'000'000};
}

HttpRequest post(const std::string& url, std::string body) {
  HttpRequest request = get(url);
  request.method = "POST";
  request.body = std::move(body);
  request.headers.push_back({"Content-Type", "application/json"});
  return request;
}

TEST(CurlTransport, SendsWhatItIsGivenAndNothingOfItsOwn) {
  TestServer server([](const Received&) { return json_reply(200, "{}"); });
  const auto transport = make_curl_transport();
  HttpRequest request = get(server.url() + "/a/../b%2F?x=1");
  request.headers.push_back({"Organization", "org-1"});
  request.headers.push_back({"X-Empty", ""});
  ASSERT_TRUE(transport->send(request));
  ASSERT_TRUE(transport->send(post(server.url() + "/p", R"({"a":1})")));
  HttpRequest put = post(server.url() + "/q", "");
  put.method = "PUT";
  put.body.reset();
  put.headers.pop_back();
  ASSERT_TRUE(transport->send(put));
  ASSERT_TRUE(transport->send(get(server.url() + "/r")));

  const std::string host = "Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n";
  const auto received = server.received();
  EXPECT_EQ(received.at(0).head, "GET /a/../b%2F?x=1 HTTP/1.1\r\n" + host +
                                     "Authorization: sk-1\r\nAccept: a/b\r\n"
                                     "Organization: org-1\r\nX-Empty:\r\n");
  EXPECT_EQ(received.at(1).head, "POST /p HTTP/1.1\r\n" + host +
                                     "Authorization: sk-1\r\nAccept: a/b\r\n"
                                     "Content-Type: application/json\r\nContent-Length: 7\r\n");
  EXPECT_EQ(received.at(1).body, R"({"a":1})");
  EXPECT_EQ(received.at(2).head, "PUT /q HTTP/1.1\r\n" + host +
                                     "Authorization: sk-1\r\nAccept: a/b\r\nContent-Length: 0\r\n");
  EXPECT_EQ(received.at(3).head,
            "GET /r HTTP/1.1\r\n" + host + "Authorization: sk-1\r\nAccept: a/b\r\n");
  EXPECT_EQ(received.at(3).connection, 1) << "one connection serves them all";
}

TEST(CurlTransport, ConnectsToAUnixSocketWhereItIsTold) {
  const TemporaryDirectory directory;
  const std::string path = (directory.path() / "server.sock").string();
  const auto transport = make_curl_transport();
  HttpRequest request = get("http://localhost/a");
  request.unix_socket = path;
  const auto missing = transport->send(request);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, FailureKind::transport);
  EXPECT_FALSE(missing.error().is_outcome_unknown);
  EXPECT_EQ(missing.error().message.find("no answer from unix:" + path + ": "), 0U)
      << missing.error().message;

  TestServer server([](const Received&) { return json_reply(200, R"("here")"); }, path);
  TestServer other([](const Received&) { return json_reply(200, R"("there")"); });
  // The same handle goes to either, and keeps a connection to neither in place of the other.
  for (int i = 0; i < 2; ++i) {
    const auto here = transport->send(request);
    ASSERT_TRUE(here) << here.error().message;
    EXPECT_EQ(here->body, R"("here")");
    const auto there = transport->send(get(other.url() + "/a"));
    ASSERT_TRUE(there) << there.error().message;
    EXPECT_EQ(there->body, R"("there")");
  }
  EXPECT_EQ(server.received().at(0).header("Host"), "localhost");
}

TEST(CurlTransport, GivesTheAnswerAsItCame) {
  TestServer server([](const Received&) {
    return Reply{.bytes =
                     "HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
                     "HTTP/1.1 418 Teapot\r\nX-Two:  a b \r\nX-TWO: c\r\n"
                     "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"};
  });
  const auto response = make_curl_transport()->send(get(server.url()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 418);
  EXPECT_EQ(response->body, "abcde");
  EXPECT_EQ(
      response->headers,
      (std::vector<Header>{{"x-two", "a b"}, {"x-two", "c"}, {"transfer-encoding", "chunked"}}));
}

TEST(CurlTransport, FollowsNoRedirect) {
  TestServer server([](const Received&) { return json_reply(302, "", "Location: /x\r\n"); });
  const auto response = make_curl_transport()->send(get(server.url()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(server.received().size(), 1U);
}

TEST(CurlTransport, ADeadServerIsAFailureThatNothingReached) {
  const std::string url = "http://127.0.0.1:" + std::to_string(tests::dead_port());
  const auto response = make_curl_transport()->send(get(url + "/path"));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, FailureKind::transport);
  EXPECT_FALSE(response.error().is_outcome_unknown);
  EXPECT_NE(response.error().message.find(url + ":"), std::string::npos)
      << response.error().message;
}

TEST(CurlTransport, HalfAnAnswerIsNoAnswer) {
  const std::vector<std::string> halves = {
      "",
      "HTTP/1.1 200 O",
      "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
      "SSH-2.0-OpenSSH_9.2\r\n",
  };
  for (const std::string& half : halves) {
    TestServer server(
        [&](const Received&) { return Reply{.bytes = half, .after = Reply::After::close}; });
    const auto response = make_curl_transport()->send(get(server.url()));
    ASSERT_FALSE(response) << half;
    EXPECT_EQ(response.error().kind, FailureKind::transport) << half;
    EXPECT_TRUE(response.error().is_outcome_unknown);
  }
}

TEST(CurlTransport, BoundsTheBodyAndTheHeaders) {
  TestServer server([](const Received& request) {
    if (request.target() == "/body") return json_reply(200, std::string(1001, 'x'));
    if (request.target() == "/endless") {
      return Reply{.bytes = "HTTP/1.1 200 OK\r\n\r\n" + std::string(1001, 'x'),
                   .after = Reply::After::hold};
    }
    std::string headers;
    for (int i = 0; i < 300; ++i) headers += "X-Long: " + std::string(1000, 'x') + "\r\n";
    return json_reply(200, "{}", headers);
  });
  const auto transport = make_curl_transport();
  for (const std::string path : {"/body", "/endless", "/headers"}) {
    HttpRequest request = get(server.url() + path);
    request.max_response_bytes = 1000;
    const auto response = transport->send(request);
    ASSERT_FALSE(response) << path;
    EXPECT_EQ(response.error().kind, FailureKind::decoding) << response.error().message;
  }
}

TEST(CurlTransport, TheTimeoutHoldsForTheWholeAnswer) {
  TestServer server([](const Received&) {
    return Reply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{",
                 .after = Reply::After::hold};
  });
  HttpRequest request = get(server.url());
  request.timeout = milliseconds(50);
  const auto response = make_curl_transport()->send(request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, FailureKind::timeout);
  EXPECT_TRUE(response.error().is_outcome_unknown);
}

TEST(CurlTransport, CancellationEndsARequestAtOnce) {
  std::stop_source stop;
  TestServer server([&](const Received& request) {
    if (request.target() == "/ok") return json_reply(200, "{}");
    stop.request_stop();
    return Reply{.after = Reply::After::hold};
  });
  const auto transport = make_curl_transport();
  HttpRequest request = get(server.url() + "/wait");
  request.cancellation = stop.get_token();
  const auto begin = std::chrono::steady_clock::now();
  const auto response = transport->send(request);
  const auto taken = std::chrono::steady_clock::now() - begin;
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, FailureKind::cancelled);
  // Without the wake-up libcurl would look again only after a second.
  EXPECT_LT(taken, milliseconds(900));
  EXPECT_TRUE(transport->send(get(server.url() + "/ok"))) << "the handle is as good as new";
}

TEST(CurlTransport, StopsWhenTheCallerSaysSoOnItsOwnThread) {
  std::atomic<bool> has_arrived{false};
  TestServer server([&](const Received& request) {
    if (request.target() == "/ok") return json_reply(200, "{}");
    has_arrived = true;
    return Reply{.after = Reply::After::hold};
  });
  const auto transport = make_curl_transport();
  HttpRequest request = get(server.url() + "/wait");
  const auto caller = std::this_thread::get_id();
  bool is_asked_elsewhere = false;
  request.should_stop = [&] {
    is_asked_elsewhere |= std::this_thread::get_id() != caller;
    return has_arrived.load();
  };
  const auto begin = std::chrono::steady_clock::now();
  const auto response = transport->send(request);
  const auto taken = std::chrono::steady_clock::now() - begin;
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, FailureKind::cancelled);
  EXPECT_FALSE(is_asked_elsewhere);
  // If nobody asked, libcurl would look again only after a second.
  EXPECT_LT(taken, milliseconds(900));
  EXPECT_TRUE(transport->send(get(server.url() + "/ok"))) << "the handle is as good as new";
}

TEST(CurlTransport, ConnectsAnewWhenAKeptConnectionWasClosed) {
  std::atomic<int> count = 0;
  TestServer server([&](const Received&) {
    Reply reply = json_reply(200, "{}");
    if (++count == 1) reply.after = Reply::After::close;
    return reply;
  });
  const auto transport = make_curl_transport();
  ASSERT_TRUE(transport->send(get(server.url())));
  ASSERT_TRUE(transport->send(get(server.url())));
  EXPECT_EQ(server.received().at(1).connection, 2);
}

TEST(CurlTransport, SendsWhatMustNotBeRepeatedOnAFreshConnection) {
  TestServer server([](const Received&) { return json_reply(200, "{}"); });
  const auto transport = make_curl_transport();
  ASSERT_TRUE(transport->send(get(server.url())));
  HttpRequest once = post(server.url(), "{}");
  once.is_repeatable = false;
  ASSERT_TRUE(transport->send(once));
  EXPECT_EQ(server.received().at(1).connection, 2);
}

TEST(CurlTransport, ServesManyThreadsAtOnce) {
  TestServer server([](const Received& request) {
    return json_reply(200, "\"" + request.target() + request.header("Authorization") + "\"");
  });
  const auto transport = make_curl_transport({.max_idle_connections = 4});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 16; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 50; ++i) {
        const std::string path = "/" + std::to_string(thread) + "-" + std::to_string(i);
        HttpRequest request = get(server.url() + path);
        request.headers[0].value = "key-" + std::to_string(thread);
        const auto response = transport->send(request);
        const std::string expected = "\"" + path + "key-" + std::to_string(thread) + "\"";
        if (!response || response->body != expected) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(server.received().size(), 800U);
}

// The exit code of a child that runs `body`.
template <class Body>
int run_in_child(Body body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

TEST(CurlTransport, AForkedChildHasConnectionsOfItsOwn) {
  TestServer server([](const Received&) { return json_reply(200, "{}"); });
  const auto transport = make_curl_transport();
  ASSERT_TRUE(transport->send(get(server.url() + "/parent")));

  const int code = run_in_child([&] {
    for (int i = 0; i < 3; ++i) {
      if (!transport->send(get(server.url() + "/child"))) return 1;
    }
    return 0;
  });
  EXPECT_EQ(code, 0);

  ASSERT_TRUE(transport->send(get(server.url() + "/parent")));
  std::set<int> parent;
  std::set<int> child;
  for (const Received& request : server.received()) {
    (request.target() == "/child" ? child : parent).insert(request.connection);
  }
  EXPECT_EQ(parent, std::set<int>{1}) << "the parent's connection is still good";
  EXPECT_EQ(child, std::set<int>{2}) << "the child keeps one of its own";
}

TEST(CurlTransport, AForkedChildMayEndWithoutAWord) {
  TestServer server([](const Received&) { return json_reply(200, "{}"); });
  auto transport = make_curl_transport();
  ASSERT_TRUE(transport->send(get(server.url())));
  EXPECT_EQ(run_in_child([&] {
              transport.reset();
              return 0;
            }),
            0);
  ASSERT_TRUE(transport->send(get(server.url())));
  EXPECT_EQ(server.received().at(1).connection, 1);
}

TEST(CurlTransport, RefusesOtherProtocols) {
  for (const std::string url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"}) {
    const auto response = make_curl_transport()->send(get(url));
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().kind, FailureKind::transport);
  }
}

}  // namespace farthing::sdk::curl_transport_test
