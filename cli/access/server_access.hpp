// SPDX-License-Identifier: Apache-2.0
// The server that a command talks to, the key and the timeouts. Each setting is taken from the
// first place that has it: an option; the profile named by `--profile`; the environment; the
// profile `default`; the SDK's default.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <farthing/options.hpp>

#include "cli/access/credentials.hpp"
#include "cli/frame/problem.hpp"
#include "cli/frame/surroundings.hpp"

namespace farthing::cli {

enum class Verbosity { quiet, verbose };

// Says whether a command sends an API key at all.
enum class KeyNeed { needed, not_needed };

// The options as given on the command line.
struct AccessOptions {
  std::optional<std::string> base_url{};
  std::optional<std::string> api_version{};
  std::optional<sdk::AuthScheme> auth_scheme{};
  std::optional<std::chrono::milliseconds> timeout{};
  std::optional<int> retries{};
  std::optional<std::string> ca_file{};
  std::optional<std::string> profile{};
  KeyOptions key{};
  KeyNeed key_need = KeyNeed::needed;  // the command says it, not its line
  Verbosity verbosity = Verbosity::quiet;
};

// The two calls of every key have the SDK's default server. The operator's commands have none: an
// admin key must not go to a server that nobody named.
enum class DefaultServer { of_sdk, none };

struct ServerAccess {
  sdk::Options options{};
  std::optional<std::string> organization{};  // of the profile
  std::string key_source{};                   // for people; empty where no key is sent
  std::string server_source{};                // for people
};

Result<ServerAccess> resolve_access(const AccessOptions& given, DefaultServer default_server,
                                    const Surroundings& surroundings);

}  // namespace farthing::cli
