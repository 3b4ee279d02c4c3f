// SPDX-License-Identifier: Apache-2.0
// How a connection behaves: keep-alive, pipelining, answers from elsewhere, deadlines, limits.
#include "server/http/connection.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <set>
#include <thread>

#include "server/testing/transport_fixture.hpp"

namespace farthing::http::connection_test {

using std::chrono::milliseconds;

std::string get(std::string_view path, std::string_view lines = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n";
}

TEST_F(TransportTest, EveryAnswerSaysWhatTheTransportKnows) {
  start();
  const auto answer = ask(get("/fixed"));
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->head.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(answer->header("content-length"), "5");
  EXPECT_EQ(answer->header("content-type"), "text/plain");
  EXPECT_EQ(answer->header("x-fixed"), "yes");
  EXPECT_EQ(answer->header("server"), "farthing");
  EXPECT_EQ(answer->header("date").size(), 29U);
  EXPECT_EQ(answer->header("x-request-id").size(), 32U);
  EXPECT_EQ(answer->header("x-request-id").find_first_not_of("0123456789abcdef"),
            std::string::npos);
}

TEST_F(TransportTest, EveryAnswerKeepsBrowsersAndCachesCareful) {
  start();
  for (const std::string& request :
       {get("/fixed"), get("/later"), get("/missing"), get("/throw"), get("/drop"), get("/none"),
        std::string("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), std::string("hello\r\n\r\n")}) {
    const auto answer = ask(request);
    ASSERT_TRUE(answer) << request;
    EXPECT_EQ(answer->header("cache-control"), "no-store") << request;
    EXPECT_EQ(answer->header("x-content-type-options"), "nosniff") << request;
    EXPECT_EQ(answer->header("content-security-policy"),
              "default-src 'none'; frame-ancestors 'none'")
        << request;
  }
}

TEST_F(TransportTest, BelievesTrustedProxiesAboutTheClient) {
  constexpr std::string_view kForwarded =
      "X-Forwarded-For: 192.0.2.1\r\nx-forwarded-FOR: 198.51.100.7, 127.0.0.9\r\n";
  ServerOptions options;
  options.logger = log_.make_logger("debug");
  options.trusted_proxies = TrustedProxies({*IpNetwork::parse("127.0.0.0/8")});
  start(options);
  const auto answer = ask(get("/echo", kForwarded));
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find("\n198.51.100.7\n"), std::string::npos) << answer->body;
  EXPECT_TRUE(log_.wait_for(" client=198.51.100.7 "));
}

TEST_F(TransportTest, LogsPathsWithoutTheKeysThatSomebodyPutThere) {
  ServerOptions options;
  options.logger = log_.make_logger("debug");
  start(options);
  ASSERT_TRUE(ask(get("/task-1/sk-0123456789abcdefXYZ/x/SK%2Dabc/sk%2dabc.d?key=sk-1234")));
  EXPECT_TRUE(log_.wait_for("GET /task-***/sk-***/x/SK-***/sk-*** status=404 "));
  ASSERT_TRUE(ask(get("/v1/users/a%20b%2fc")));
  EXPECT_TRUE(log_.wait_for("GET /v1/users/a%20b%2fc status=404 ")) << "what is no key is shown";
}

TEST_F(TransportTest, LogsPathsWithoutKeysOfOtherPrefixes) {
  const std::string random = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL";
  ServerOptions options;
  options.logger = log_.make_logger("debug");
  start(options);
  ASSERT_TRUE(ask(get("/acme_" + random + "/x/a%2D" + random + ".d/sk_live_" + random)));
  EXPECT_TRUE(log_.wait_for("GET /acme_***/x/a-***/sk_live_*** status=404 "));
  const std::string id = "charge-01m82w6r1v7yvmcpj2mxcbbmxk01m82w6snp0000000000000004";
  ASSERT_TRUE(ask(get("/v1/charges/" + id)));
  EXPECT_TRUE(log_.wait_for("GET /v1/charges/" + id + " status=404 ")) << "an id is no key";
}

// Each hides the key "sk-SECRETsecret1".
TEST_F(TransportTest, LogsNoKeyHoweverItIsSpelled) {
  const std::vector<std::string> spellings = {
      "/sk-SECRETsecret1",
      "/v1/SK-SECRETsecret1/x",
      "/%73k-SECRETsecret1",
      "/s%6b-SECRETsecret1",
      "/s%6B%2dSECRETsecret1",
      "/%73%6B%2D%53%45%43%52%45%54secret1",
      "/sk%252dSECRETsecret1",
      "/%2573k%25252DSECRETsecret1",
      "/sk-x/%73k-SECRETsecret1",
      "/sk-%2fx%2f%73k-SECRETsecret1",
      "/sk-abc_SECRETsecret1",
      "/sk-abc%20SECRETsecret1",
      "/sk-%53ECRET%zzsecret1",
      "/v1/api-keys/sk%2DSECRETsecret1/revoke",
      "/echo?api_key=sk-SECRETsecret1",
      "/echo?%73k-SECRETsecret1",
      "/%" +
          []() {
            std::string layers;
            for (int i = 0; i < 40; ++i) layers += "25";
            return layers;
          }() +
          "73k-SECRETsecret1",
  };
  ServerOptions options;
  options.logger = log_.make_logger("debug");
  start(options);
  for (const std::string& path : spellings) {
    const auto answer = ask(get(path));
    ASSERT_TRUE(answer) << path;
    EXPECT_TRUE(log_.wait_for("request_id=" + std::string(answer->header("x-request-id")))) << path;
  }
  for (const std::string& line : log_.all()) {
    EXPECT_EQ(line.find("SECRET"), std::string::npos) << line;
    EXPECT_EQ(line.find("secret1"), std::string::npos) << line;
    EXPECT_EQ(line.find("%53%45"), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }
}

TEST_F(TransportTest, BelievesNobodyElseAboutTheClient) {
  ServerOptions options;
  options.logger = log_.make_logger("debug");
  start(options);
  const auto answer = ask(get("/echo", "X-Forwarded-For: 192.0.2.1\r\n"));
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find("\n127.0.0.1\n"), std::string::npos) << answer->body;
  EXPECT_TRUE(log_.wait_for(" client=127.0.0.1 "));
}

TEST_F(TransportTest, KeepsAndEndsConnectionsAsTheVersionsSay) {
  struct Case {
    std::string_view version;
    std::string_view lines;
    std::string_view connection;
  };
  start();
  for (const Case& c : {Case{"1.1", "", ""}, Case{"1.1", "Connection: keep-alive\r\n", ""},
                        Case{"1.1", "Connection: close\r\n", "close"},
                        Case{"1.1", "Connection: x, CLOSE\r\n", "close"}, Case{"1.0", "", "close"},
                        Case{"1.0", "Connection: Keep-Alive\r\n", "keep-alive"},
                        Case{"1.0", "Connection: close\r\n", "close"}}) {
    RawClient client = connect();
    const std::string request = "GET /fixed HTTP/" + std::string(c.version) + "\r\nHost: a\r\n" +
                                std::string(c.lines) + "\r\n";
    client.send(request);
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << request;
    EXPECT_EQ(answer->body, "fixed") << request;
    EXPECT_EQ(answer->header("connection"), c.connection) << request;
    if (c.connection == "close") {
      EXPECT_TRUE(client.reads_end()) << request;
    } else {
      client.send(request);
      EXPECT_TRUE(client.read_answer()) << request;
    }
  }
}

TEST_F(TransportTest, Http10NeedsNoHost) {
  start();
  const auto answer = ask("GET /fixed HTTP/1.0\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "fixed");
}

TEST_F(TransportTest, HeadHasTheHeadOfGetAndNoBody) {
  start();
  for (const std::string_view path : {"/fixed", "/fixed-later", "/missing", "/drop"}) {
    RawClient client = connect();
    client.send(get(path));
    const auto full = client.read_answer();
    ASSERT_TRUE(full) << path;
    client.send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto head = client.read_head();
    ASSERT_TRUE(head) << path;
    EXPECT_EQ(head->status, full->status) << path;
    EXPECT_EQ(head->header("content-length"), full->header("content-length")) << path;
    EXPECT_EQ(head->header("content-type"), full->header("content-type")) << path;
    client.send(get("/fixed", "Connection: close\r\n"));
    const auto next = client.read_answer();
    ASSERT_TRUE(next) << path;
    EXPECT_EQ(next->body, "fixed") << path;
  }
}

TEST_F(TransportTest, NoContentHasNoLength) {
  start();
  RawClient client = connect();
  client.send(get("/none") + get("/fixed"));
  const auto none = client.read_head();
  ASSERT_TRUE(none);
  EXPECT_EQ(none->status, 204);
  EXPECT_EQ(none->headers.count("content-length"), 0U);
  const auto next = client.read_answer();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->body, "fixed");
}

TEST_F(TransportTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  RawClient client = connect();
  std::string requests;
  constexpr int kRequests = 400;
  for (int i = 0; i < kRequests; ++i) {
    // Every seventh is answered by another thread, every fifth has a body.
    const std::string path = (i % 7 == 0 ? "/later?" : "/echo?") + std::to_string(i);
    requests += i % 5 == 0
                    ? "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody"
                    : get(path);
  }
  ASSERT_TRUE(client.send(requests));
  std::set<std::string> ids;
  for (int i = 0; i < kRequests; ++i) {
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << i;
    EXPECT_NE(answer->body.find("?" + std::to_string(i) + "\n"), std::string::npos) << i;
    EXPECT_EQ(answer->body.ends_with("body"), i % 5 == 0) << i;
    EXPECT_EQ(answer->header("x-echo"), answer->header("x-request-id")) << i;
    ids.insert(answer->header("x-request-id"));
  }
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kRequests));
}

TEST_F(TransportTest, EarlierAnswersDoNotWaitForALaterRequest) {
  start();
  RawClient client = connect();
  client.send(get("/fixed") + get("/hold") + get("/echo"));
  const auto first = client.read_answer();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->body, "fixed");
  ASSERT_TRUE(handler_.wait_for_held(1));
  handler_.release_held();
  const auto held = client.read_answer();
  ASSERT_TRUE(held);
  EXPECT_TRUE(held->body.starts_with("GET /hold?"));
  const auto last = client.read_answer();
  ASSERT_TRUE(last);
  EXPECT_TRUE(last->body.starts_with("GET /echo?"));
}

TEST_F(TransportTest, WhatFollowsTheLastRequestIsNotAnswered) {
  start();
  RawClient client = connect();
  client.send(get("/fixed", "Connection: close\r\n") + get("/fixed"));
  ASSERT_TRUE(client.read_answer());
  EXPECT_TRUE(client.reads_end());
}

TEST_F(TransportTest, AClientThatEndsItsSideStillGetsItsAnswers) {
  start();
  RawClient client = connect();
  client.send(get("/fixed") + get("/later"));
  client.finish_sending();
  ASSERT_TRUE(client.read_answer());
  ASSERT_TRUE(client.read_answer());
  EXPECT_TRUE(client.reads_end());
}

// More than one read takes, with the end right behind it.
TEST_F(TransportTest, AClientThatSendsALotAndEndsItsSideGetsAllAnswers) {
  start();
  RawClient client = connect();
  constexpr int kRequests = 2000;
  std::string requests;
  for (int i = 0; i < kRequests; ++i) requests += get("/none");
  ASSERT_TRUE(client.send(requests));
  client.finish_sending();
  for (int i = 0; i < kRequests; ++i) ASSERT_TRUE(client.read_answer()) << i;
  EXPECT_TRUE(client.reads_end());
}

TEST_F(TransportTest, AClientThatSendsWithoutEndDoesNotKeepOthersWaiting) {
  start();
  std::atomic<bool> done{false};
  std::thread flood([&] {
    RawClient client = connect();
    std::string requests;
    for (int i = 0; i < 200; ++i) requests += get("/none");
    while (!done && client.send(requests)) {
      for (int i = 0; i < 200 && client.read_answer(); ++i) continue;
    }
  });
  RawClient other = connect();
  for (int i = 0; i < 200; ++i) {
    other.send(get("/fixed"));
    const auto answer = other.read_answer();
    EXPECT_TRUE(answer && answer->body == "fixed") << i;
    if (!answer) break;
  }
  done = true;
  flood.join();
}

TEST_F(TransportTest, AnUnansweredRequestIs500AndLogged) {
  start();
  for (const std::string_view path : {"/drop", "/drop-later", "/throw"}) {
    RawClient client = connect();
    client.send(get(path) + get("/fixed"));
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 500) << path;
    EXPECT_TRUE(log_.wait_for("unanswered request_id=" + answer->header("x-request-id"))) << path;
    const auto next = client.read_answer();
    ASSERT_TRUE(next) << path;
    EXPECT_EQ(next->body, "fixed") << path;
  }
  EXPECT_TRUE(log_.wait_for("the handler threw: as asked"));
}

TEST_F(TransportTest, AnErrorThatCannotBeDescribedHasNoBody) {
  start();
  const auto answer = ask(get("/drop-undescribed"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 500);
  EXPECT_EQ(answer->header("content-length"), "0");
  EXPECT_TRUE(log_.wait_for("the handler threw: cannot describe"));
}

TEST_F(TransportTest, ContinueIsSentOnlyToThoseWhoWait) {
  start();
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  RawClient waits = connect();
  waits.send(head);
  const auto go_on = waits.read_head();
  ASSERT_TRUE(go_on);
  EXPECT_EQ(go_on->head, "HTTP/1.1 100 Continue\r\n");
  waits.send("body");
  const auto answer = waits.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->body.ends_with("body"));

  const auto at_once = ask(head + "body");
  ASSERT_TRUE(at_once);
  EXPECT_EQ(at_once->status, 200);

  RawClient old = connect();
  old.send("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  old.send("body");
  const auto to_old = old.read_answer();
  ASSERT_TRUE(to_old);
  EXPECT_EQ(to_old->status, 200);
}

TEST_F(TransportTest, ABodyThatIsTooLargeIsRefusedBeforeItIsSent) {
  start();
  RawClient client = connect();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n");
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
  EXPECT_TRUE(client.reads_end());
}

TEST_F(TransportTest, AClientThatSendsOnStillReadsTheRefusal) {
  start();
  RawClient client = connect();
  const std::string body(std::size_t{4} * 1024 * 1024, 'x');
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4194304\r\n\r\n");
  EXPECT_TRUE(client.send(body));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 413);
}

TEST_F(TransportTest, TheLargestBodyIsRead) {
  start();
  const std::string body(std::size_t{1024} * 1024, 'x');
  const auto sized =
      ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n" + body);
  ASSERT_TRUE(sized);
  EXPECT_TRUE(sized->body.ends_with("\n" + body));
  const auto chunked =
      ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n80000\r\n" +
          body.substr(0, 0x80000) + "\r\n80000\r\n" + body.substr(0x80000) + "\r\n0\r\n\r\n");
  ASSERT_TRUE(chunked);
  EXPECT_TRUE(chunked->body.ends_with("\n" + body));
}

TEST_F(TransportTest, LargeAnswersArriveWhole) {
  start();
  RawClient client = connect();
  client.send(get("/large") + get("/medium") + get("/hold") + get("/fixed"));
  // Reads only as much as the server needs to get to /hold: what comes before it is then still
  // being written when /hold is answered.
  while (!handler_.holds_one()) ASSERT_TRUE(client.receive());
  handler_.release_held();
  const auto large = client.read_answer();
  ASSERT_TRUE(large);
  EXPECT_EQ(large->body, std::string(PathHandler::kLargeSize, 'x'));
  const auto medium = client.read_answer();
  ASSERT_TRUE(medium);
  EXPECT_EQ(medium->body, std::string(PathHandler::kMediumSize, 'y'));
  const auto held = client.read_answer();
  ASSERT_TRUE(held);
  EXPECT_TRUE(held->body.starts_with("GET /hold?"));
  const auto last = client.read_answer();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->body, "fixed");
}

TEST_F(TransportTest, AnIdleConnectionIsClosedWithoutAWord) {
  ServerOptions options;
  options.idle_timeout = milliseconds(50);
  start(options);
  RawClient fresh = connect();
  RawClient used = connect();
  used.send(get("/fixed"));
  ASSERT_TRUE(used.read_answer());
  EXPECT_TRUE(fresh.reads_end());
  EXPECT_TRUE(used.reads_end());
  EXPECT_TRUE(wait_for_no_connections());
}

TEST_F(TransportTest, ASlowRequestIs408) {
  ServerOptions options;
  options.head_timeout = milliseconds(50);
  options.body_timeout = milliseconds(50);
  options.linger_timeout = milliseconds(50);
  start(options);
  const std::string post = "POST /echo HTTP/1.1\r\nHost: a\r\n";
  for (const std::string& part :
       {std::string("G"), std::string("GET /echo HTTP/1.1\r\nHost"), get("/fixed") + "GET",
        post + "Content-Length: 4\r\n\r\nbod", post + "Content-Length: 4\r\n\r\n",
        post + "Transfer-Encoding: chunked\r\n\r\n4\r\nbody"}) {
    RawClient client = connect();
    client.send(part);
    auto answer = client.read_answer();
    if (answer && answer->status == 200) answer = client.read_answer();
    ASSERT_TRUE(answer) << part;
    EXPECT_EQ(answer->status, 408) << part;
    EXPECT_EQ(answer->header("connection"), "close") << part;
    EXPECT_TRUE(client.reads_end()) << part;
  }
}

TEST_F(TransportTest, DripFeedingDoesNotMoveTheDeadline) {
  ServerOptions options;
  options.head_timeout = milliseconds(100);
  options.linger_timeout = milliseconds(50);
  start(options);
  RawClient client = connect();
  client.send("GET /echo HTTP/1.1\r\nHost: a\r\n");
  // Sends until the server has cut the connection. With a deadline that moves this would never end.
  const auto started = std::chrono::steady_clock::now();
  while (client.send("A: b\r\n")) {
    ASSERT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
    std::this_thread::sleep_for(milliseconds(5));
  }
}

TEST_F(TransportTest, AnAnswerThatTakesTooLongIs503) {
  ServerOptions options;
  options.handler_timeout = milliseconds(50);
  start(options);
  RawClient client = connect();
  client.send(get("/hold"));
  const auto answer = client.read_answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->header("connection"), "close");
  EXPECT_TRUE(log_.wait_for("not answered in time"));
  // Too late, but the request is still there to be looked at.
  handler_.release_held();
  EXPECT_TRUE(client.reads_end());
}

TEST_F(TransportTest, AClientThatDoesNotReadIsCut) {
  ServerOptions options;
  options.write_timeout = milliseconds(50);
  start(options);
  RawClient client = connect();
  client.send(get("/fixed"));
  ASSERT_TRUE(client.read_answer());
  client.send(get("/large") + get("/large"));
  EXPECT_TRUE(wait_for_no_connections());
  EXPECT_FALSE(client.read_answer() && client.read_answer());
}

TEST_F(TransportTest, RunningOutOfFileDescriptorsIsSurvived) {
  start();
  RawClient client = connect();
  client.send(get("/fixed"));
  ASSERT_TRUE(client.read_answer());
  // Leave room for the client's own end of one more connection and for nothing else.
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  rlimit tight = limit;
  tight.rlim_cur = static_cast<rlim_t>(lowest_free) + 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  RawClient waiting = connect();
  EXPECT_TRUE(log_.wait_for("cannot accept a connection"));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  waiting.send(get("/fixed"));
  EXPECT_TRUE(waiting.read_answer());
  EXPECT_LT(log_.all().size(), 1000U);
}

TEST_F(TransportTest, ClientsThatGoAwayLeaveNothingBehind) {
  start();
  for (const std::string& part :
       {std::string(), std::string("GET"), get("/large"), get("/later")}) {
    for (int i = 0; i < 20; ++i) {
      RawClient client = connect();
      client.send(part);
      client.reset();
    }
  }
  connect().send(get("/hold"));
  ASSERT_TRUE(handler_.wait_for_held(1));
  handler_.release_held();
  EXPECT_TRUE(wait_for_no_connections());
}

TEST_F(TransportTest, ManyIdleConnectionsDoNotDisturb) {
  ServerOptions options;
  options.threads = 2;
  start(options);
  std::vector<RawClient> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.push_back(connect());
    if (i % 2 == 0) idle.back().send("GET /ec");
  }
  const auto answer = ask(get("/fixed"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "fixed");
  idle.front().send("ho HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(idle.front().read_answer());
}

TEST_F(TransportTest, TheAccessLogNamesTheRequestAndNothingSecret) {
  ServerOptions options;
  options.logger = log_.make_logger("debug");
  start(options);
  const auto answer = ask(get("/echo?key=secret", "Authorization: secret\r\n"));
  ASSERT_TRUE(answer);
  const std::string id = answer->header("x-request-id");
  EXPECT_TRUE(log_.wait_for("GET /echo status=200 bytes=" + answer->header("content-length")));
  EXPECT_TRUE(log_.wait_for("request_id=" + id));
  for (const std::string& line : log_.all()) {
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
  }
}

TEST_F(TransportTest, NothingIsLoggedPerRequestAboveDebug) {
  start();
  ASSERT_TRUE(ask(get("/echo")));
  server_->stop();
  EXPECT_TRUE(log_.all().empty());
}

}  // namespace farthing::http::connection_test
