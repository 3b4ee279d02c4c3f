// SPDX-License-Identifier: Apache-2.0
#include "server/http/response.hpp"

#include <gtest/gtest.h>

#include "server/http/answer_writer.hpp"

namespace farthing::http::response_test {

std::array<char, 32> id_of(char digit) {
  std::array<char, 32> id;
  id.fill(digit);
  return id;
}

std::string written(ConnectionHeader connection, BodyForm form, Channel channel = Channel::clear) {
  AnswerWriter writer;
  writer.set_time(784111777);
  std::string out;
  writer.write(out, "HTTP/1.1 200 OK\r\n", "X-More: 1\r\n", id_of('a'), channel, connection, form,
               "body");
  return out;
}

const std::string kStart =
    "HTTP/1.1 200 OK\r\nX-More: 1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
    "X-Request-Id: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";

TEST(AnswerWriter, WritesEveryForm) {
  EXPECT_EQ(written(ConnectionHeader::none, BodyForm::full),
            kStart + "Content-Length: 4\r\n\r\nbody");
  EXPECT_EQ(written(ConnectionHeader::close, BodyForm::length_only),
            kStart + "Connection: close\r\nContent-Length: 4\r\n\r\n");
  EXPECT_EQ(written(ConnectionHeader::keep_alive, BodyForm::none),
            kStart + "Connection: keep-alive\r\n\r\n");
}

TEST(AnswerWriter, TellsOverTlsToStayWithIt) {
  EXPECT_EQ(written(ConnectionHeader::close, BodyForm::full, Channel::tls),
            kStart +
                "Strict-Transport-Security: max-age=31536000\r\nConnection: close\r\n"
                "Content-Length: 4\r\n\r\nbody");
}

TEST(AnswerWriter, WritesDatesOfAllShapes) {
  struct Case {
    std::time_t time;
    std::string_view date;
  };
  for (const Case& c :
       {Case{0, "Thu, 01 Jan 1970 00:00:00 GMT"}, Case{951825600, "Tue, 29 Feb 2000 12:00:00 GMT"},
        Case{4102444799, "Thu, 31 Dec 2099 23:59:59 GMT"}}) {
    AnswerWriter writer;
    writer.set_time(c.time);
    std::string out;
    writer.write(out, "", "", id_of('0'), Channel::clear, ConnectionHeader::none, BodyForm::none,
                 "");
    EXPECT_EQ(out.substr(0, 37), "Date: " + std::string(c.date) + "\r\n");
  }
}

const std::string kSecurity =
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

TEST(ResponseHead, HoldsTheFixedLines) {
  const ResponseHead head(405, "application/json", {{"Allow", "GET"}});
  EXPECT_EQ(head.status(), 405);
  EXPECT_EQ(head.lines(), "HTTP/1.1 405 Method Not Allowed\r\nServer: farthing\r\n" + kSecurity +
                              "Content-Type: application/json\r\nAllow: GET\r\n");
  EXPECT_EQ(ResponseHead(299, "").lines(),
            "HTTP/1.1 299 Status\r\nServer: farthing\r\n" + kSecurity);
}

TEST(Response, KeepsControlBytesOutOfHeaders) {
  Response response;
  response.add_header("Location", std::string_view("/a\r\nSet-Cookie: b\0c", 19));
  EXPECT_EQ(response.headers, "Location: /a  Set-Cookie: b c\r\n");
}

}  // namespace farthing::http::response_test
