// SPDX-License-Identifier: Apache-2.0
#include "server/http/head_scanner.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::http::head_scanner_test {

constexpr HeadLimits kLimits{256, 100, 4};

// Feeds `bytes` in pieces of `piece` bytes; the status of the refusal, 0 for a complete head, -1
// when more is wanted.
int scan_in_pieces(std::string_view bytes, std::size_t piece, std::size_t& head_size) {
  HeadScanner scanner;
  for (std::size_t end = 0; end < bytes.size();) {
    end = std::min(end + piece, bytes.size());
    if (!scanner.scan(bytes.substr(0, end), kLimits)) continue;
    if (scanner.refusal()) return scanner.refusal()->status;
    head_size = scanner.head_size();
    return 0;
  }
  return -1;
}

std::string target_of(std::size_t size) { return "/" + std::string(size - 1, 'a'); }

// A head of exactly `size` bytes.
std::string head_of(std::size_t size) {
  const std::string start = "GET / HTTP/1.1\r\nA: ";
  return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
}

TEST(HeadScanner, JudgesAlikeHoweverTheBytesAreCut) {
  struct Case {
    std::string bytes;
    int status;
  };
  const std::string line = "GET / HTTP/1.1\r\n";
  for (const Case& c : {
           Case{line + "\r\n", 0},
           Case{line + "Host: a\r\n\r\n", 0},
           Case{"GET / HTTP/1.0\r\n\r\n", 0},
           Case{line + "Host: a\r\n\r", -1},
           Case{line + "Host: a\r\n", -1},
           Case{"GET", -1},
           Case{"GET / HTTP/1.1\n", 400},
           Case{line + "Host: a\n\r\n", 400},
           Case{line + "\n", 400},
           Case{line + "A: b\r\n c\r\n\r\n", 400},
           Case{line + "A: b\r\n\tc\r\n\r\n", 400},
           Case{line + " A: b\r\n\r\n", 400},
           Case{"GET /\r\n", 400},
           Case{"\x16\x03\x01", 400},
           Case{" GET / HTTP/1.1\r\n", 400},
           Case{"GET / http/1.1\r\n", 400},
           Case{"GET / HTTP/1.12\r\n", 400},
           Case{"GET / HTTP/2.0\r\n", 505},
           Case{"GET / HTTP/1.2\r\n", 505},
           Case{"GET / HTTP/0.9\r\n", 505},
           Case{"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
           Case{line + "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", 0},
           Case{line + "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: 5\r\n", 431},
           Case{head_of(256), 0},
           Case{head_of(257), 431},
           Case{head_of(256).substr(0, 255), -1},
           Case{head_of(300).substr(0, 256), 431},
           Case{"GET " + target_of(100) + " HTTP/1.1\r\n\r\n", 0},
           Case{"GET " + target_of(160) + " HTTP/1.1\r\n", 414},
           Case{"GET " + target_of(200), 414},
           Case{std::string(200, 'G'), 414},
       }) {
    for (std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, c.bytes.size()}) {
      std::size_t head_size = 0;
      EXPECT_EQ(scan_in_pieces(c.bytes, piece, head_size), c.status) << piece << " of " << c.bytes;
      if (c.status == 0) {
        EXPECT_EQ(head_size, c.bytes.size()) << c.bytes;
      }
    }
  }
}

TEST(HeadScanner, LeavesWhatFollowsTheHead) {
  HeadScanner scanner;
  ASSERT_TRUE(scanner.scan("GET / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n", kLimits));
  EXPECT_EQ(scanner.head_size(), 18U);
}

}  // namespace farthing::http::head_scanner_test
