// SPDX-License-Identifier: Apache-2.0
// The options of a server: defaults, then the configuration file, then the command line. What can
// be set, and how it is spelled, is the table of settings.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/key_form.hpp"
#include "base/result.hpp"
#include "base/secret_file_access.hpp"
#include "server/app/store_location.hpp"
#include "server/http/options.hpp"
#include "server/http/tls_context.hpp"
#include "server/service/request_limits.hpp"
#include "server/service/tag_names.hpp"
#include "server/service/user_limits.hpp"
#include "server/store/effective_clock.hpp"

namespace farthing::app {

// Says whether the process may be dumped when it dies, and looked into while it lives.
enum class CoreDumps : std::uint8_t { forbidden, allowed };

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct ServerOptions {
  StoreLocation store;
  StoreMemory memory;
  LogLevel log_level = LogLevel::info;
  // How far a clock may be after the store's mark at a start, unless the kernel says that it is
  // right.
  std::chrono::microseconds max_clock_gap = store::ClockRules::kDefaultMaxGap;
  service::RateLimits rate_limits;
  service::UserLimits user_limits;
  KeyPrefix key_prefix;  // of new keys
  service::TagNames tag_names;
  store::embedded::DiskMarks disk_marks;                       // of the data directory
  std::chrono::milliseconds erase_after = kDefaultEraseAfter;  // in the data directory
  CoreDumps core_dumps = CoreDumps::forbidden;
  SharedSecrets shared_secrets = SharedSecrets::refused;
  std::optional<http::TlsFiles> tls;
  std::optional<std::filesystem::path> statement_key_file;  // nothing: where the store's is, if any
  http::ServerOptions http;  // its logger and TLS context are set by whoever starts the server
};

// The settings of the command line. They override the configuration file, which overrides the
// defaults.
struct ServeArguments {
  std::optional<std::string> config;  // path of a TOML file
  // The words behind each option that was given, by the key of its setting.
  std::map<std::string, std::vector<std::string>, std::less<>> settings;
};

// Returns the options, or a sentence that says which setting is wrong.
BasicResult<ServerOptions, std::string> resolve_options(const ServeArguments& arguments);

}  // namespace farthing::app
