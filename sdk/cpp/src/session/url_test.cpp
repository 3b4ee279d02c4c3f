// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/session/url.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace farthing::sdk::url_test {

TEST(BaseUrl, IsBroughtIntoOneForm) {
  struct Line {
    std::string_view url, origin, path;
  };
  const std::vector<Line> table = {
      {"https://api.stability.ai", "https://api.stability.ai", ""},
      {"HTTPS://API.Example.com:443/", "https://api.example.com", ""},
      {"http://localhost:8080", "http://localhost:8080", ""},
      {"http://127.0.0.1:80/a/b//", "http://127.0.0.1", "/a/b"},
      {"http://[::1]:8080", "http://[::1]:8080", ""},
      {"http://[::1]", "http://[::1]", ""},
  };
  for (const Line& line : table) {
    const auto base = parse_base_url(line.url);
    ASSERT_TRUE(base) << line.url;
    EXPECT_EQ(base->origin, line.origin);
    EXPECT_EQ(base->path, line.path);
  }
}

TEST(BaseUrl, IsAUnixSocketByItsPath) {
  const auto base = parse_base_url("unix:/run/farthing/farthing.sock");
  ASSERT_TRUE(base);
  EXPECT_EQ(base->unix_socket, "/run/farthing/farthing.sock");
  EXPECT_EQ(base->origin, "http://localhost");
  EXPECT_EQ(base->path, "");
  EXPECT_EQ(parse_base_url("http://localhost")->unix_socket, "");
}

TEST(BaseUrl, RefusesWhatCouldBeReadInTwoWays) {
  for (const std::string_view url : {"",
                                     "localhost:8080",
                                     "ftp://x",
                                     "file:///etc/passwd",
                                     "http://",
                                     "http:///x",
                                     "http://user@host",
                                     "http://user:pass@host",
                                     "http://host?x",
                                     "http://host/#f",
                                     "http://host/a?b",
                                     "http://host:0",
                                     "http://host:65536",
                                     "http://host:",
                                     "http://host:8a",
                                     "http://host:-1",
                                     "http://good.example\\@evil.example",
                                     "http://ho st",
                                     "http://host/a b",
                                     "http://host\r\nX: y",
                                     "http://[::1",
                                     "http://[x]",
                                     "http://h\xC3\xB6st",
                                     "http:/host",
                                     "http:host",
                                     "http:////host",
                                     "//host",
                                     "http://@host",
                                     "http://%68ost",
                                     "http://host?",
                                     "http://:80",
                                     "http://::1",
                                     "http://a:1:2",
                                     "http://a[b]",
                                     "https://host..",
                                     "https://host..:443/x",
                                     "https://.host",
                                     "https://ho..st",
                                     "http://[::1]x",
                                     "http://[::1]:",
                                     "unix:",
                                     "unix:/",
                                     "unix:farthing.sock",
                                     "unix://host/farthing.sock",
                                     "unix:/run/",
                                     "unix:/a\nb",
                                     "UNIX:/farthing.sock"}) {
    EXPECT_FALSE(parse_base_url(url)) << url;
  }
}

TEST(SameOriginTarget, FollowsWithinTheServerOnly) {
  struct Line {
    std::string_view location, target;  // no target: not followed
  };
  const std::string url = "http://host:8080/v1/user/balance?a=b";
  const std::vector<Line> table = {
      {"/x?y=http://z", "http://host:8080/x?y=http://z"},
      {"other", "http://host:8080/v1/user/other"},
      {"http://HOST:8080/x", "http://host:8080/x"},
      {"http://host:8080", "http://host:8080/"},
      {"//host:8080/x#f", "http://host:8080/x"},
      {"http://host/x", ""},
      {"https://host:8080/x", ""},
      {"http://evil:8080/x", ""},
      {"//evil/x", ""},
      {"http://host:8080@evil/", ""},
      {"http://host:8080\\@evil/", ""},
      {"/\\evil/x", ""},
      {"//host:8080", "http://host:8080/"},
      {"?c=d", "http://host:8080/v1/user/balance?c=d"},
      {"../x", "http://host:8080/v1/x"},
      {"x?y:z", "http://host:8080/v1/user/x?y:z"},
      {"///x", ""},
      {"http:/evil/x", ""},
      {"http:evil/x", ""},
      {"http:///host:8080/x", ""},
      {"http://%68ost:8080/x", ""},
      {"//user@host:8080/x", ""},
      {"javascript:alert(1)", ""},
      {"a:b/c", ""},
      {"", ""},
      {"/a b", ""},
  };
  for (const Line& line : table) {
    EXPECT_EQ(same_origin_target(url, line.location).value_or(""), line.target) << line.location;
  }
}

TEST(PercentEncode, LeavesOnlyTheUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a/../b?c#d%e f\xC3\xA9"), "a%2F..%2Fb%3Fc%23d%25e%20f%C3%A9");
}

}  // namespace farthing::sdk::url_test
