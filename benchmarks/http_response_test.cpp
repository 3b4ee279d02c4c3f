// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/http_response.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::bench::answer_test {

constexpr std::string_view kBalance =
    "HTTP/1.1 200 OK\r\ncontent-length: 14\r\nX: y\r\n\r\n{\"credits\":12}";

TEST(ScanAnswer, FindsStatusAndBody) {
  const Scan scan = scan_response(kBalance);
  ASSERT_EQ(scan.state, ScanState::complete);
  EXPECT_EQ(scan.size, kBalance.size());
  EXPECT_EQ(scan.answer.status, 200);
  EXPECT_EQ(scan.answer.body, "{\"credits\":12}");
}

TEST(ScanAnswer, WaitsForEveryByte) {
  for (std::size_t size = 0; size < kBalance.size(); ++size) {
    EXPECT_EQ(scan_response(kBalance.substr(0, size)).state, ScanState::incomplete) << size;
  }
}

TEST(ScanAnswer, LeavesTheNextAnswerAlone) {
  const std::string two = std::string(kBalance) + "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n";
  const Scan first = scan_response(two);
  ASSERT_EQ(first.state, ScanState::complete);
  const Scan second = scan_response(std::string_view(two).substr(first.size));
  ASSERT_EQ(second.state, ScanState::complete);
  EXPECT_EQ(second.answer.status, 204);
  EXPECT_EQ(first.size + second.size, two.size());
}

TEST(ScanAnswer, AcceptsNoHeaderFields) {
  EXPECT_EQ(scan_response("HTTP/1.1 500 Oops\r\n\r\n").state, ScanState::complete);
}

TEST(ScanAnswer, RefusesWhatIsNotHttp) {
  EXPECT_EQ(scan_response("SSH-2.0-OpenSSH_9.2p1\r\n").state, ScanState::malformed);
  EXPECT_EQ(scan_response("HTTP/1.1 2x0 OK\r\n\r\n").state, ScanState::malformed);
  EXPECT_EQ(scan_response("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n").state,
            ScanState::malformed);
}

TEST(JsonStringMember, ReadsTheFirstOfThatName) {
  EXPECT_EQ(json_string_member(R"({"id": "user-1","more":{"id":"x"}})", "id"), "user-1");
  EXPECT_EQ(json_string_member(R"({"id":"k","secret":"sk-2"})", "secret"), "sk-2");
}

TEST(JsonStringMember, IsEmptyWithoutAString) {
  EXPECT_EQ(json_string_member(R"({"id":7})", "id"), "");
  EXPECT_EQ(json_string_member(R"({"name":"id"})", "id"), "");
  EXPECT_EQ(json_string_member(R"({"id":"open)", "id"), "");
}

}  // namespace farthing::bench::answer_test
