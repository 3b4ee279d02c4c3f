// SPDX-License-Identifier: Apache-2.0
// The profiles of `$XDG_CONFIG_HOME/farthing/config.toml` (`~/.config/farthing/config.toml` without
// that variable): named sets of what a command would otherwise be told each time.
//
//   [profiles.default]
//   base_url = "http://127.0.0.1:8080"
//   api_key_file = "/home/me/keys/demo.key"
//
// The file may hold keys, so it is refused unless it is the user's own and its mode is 0600. A name
// that is not known is an error, so that a misspelt one is not overlooked.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <farthing/options.hpp>
#include <farthing/secret.hpp>

#include "cli/frame/problem.hpp"
#include "cli/frame/surroundings.hpp"

namespace farthing::cli {

inline constexpr std::string_view kDefaultProfile = "default";

// The settings of a profile; an empty one was not set.
struct Profile {
  sdk::Secret api_key{};
  std::optional<std::string> api_key_file{};  // absolute
  std::optional<std::string> base_url{};
  std::optional<std::string> ca_file{};  // absolute
  std::optional<std::string> api_version{};
  std::optional<sdk::AuthScheme> auth_scheme{};
  std::optional<std::string> organization{};
  std::optional<std::chrono::milliseconds> timeout{};
  std::optional<int> retries{};
};

// Returns the path of the file, whether it exists or not; nothing when the user has no home.
std::optional<std::string> profile_path(const Surroundings& surroundings);

// Returns the profile of that name. Without a file, or without `default` in it, `default` is empty;
// any other name must exist.
Result<Profile> load_profile(const Surroundings& surroundings, std::string_view name);

// Returns the profile of that name from the text of a file; `path` is for messages. Exposed for
// tests.
Result<Profile> parse_profile(std::string_view text, const std::string& path,
                              std::string_view name);

}  // namespace farthing::cli
