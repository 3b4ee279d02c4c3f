// SPDX-License-Identifier: Apache-2.0
// Bytes in, status and connection out: which requests are understood and which are refused.
#include <gtest/gtest.h>

#include "server/testing/transport_fixture.hpp"

namespace farthing::http::request_form_test {

class RequestForm : public TransportTest {
 protected:
  void SetUp() override {
    ServerOptions options;
    options.max_head = 1024;
    options.max_target = 200;
    options.max_headers = 10;
    options.max_body = 100;
    start(options);
  }
};

std::string get(std::string_view rest) { return "GET " + std::string(rest); }

// A POST to /echo with these header lines and this body.
std::string post(std::string_view lines, std::string_view body) {
  return "POST /echo HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n" + std::string(body);
}

std::string chunked(std::string_view body) { return post("Transfer-Encoding: chunked\r\n", body); }

TEST_F(RequestForm, RefusalsCloseTheConnectionAfterTheirAnswer) {
  struct Case {
    std::string request;
    int status;
  };
  const std::string line = "GET /echo HTTP/1.1\r\n";
  const std::string host = line + "Host: a\r\n";
  for (const Case& c : {
           // Lines.
           Case{"GET /echo HTTP/1.1\nHost: a\n\n", 400},
           Case{line + "Host: a\n\r\n", 400},
           Case{host + "A: b\r\n c\r\n\r\n", 400},
           Case{host + "A: b\rc\r\n\r\n", 400},
           Case{"\r\r\n\r\n", 400},
           // Request line.
           Case{"GET  /echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET /echo  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET\t/echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"G(T /echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET /echo\r\n\r\n", 400},
           Case{"GET echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET http:///echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET http://u@h/echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"GET ftp://h/echo HTTP/1.1\r\nHost: a\r\n\r\n", 400},
           Case{"get /echo HTTP/1.1\r\nHost: a\r\n\r\n", 501},
           Case{"BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n", 501},
           Case{"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
           Case{"GET /echo HTTP/2.0\r\nHost: a\r\n\r\n", 505},
           Case{"GET /echo HTTP/3.0\r\n", 505},
           Case{"GET /" + std::string(200, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
           Case{"GET /" + std::string(2000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
           // Headers.
           Case{host + "A : b\r\n\r\n", 400},
           Case{host + "A\r\n\r\n", 400},
           Case{host + ": b\r\n\r\n", 400},
           Case{host + "A(: b\r\n\r\n", 400},
           Case{host + std::string("A: b\0c\r\n\r\n", 10), 400},
           Case{host + "A: b\x01\r\n\r\n", 400},
           Case{host + "A: b\x7f\r\n\r\n", 400},
           Case{host + "A: " + std::string(1100, 'x') + "\r\n\r\n", 431},
           Case{host + "A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\nH:\r\nI:\r\nJ:\r\n\r\n", 431},
           Case{line + "\r\n", 400},
           Case{host + "Host: a\r\n\r\n", 400},
           Case{line + "Host: a b\r\n\r\n", 400},
           Case{line + "Host: a/b\r\n\r\n", 400},
           Case{"GET /echo HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
           Case{host + "Expect: miracles\r\n\r\n", 417},
           Case{host + "Connection: @\r\n\r\n", 400},
           // Where a body ends.
           Case{post("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
           Case{post("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n", "0\r\n\r\n"), 400},
           Case{post("Content-Length: 1\r\nContent-Length: 1\r\n", "x"), 400},
           Case{post("Content-Length: 1\r\nContent-Length: 2\r\n", "xx"), 400},
           Case{post("Content-Length: 1, 1\r\n", "x"), 400},
           Case{post("Content-Length: -1\r\n", ""), 400},
           Case{post("Content-Length: +1\r\n", "x"), 400},
           Case{post("Content-Length: 0x1\r\n", "x"), 400},
           Case{post("Content-Length: 1 1\r\n", "x"), 400},
           Case{post("Content-Length:\r\n", ""), 400},
           Case{post("Content-Length: 99999999999999999999\r\n", ""), 400},
           Case{post("Content-Length: 18446744073709551615\r\n", ""), 413},
           Case{post("Content-Length: 101\r\n", ""), 413},
           Case{post("Transfer-Encoding: gzip\r\n", ""), 501},
           Case{post("Transfer-Encoding: gzip, chunked\r\n", ""), 501},
           Case{post("Transfer-Encoding: chunked, chunked\r\n", ""), 501},
           Case{post("Transfer-Encoding: identity\r\n", ""), 501},
           Case{post("Transfer-Encoding:\r\n", ""), 501},
           Case{post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""), 400},
           Case{"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
           // Chunks.
           Case{chunked("x\r\n"), 400},
           Case{chunked("-1\r\n"), 400},
           Case{chunked("\r\n"), 400},
           Case{chunked("1 \r\nx\r\n"), 400},
           Case{chunked("1\nx\r\n"), 400},
           Case{chunked("1\r\nxy\r\n0\r\n\r\n"), 400},
           Case{chunked("11111111111111111\r\n"), 400},
           Case{chunked("1;a=\"\n\"\r\nx\r\n"), 400},
           Case{chunked("65\r\n"), 413},
           Case{chunked("64\r\n" + std::string(100, 'x') + "\r\n1\r\n"), 413},
           Case{chunked("1;" + std::string(2000, 'a')), 400},
           Case{chunked("0\r\nA: " + std::string(2000, 'a')), 400},
       }) {
    RawClient client = connect();
    client.send(c.request);
    const auto answer = client.read_answer();
    ASSERT_TRUE(answer) << c.request;
    EXPECT_EQ(answer->status, c.status) << c.request << '\n' << answer->body;
    EXPECT_EQ(answer->header("connection"), "close") << c.request;
    EXPECT_EQ(answer->header("content-type"), "application/json") << c.request;
    EXPECT_TRUE(answer->body.ends_with(" " + answer->header("x-request-id"))) << answer->body;
    EXPECT_TRUE(client.reads_end()) << c.request;
  }
}

TEST_F(RequestForm, WellFormedRequestsAreUnderstoodAndKeepTheConnection) {
  struct Case {
    std::string request;
    std::string first_line;
    std::string body;
  };
  const std::string host = " HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const Case& c : {
           Case{get("/echo" + host), "GET /echo?", ""},
           Case{get("/echo?a=1&b=%20?c" + host), "GET /echo?a=1&b=%20?c", ""},
           Case{get("/echo?" + host), "GET /echo?", ""},
           Case{get("http://other/echo?x" + host), "GET /echo?x", ""},
           Case{get("HTTPS://other:443/echo" + host), "GET /echo?", ""},
           Case{"\r\n\r\n" + get("/echo" + host), "GET /echo?", ""},
           Case{get("/echo HTTP/1.1\r\nHost:\r\n\r\n"), "GET /echo?", ""},
           Case{get("/echo HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), "GET /echo?", ""},
           Case{get("/echo HTTP/1.1\r\nhOST:\ta \t\r\nA:\xC3\xA9\tb\r\n\r\n"), "GET /echo?", ""},
           Case{"OPTIONS /echo" + host, "OPTIONS /echo?", ""},
           Case{"DELETE /echo" + host, "DELETE /echo?", ""},
           Case{"PUT /echo" + host, "PUT /echo?", ""},
           Case{"PATCH /echo" + host, "PATCH /echo?", ""},
           Case{post("Content-Length: 5\r\n", "hello"), "POST /echo?", "hello"},
           Case{post("Content-Length: 0\r\n", ""), "POST /echo?", ""},
           Case{post("Content-Length: 005\r\n", "hello"), "POST /echo?", "hello"},
           Case{post("Content-Length: 100\r\n", std::string(100, 'x')), "POST /echo?",
                std::string(100, 'x')},
           Case{post("Expect: 100-continue\r\nContent-Length: 2\r\n", "ok"), "POST /echo?", "ok"},
           Case{chunked("0\r\n\r\n"), "POST /echo?", ""},
           Case{chunked("5\r\nhello\r\n0\r\n\r\n"), "POST /echo?", "hello"},
           Case{chunked("2\r\nhe\r\n3;a=b;c=\"d\"\r\nllo\r\n00;e\r\n\r\n"), "POST /echo?", "hello"},
           Case{chunked("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\nY: z\r\n\r\n"),
                "POST /echo?", "01234567890123456789"},
           Case{chunked("64\r\n" + std::string(100, 'x') + "\r\n0\r\n\r\n"), "POST /echo?",
                std::string(100, 'x')},
           Case{post("TRANSFER-ENCODING: Chunked\r\n", "1\r\n!\r\n0\r\n\r\n"), "POST /echo?", "!"},
       }) {
    RawClient whole = connect();
    whole.send(c.request);
    const auto answer = whole.read_answer();
    ASSERT_TRUE(answer) << c.request;
    EXPECT_EQ(answer->status, 200) << c.request << '\n' << answer->body;
    EXPECT_EQ(answer->body.substr(0, answer->body.find('\n')), c.first_line) << c.request;
    EXPECT_EQ(answer->body.substr(answer->body.rfind('\n') + 1), c.body) << c.request;
    EXPECT_EQ(answer->header("connection"), "") << c.request;
    // The end of the request was found where it is: the next one is understood too.
    whole.send(get("/fixed" + host));
    const auto next = whole.read_answer();
    ASSERT_TRUE(next) << c.request;
    EXPECT_EQ(next->body, "fixed") << c.request;

    // The request byte by byte, and another one right behind it.
    RawClient cut = connect();
    for (const char byte : c.request + get("/fixed" + host)) cut.send({&byte, 1});
    auto first = cut.read_answer();
    if (first && first->status == 100) first = cut.read_answer();
    ASSERT_TRUE(first) << c.request;
    EXPECT_EQ(first->body, answer->body) << c.request;
    const auto second = cut.read_answer();
    ASSERT_TRUE(second) << c.request;
    EXPECT_EQ(second->body, "fixed") << c.request;
  }
}

TEST_F(RequestForm, HeadersAreFoundWhateverTheirCase) {
  const auto answer =
      ask("POST /echo HTTP/1.1\r\nhost: a\r\nAUTHORIZATION:  Bearer sk-1 \r\norganization:\r\n"
          "Idempotency-key: k1\r\nIDEMPOTENCY-KEY: k2\r\nX-Other: 1\r\nx-oTHER: 2\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "POST /echo?\nBearer sk-1 1\n 1\nk1 2\n- 0\n1 2\n127.0.0.1\nfull\n");
}

TEST_F(RequestForm, HeadAndTargetMayBeExactlyAsLargeAsTheLimit) {
  const std::string start = "GET /echo HTTP/1.1\r\nHost: a\r\nA: ";
  const std::string padding(1024 - start.size() - 4, 'x');
  const auto largest = ask(start + padding + "\r\n\r\n");
  ASSERT_TRUE(largest);
  EXPECT_EQ(largest->status, 200);
  const auto too_large = ask(start + padding + "x\r\n\r\n");
  ASSERT_TRUE(too_large);
  EXPECT_EQ(too_large->status, 431);

  const auto longest = ask("GET /echo?" + std::string(194, 'q') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(longest);
  EXPECT_EQ(longest->status, 200);
  const auto too_long = ask("GET /echo?" + std::string(195, 'q') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(too_long);
  EXPECT_EQ(too_long->status, 414);
}

TEST_F(RequestForm, AbsoluteTargetWithoutPathMeansTheRoot) {
  for (const std::string_view target : {"http://host", "http://host?q"}) {
    const auto answer = ask(get(std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 404);
  }
}

TEST_F(RequestForm, OptionsOfTheServerAreAnsweredByTheTransport) {
  const auto answer = ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->header("content-length"), "0");
}

}  // namespace farthing::http::request_form_test
