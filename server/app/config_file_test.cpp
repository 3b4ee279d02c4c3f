// SPDX-License-Identifier: Apache-2.0
#include "server/app/config_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <string>

#include "tests/support/temporary_directory.hpp"

namespace farthing::app::config_file_test {

class ConfigFileTest : public testing::Test {
 protected:
  BasicResult<ServerOptions, std::string> read(std::string_view toml) {
    std::ofstream(file_) << toml;
    return resolve_options({.config = file_.string()});
  }
  // The error without the name of the file.
  std::string error_of(std::string_view toml) {
    const auto options = read(toml);
    if (options) return "no error";
    const std::string start = "in the configuration file " + file_.string() + ": ";
    EXPECT_TRUE(options.error().starts_with(start)) << options.error();
    return options.error().substr(start.size());
  }

  TemporaryDirectory directory_;
  const std::filesystem::path file_ = directory_.path() / "farthing.toml";
};

TEST_F(ConfigFileTest, NamesOnePlaceOfTheData) {
  const std::string one = "give one of data, store and store_file";
  EXPECT_EQ(error_of("data = \"d\"\nstore = \"postgres://h/d\""), one);
  EXPECT_EQ(error_of("data = \"d\"\nstore_file = \"f\""), one);
  EXPECT_EQ(error_of("store = \"postgres://h/d\"\nstore_file = \"f\""), one);
}

TEST_F(ConfigFileTest, SaysWhyItCannotBeOpened) {
  ServerOptions options;
  const auto done = read_config_file(directory_.path() / "none", options);
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().ends_with("none: No such file or directory")) << done.error();
}

TEST_F(ConfigFileTest, IsNoDirectory) {
  ServerOptions options;
  const auto done = read_config_file(directory_.path(), options);
  ASSERT_FALSE(done);
  EXPECT_TRUE(done.error().ends_with(": it is a directory")) << done.error();
}

TEST_F(ConfigFileTest, SetsEverything) {
  const auto options = read(R"(
data = "/var/lib/farthing"
listen = ["0.0.0.0:80", "unix:/run/farthing.sock"]
admin_listen = "[::1]:81"
tls_certificate = "/etc/farthing/server.pem"
tls_key = "/etc/farthing/server.key"
statement_key = "/etc/farthing/statement.key"
trusted_proxies = ["10.0.0.0/8", "::1"]
threads = 4
log_level = "warning"
core_dumps = true
shared_secret_files = true
tag_names = ["project", "team_2"]

[rate_limits]
user_keys = "3/2s"
failures = "off"

[user_limits]
acts = "5/7s"
live_keys = 9

[memory]
cache_mib = 5
key_filter_mib = 6
run_mib = 7

[limits]
connections = 10
head_bytes = 4096
target_bytes = 1024
headers = 20
body_bytes = 65536
request_memory_bytes = 1000000
handshake_timeout_ms = 7
idle_timeout_ms = 1
head_timeout_ms = 2
body_timeout_ms = 3
handler_timeout_ms = 4
write_timeout_ms = 5
shutdown_timeout_ms = 6
)");
  ASSERT_TRUE(options) << options.error();
  using std::chrono::milliseconds;
  EXPECT_EQ(options->store.data, "/var/lib/farthing");
  EXPECT_EQ(options->log_level, LogLevel::warning);
  EXPECT_EQ(options->rate_limits.user_keys, (directory::RateLimit{.requests = 3, .per_s = 2}));
  EXPECT_FALSE(options->rate_limits.failures);
  EXPECT_EQ(options->user_limits.acts, (directory::RateLimit{.requests = 5, .per_s = 7}));
  EXPECT_EQ(options->user_limits.live_keys, 9U);
  EXPECT_EQ(options->tag_names, (service::TagNames{"project", "team_2"}));
  EXPECT_EQ(options->core_dumps, CoreDumps::allowed);
  EXPECT_EQ(options->shared_secrets, SharedSecrets::allowed);
  const http::ServerOptions& http = options->http;
  EXPECT_EQ(http.listen, (std::vector<http::ListenAddress>{{.address = "0.0.0.0", .port = 80},
                                                           {.address = "/run/farthing.sock"}}));
  ASSERT_TRUE(http.admin);
  EXPECT_EQ(http.admin->address, "::1");
  EXPECT_EQ(http.admin->port, 81);
  ASSERT_TRUE(options->tls);
  EXPECT_EQ(options->tls->certificate, "/etc/farthing/server.pem");
  EXPECT_EQ(options->tls->key, "/etc/farthing/server.key");
  EXPECT_EQ(options->statement_key_file, "/etc/farthing/statement.key");
  EXPECT_TRUE(http.trusted_proxies.include(*IpAddress::parse("10.1.2.3")));
  EXPECT_TRUE(http.trusted_proxies.include(*IpAddress::parse("::1")));
  EXPECT_FALSE(http.trusted_proxies.include(*IpAddress::parse("127.0.0.1")));
  EXPECT_EQ(http.handshake_timeout, milliseconds(7));
  EXPECT_EQ(http.threads, 4U);
  EXPECT_EQ(http.max_connections, 10U);
  EXPECT_EQ(http.max_head, 4096U);
  EXPECT_EQ(http.max_target, 1024U);
  EXPECT_EQ(http.max_headers, 20U);
  EXPECT_EQ(http.max_body, 65536U);
  EXPECT_EQ(http.request_memory, 1'000'000U);
  EXPECT_EQ(options->memory.cache_bytes, std::size_t{5} << 20);
  EXPECT_EQ(options->memory.key_filter_bytes, std::size_t{6} << 20);
  EXPECT_EQ(options->memory.run_bytes, std::size_t{7} << 20);
  EXPECT_EQ(http.idle_timeout, milliseconds(1));
  EXPECT_EQ(http.head_timeout, milliseconds(2));
  EXPECT_EQ(http.body_timeout, milliseconds(3));
  EXPECT_EQ(http.handler_timeout, milliseconds(4));
  EXPECT_EQ(http.write_timeout, milliseconds(5));
  EXPECT_EQ(http.shutdown_timeout, milliseconds(6));
}

TEST_F(ConfigFileTest, TheCommandLineOverridesIt) {
  std::ofstream(file_) << "data = \"a\"\nlisten = \"127.0.0.1:1\"\nthreads = 2\n";
  const auto options = resolve_options(
      {.config = file_.string(), .settings = {{"data", {"b"}}, {"threads", {"3"}}}});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->store.data, "b");
  EXPECT_EQ(options->http.listen.front().port, 1);
  EXPECT_EQ(options->http.threads, 3U);
}

TEST_F(ConfigFileTest, TheGapOfAClockIsInDaysOrHours) {
  const auto gap_of = [this](const std::string& text) {
    const auto options = read("data = \"a\"\n" + text);
    EXPECT_TRUE(options) << text;
    return options ? options->max_clock_gap : std::chrono::microseconds();
  };
  EXPECT_EQ(gap_of(""), std::chrono::hours(40 * 24));
  EXPECT_EQ(gap_of("max_clock_gap = \"1h\""), std::chrono::hours(1));
  EXPECT_EQ(gap_of("max_clock_gap = \"12d\""), std::chrono::hours(12 * 24));
  EXPECT_EQ(gap_of("max_clock_gap = \"36500d\""), std::chrono::hours(36500 * 24));
  EXPECT_EQ(gap_of("max_clock_gap = \"876000h\""), std::chrono::hours(36500 * 24));
}

// The defaults of those that are not named count too.
TEST_F(ConfigFileTest, MarksOfFreeDiskStandInTheirOrder) {
  const auto options = read("data = \"a\"\n[disk]\nacts_stop_at_mib = 100");
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error(),
            "disk.acts_stop_at_mib must be at least disk.movements_stop_at_mib, and that at least "
            "disk.everything_stops_at_mib");
}

TEST_F(ConfigFileTest, NamesWhatIsWrong) {
  EXPECT_EQ(error_of("dta = \"a\""), "there is no setting \"dta\"");
  EXPECT_EQ(error_of("[limits]\nbody = 1"), "there is no setting \"limits.body\"");
  EXPECT_EQ(error_of("limits = 1"), "limits must be a table");
  EXPECT_EQ(error_of("memory = 1"), "memory must be a table");
  EXPECT_EQ(error_of("[memory]\nrun_mib = 1025"),
            "memory.run_mib must be a number of MiB from 1 to 1024");
  EXPECT_EQ(error_of("rate_limits = 1"), "rate_limits must be a table");
  EXPECT_EQ(error_of("[rate_limits]\nkeys = \"1/1s\""), "there is no setting \"rate_limits.keys\"");
  EXPECT_EQ(error_of("[rate_limits]\nuser_keys = 150"),
            "rate_limits.user_keys must be so many requests in so many seconds, such as "
            "\"150/10s\", or \"off\"");
  EXPECT_EQ(
      error_of("[rate_limits]\nuser_keys = \"150\""),
      "rate_limits.user_keys must be so many requests in so many seconds, such as \"150/10s\", or "
      "\"off\", and not \"150\"");
  const std::string names =
      "at most 20 different names, each of at most 32 of a-z, 0-9 and _, the first a letter";
  EXPECT_EQ(error_of("tag_names = \"team\""), "tag_names must be an array of strings: " + names);
  for (const std::string name : {"Team", "", "_a", "1a", "te-am"}) {
    EXPECT_EQ(error_of("tag_names = [\"a\", \"" + name + "\"]"),
              "tag_names must be " + names + ", and not \"" + name + "\"");
  }
  EXPECT_EQ(error_of("tag_names = [\"a\", \"a\"]"),
            "tag_names must be " + names + ", and not \"a\"");
  EXPECT_EQ(error_of("user_limits = 1"), "user_limits must be a table");
  EXPECT_EQ(error_of("[user_limits]\nkeys = 1"), "there is no setting \"user_limits.keys\"");
  EXPECT_EQ(error_of("[user_limits]\nacts = 60"),
            "user_limits.acts must be so many requests in so many seconds, such as \"150/10s\", or "
            "\"off\"");
  for (const char* count : {"0", "10001", "\"off\"", "1.5"}) {
    EXPECT_EQ(error_of(std::string("[user_limits]\nlive_keys = ") + count),
              "user_limits.live_keys must be a whole number from 1 to 10000");
  }
  EXPECT_EQ(error_of("[disk]\nacts_stop_at_mib = -1"),
            "disk.acts_stop_at_mib must be a number of MiB from 0 to 1073741824");
  for (const char* gap : {"", "d", "0d", "-1d", "1.5d", "40", "40 d", "40m", "36501d", "876001h",
                          "99999999999999999999d"}) {
    EXPECT_EQ(error_of("max_clock_gap = \"" + std::string(gap) + "\""),
              "max_clock_gap must be days or hours, such as 40d or 12h, up to 36500d, and not \"" +
                  std::string(gap) + "\"");
  }
  EXPECT_NE(error_of("max_clock_gap = 40").find("max_clock_gap must be"), std::string::npos);
  EXPECT_EQ(error_of("data = 1"), "data must be the path of a directory, as a string");
  EXPECT_EQ(error_of("log_level = \"loud\""),
            "log_level must be debug, info, warning or error, and not \"loud\"");
  EXPECT_EQ(error_of("threads = 0"), "threads must be a whole number from 1 to 256");
  EXPECT_EQ(error_of("threads = \"2\""), "threads must be a whole number from 1 to 256");
  EXPECT_EQ(error_of("\"limits.headers\" = 1"), "there is no setting \"limits.headers\"");
  EXPECT_EQ(error_of("[listen]\nport = 1"),
            "listen must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080, or unix:PATH, or an "
            "array of such strings");
  EXPECT_EQ(error_of("[limits]\nconnections = 0"),
            "limits.connections must be a whole number from 1 to 1000000");
  EXPECT_EQ(error_of("[limits]\nidle_timeout_ms = 1.5"),
            "limits.idle_timeout_ms must be a number of milliseconds from 1 to 86400000");
  EXPECT_NE(error_of("data = \"a\"\nthreads = = 2").find("(line 2)"), std::string::npos);
}

TEST_F(ConfigFileTest, MustBeThere) {
  const auto options = resolve_options({.config = file_.string(), .settings = {{"data", {"d"}}}});
  ASSERT_FALSE(options);
  EXPECT_NE(options.error().find(file_.string()), std::string::npos);
}

TEST_F(ConfigFileTest, AFileWithAPasswordIsASecretItself) {
  const std::string with_password = "store = \"postgres://farthing:hidden@db/farthing\"\n";
  ::chmod(directory_.path().c_str(), 0700);
  std::ofstream(file_) << "";
  ::chmod(file_.c_str(), 0644);
  const auto refused = read(with_password);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("by other users (mode 0644)"), std::string::npos)
      << refused.error();
  EXPECT_TRUE(read(with_password + "shared_secret_files = true\n"));
  EXPECT_TRUE(read("store = \"postgres://farthing@db/farthing\"\n"));
  ::chmod(file_.c_str(), 0600);
  EXPECT_TRUE(read(with_password));
}

TEST_F(ConfigFileTest, HowSecretsAreReadIsKnownBeforeTheyAre) {
  const std::filesystem::path url = directory_.path() / "store.url";
  std::ofstream(url) << "postgres://farthing:hidden@db/farthing\n";
  ::chmod(url.c_str(), 0444);
  const std::string named = "store_file = \"" + url.string() + "\"\n";
  EXPECT_NE(error_of(named).find("by other users (mode 0444)"), std::string::npos);
  // In either order, whichever the table has them in.
  EXPECT_TRUE(read(named + "shared_secret_files = true\n"));
  EXPECT_TRUE(read("shared_secret_files = true\n" + named));
  EXPECT_EQ(error_of("shared_secret_files = 1"), "shared_secret_files must be true or false");
}

}  // namespace farthing::app::config_file_test
