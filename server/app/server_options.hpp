// SPDX-License-Identifier: Apache-2.0
// How a server is to run: defaults, then the configuration file, then the command line.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "server/app/commands.hpp"
#include "server/app/store_location.hpp"
#include "server/http/options.hpp"
#include "server/http/tls_context.hpp"
#include "server/service/request_limits.hpp"
#include "server/service/user_limits.hpp"
#include "server/store/effective_clock.hpp"

namespace farthing::app {

// Whether the process may be dumped when it dies, and looked into while it lives.
enum class CoreDumps : std::uint8_t { forbidden, allowed };

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct ServerOptions {
  StoreLocation store;
  StoreMemory memory;
  LogLevel log_level = LogLevel::info;
  // So far a clock may be after the store's mark at a start, unless the kernel says that it is
  // right.
  std::chrono::microseconds max_clock_gap = store::ClockRules::kDefaultMaxGap;
  service::RateLimits rate_limits;
  service::UserLimits user_limits;
  store::embedded::DiskMarks disk_marks;  // of the data directory
  CoreDumps core_dumps = CoreDumps::forbidden;
  SharedSecrets shared_secrets = SharedSecrets::refused;
  std::optional<http::TlsFiles> tls;
  std::optional<std::filesystem::path> statement_key_file;  // nothing: where the store's is, if any
  http::ServerOptions http;  // its logger and TLS context are set by whoever starts the server
};

// The error is a sentence that says which option is wrong.
BasicResult<ServerOptions, std::string> resolve_options(const ServeArguments& arguments);

// Address and port from "127.0.0.1:8080", "[::1]:8080" or "localhost:8080", the absolute path from
// "unix:farthing.sock"; `setting` is what the error calls it.
BasicResult<http::ListenAddress, std::string> parse_listen(std::string_view text,
                                                           std::string_view setting);
// Places instead of those that were set before; at least one.
BasicResult<Done, std::string> set_listen(const std::vector<std::string>& places,
                                          http::ServerOptions& options);
// Sets a limit from "150/10s", or takes it away with "off". `name` is the setting's, for the error.
BasicResult<Done, std::string> set_rate_limit(std::string_view text, std::string_view name,
                                              std::optional<directory::RateLimit>& limit);
// From "40d" or "12h", an hour to a hundred years.
BasicResult<Done, std::string> set_max_clock_gap(std::string_view text, ServerOptions& options);
BasicResult<Done, std::string> set_admin_listen(std::string_view text,
                                                http::ServerOptions& options);
// Networks such as "10.0.0.0/8" and "2001:db8::1".
BasicResult<Done, std::string> set_trusted_proxies(const std::vector<std::string>& networks,
                                                   http::ServerOptions& options);
BasicResult<Done, std::string> set_threads(std::int64_t threads, http::ServerOptions& options);
BasicResult<Done, std::string> set_log_level(std::string_view name, ServerOptions& options);

}  // namespace farthing::app
