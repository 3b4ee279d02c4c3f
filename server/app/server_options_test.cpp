// SPDX-License-Identifier: Apache-2.0
#include "server/app/server_options.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "server/app/setting_types.hpp"
#include "tests/support/temporary_directory.hpp"

namespace farthing::app::server_options_test {

TEST(ServerOptions, HaveDefaults) {
  const auto options = resolve_options({.settings = {{"data", {"d"}}}});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->store.data, "d");
  EXPECT_EQ(options->http.listen,
            (std::vector<http::ListenAddress>{{.address = "127.0.0.1", .port = 8080}}));
  EXPECT_GE(options->http.threads, 1U);
  EXPECT_EQ(options->log_level, LogLevel::info);
  EXPECT_EQ(options->core_dumps, CoreDumps::forbidden);
}

TEST(ServerOptions, TakeTheCommandLine) {
  const auto options = resolve_options({.settings = {{"data", {"d"}},
                                                     {"listen", {"[::1]:0"}},
                                                     {"threads", {"3"}},
                                                     {"log_level", {"debug"}}}});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->http.listen, (std::vector<http::ListenAddress>{{.address = "::1"}}));
  EXPECT_EQ(options->http.threads, 3U);
  EXPECT_EQ(options->log_level, LogLevel::debug);
}

TEST(ServerOptions, ListenIsHostAndPortOrAUnixSocket) {
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
           Case{"unix:/run/farthing.sock", "/run/farthing.sock", 0},
           Case{"unix:/run/a:80", "/run/a:80", 0},
       }) {
    ServerOptions options;
    ASSERT_TRUE(Places::set(std::string(good.text), "listen", options)) << good.text;
    ASSERT_EQ(options.http.listen.size(), 1U);
    EXPECT_EQ(options.http.listen.front().address, good.address);
    EXPECT_EQ(options.http.listen.front().port, good.port);
  }
  for (const std::string_view bad : std::initializer_list<std::string_view>{
           "", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
           "127.0.0.1:80x", "::1:80", "[]:80", "127.0.0.1:80 ", "unix:", "unix",
           std::string_view("unix:/a\0b", 9)}) {
    ServerOptions options;
    const auto done =
        Places::set(std::vector<std::string>{"127.0.0.1:1", std::string(bad)}, "listen", options);
    ASSERT_FALSE(done) << bad;
    EXPECT_TRUE(done.error().starts_with("listen must be HOST:PORT")) << done.error();
    EXPECT_EQ(options.http.listen, http::ServerOptions().listen);
  }
}

TEST(ServerOptions, APathOfASocketIsMadeAbsolute) {
  ServerOptions options;
  ASSERT_TRUE(Places::set("unix:farthing.sock", "listen", options));
  EXPECT_EQ(options.http.listen.front().address,
            (std::filesystem::current_path() / "farthing.sock").string());
}

TEST(ServerOptions, ListensInAsManyPlacesAsAreNamed) {
  const auto options = resolve_options(
      {.settings = {{"data", {"d"}}, {"listen", {"127.0.0.1:1", "unix:/a", "[::1]:2"}}}});
  ASSERT_TRUE(options);
  EXPECT_EQ(
      options->http.listen,
      (std::vector<http::ListenAddress>{
          {.address = "127.0.0.1", .port = 1}, {.address = "/a"}, {.address = "::1", .port = 2}}));
}

TEST(ServerOptions, ListensAtAddressesOnly) {
  for (const char* place : {"0:1", "127.1:1", "1.2.3:1", "example.org:1", "[127.0.0.1]:1", "::1:1",
                            "[::g]:1", "[]:1", ":1", "127.0.0.1"}) {
    for (const char* key : {"listen", "admin_listen"}) {
      const auto options = resolve_options({.settings = {{"data", {"d"}}, {key, {place}}}});
      ASSERT_FALSE(options) << place;
      EXPECT_TRUE(options.error().starts_with(std::string(key) + " must be HOST:PORT"))
          << options.error();
    }
  }
  EXPECT_TRUE(resolve_options({.settings = {{"data", {"d"}}, {"listen", {"[fe80::1%eth0]:1"}}}}));
}

TEST(ServerOptions, UserKeysAreLimitedUnlessToldOtherwise) {
  const auto rate = [](const std::optional<std::string>& argument) {
    ServeArguments arguments{.settings = {{"data", {"d"}}}};
    if (argument) arguments.settings["rate_limits.user_keys"] = {*argument};
    return resolve_options(arguments).value().rate_limits.user_keys;
  };
  EXPECT_EQ(rate({}), (directory::RateLimit{.requests = 150, .per_s = 10}));
  EXPECT_EQ(rate("7/3s"), (directory::RateLimit{.requests = 7, .per_s = 3}));
  EXPECT_FALSE(rate("off"));
}

TEST(ServerOptions, KeysBeginWithThePrefixThatIsSet) {
  const auto resolve = [](const std::string& word) {
    return resolve_options({.settings = {{"data", {"d"}}, {"key_prefix", {word}}}});
  };
  EXPECT_EQ(resolve_options({.settings = {{"data", {"d"}}}})->key_prefix.text(), "sk-");
  for (const char* prefix : {"a-", "acme_", "sk_live_", "abcdefg-"}) {
    ASSERT_TRUE(resolve(prefix)) << prefix;
    EXPECT_EQ(resolve(prefix)->key_prefix.text(), prefix);
  }
  for (const char* wrong : {"", "-", "sk", "abcdefgh-", "SK-", "1a-", "s k-", "sk-secret"}) {
    const auto options = resolve(wrong);
    ASSERT_FALSE(options) << wrong;
    EXPECT_EQ(options.error(),
              "key_prefix must be 2 to 8 characters: a small letter, then small letters, digits, "
              "- and _, and - or _ at the end");
  }
}

TEST(ServerOptions, TheCommandLineReplacesProxiesAndFilesOfTheConfiguration) {
  const TemporaryDirectory directory;
  const std::string config = (directory.path() / "farthing.toml").string();
  std::ofstream(config) << "data = \"d\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n"
                           "tls_certificate = \"old.pem\"\ntls_key = \"old.key\"\n"
                           "statement_key = \"old.statement.key\"\n";
  const auto options = resolve_options({.config = config,
                                        .settings = {{"admin_listen", {"localhost:0"}},
                                                     {"tls_certificate", {"new.pem"}},
                                                     {"statement_key", {"new.statement.key"}},
                                                     {"trusted_proxies", {"192.0.2.1"}}}});
  ASSERT_TRUE(options) << options.error();
  EXPECT_TRUE(options->http.trusted_proxies.include(*IpAddress::parse("192.0.2.1")));
  EXPECT_FALSE(options->http.trusted_proxies.include(*IpAddress::parse("10.0.0.1")));
  EXPECT_EQ(options->http.admin->address, "127.0.0.1");
  EXPECT_EQ(options->tls->certificate, "new.pem");
  EXPECT_EQ(options->tls->key, "old.key");
  EXPECT_EQ(options->statement_key_file, "new.statement.key");
}

TEST(ServerOptions, SayWhatIsWrong) {
  const auto error_of = [](std::string_view key, std::vector<std::string> words) {
    const auto options =
        resolve_options({.settings = {{"data", {"d"}}, {std::string(key), std::move(words)}}});
    return options ? "no error" : options.error();
  };
  EXPECT_EQ(error_of("tls_key", {"k"}), "tls_certificate and tls_key are only of use together");
  EXPECT_EQ(error_of("admin_listen", {"81"}),
            "admin_listen must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080, or unix:PATH, "
            "and not \"81\"");
  EXPECT_EQ(error_of("trusted_proxies", {"::1", "10.0.0.1/8"}),
            "trusted_proxies must be networks such as 10.0.0.0/8 or addresses, without bits behind "
            "the prefix, and not \"10.0.0.1/8\"");
  for (const char* threads : {"0", "257", "-1", "two", "2x", "", "99999999999999999999"}) {
    EXPECT_EQ(error_of("threads", {threads}), "threads must be a whole number from 1 to 256");
  }
  EXPECT_EQ(error_of("log_level", {"loud"}),
            "log_level must be debug, info, warning or error, and not \"loud\"");
  EXPECT_EQ(error_of("rate_limits.user_keys", {"fast"}),
            "user_key_rate must be so many requests in so many seconds, such as \"150/10s\", or "
            "\"off\", and not \"fast\"");
  EXPECT_FALSE(resolve_options({}));
  EXPECT_EQ(
      resolve_options({.settings = {{"data", {"d"}}, {"store", {"postgres://db/f"}}}}).error(),
      "give one of --data, --store and --store-file");
}

}  // namespace farthing::app::server_options_test
