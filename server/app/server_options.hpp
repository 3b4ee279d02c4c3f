// SPDX-License-Identifier: Apache-2.0
// How a server is to run: defaults, then the configuration file, then the command line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "server/app/commands.hpp"
#include "server/app/store_location.hpp"
#include "server/http/options.hpp"
#include "server/service/request_limits.hpp"

namespace farthing::app {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct ServerOptions {
  StoreLocation store;
  LogLevel log_level = LogLevel::info;
  service::RateLimits rate_limits;
  http::ServerOptions http;  // its logger is set by whoever starts the server
};

// The error is a sentence that says which option is wrong.
BasicResult<ServerOptions, std::string> resolve_options(const ServeArguments& arguments);

// Sets address and port from "127.0.0.1:8080", "[::1]:8080" or "localhost:8080".
BasicResult<Done, std::string> set_listen(std::string_view text, http::ServerOptions& options);
// Sets a limit from "150/10s", or takes it away with "off". `name` is the setting's, for the error.
BasicResult<Done, std::string> set_rate_limit(std::string_view text, std::string_view name,
                                              std::optional<store::RateLimit>& limit);
BasicResult<Done, std::string> set_threads(std::int64_t threads, http::ServerOptions& options);
BasicResult<Done, std::string> set_log_level(std::string_view name, ServerOptions& options);

}  // namespace farthing::app
