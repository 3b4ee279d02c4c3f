// SPDX-License-Identifier: Apache-2.0
#include "server/app/server_options.hpp"

#include <gtest/gtest.h>

namespace farthing::app {
namespace {

TEST(ServerOptions, HaveDefaults) {
  const auto options = resolve_options({.store = {.data = "d"}});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->store.data, "d");
  EXPECT_EQ(options->http.address, "127.0.0.1");
  EXPECT_EQ(options->http.port, 8080);
  EXPECT_GE(options->http.threads, 1U);
  EXPECT_EQ(options->log_level, LogLevel::info);
}

TEST(ServerOptions, TakeTheCommandLine) {
  const auto options = resolve_options(
      {.store = {.data = "d"}, .listen = "[::1]:0", .threads = 3, .log_level = "debug"});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->http.address, "::1");
  EXPECT_EQ(options->http.port, 0);
  EXPECT_EQ(options->http.threads, 3U);
  EXPECT_EQ(options->log_level, LogLevel::debug);
}

TEST(ServerOptions, ListenIsHostAndPort) {
  struct Case {
    std::string_view text;
    std::string_view address;
    int port;
  };
  for (const Case& good : {
           Case{"127.0.0.1:8080", "127.0.0.1", 8080},
           Case{"0.0.0.0:65535", "0.0.0.0", 65535},
           Case{"localhost:0", "127.0.0.1", 0},
           Case{"[fe80::1]:80", "fe80::1", 80},
       }) {
    http::ServerOptions options;
    ASSERT_TRUE(set_listen(good.text, options)) << good.text;
    EXPECT_EQ(options.address, good.address);
    EXPECT_EQ(options.port, good.port);
  }
  for (const std::string_view bad :
       {"", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
        "127.0.0.1:80x", "::1:80", "[]:80", "127.0.0.1:80 "}) {
    http::ServerOptions options;
    const auto done = set_listen(bad, options);
    ASSERT_FALSE(done) << bad;
    EXPECT_TRUE(done.error().starts_with("listen must be HOST:PORT")) << done.error();
  }
}

TEST(ServerOptions, UserKeysAreLimitedUnlessToldOtherwise) {
  const auto rate = [](std::optional<std::string> argument) {
    return resolve_options({.store = {.data = "d"}, .user_key_rate = std::move(argument)})
        .value()
        .rate_limits.user_keys;
  };
  EXPECT_EQ(rate({}), (store::RateLimit{.requests = 150, .per_s = 10}));
  EXPECT_EQ(rate("7/3s"), (store::RateLimit{.requests = 7, .per_s = 3}));
  EXPECT_FALSE(rate("off"));
}

TEST(ServerOptions, SayWhatIsWrong) {
  EXPECT_FALSE(resolve_options({}));
  EXPECT_EQ(resolve_options({.store = {.data = "d"}, .threads = 0}).error(),
            "threads must be 1 to 256, and not 0");
  EXPECT_EQ(resolve_options({.store = {.data = "d"}, .log_level = "loud"}).error(),
            "log_level must be debug, info, warning or error, and not \"loud\"");
  EXPECT_FALSE(resolve_options({.store = {.data = "d"}, .user_key_rate = "fast"}));
}

}  // namespace
}  // namespace farthing::app
