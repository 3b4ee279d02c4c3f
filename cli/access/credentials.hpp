// SPDX-License-Identifier: Apache-2.0
// Finds the API key in the first of these that has one: `--api-key-file` or `--api-key-stdin`; the
// profile named by `--profile`; FARTHING_API_KEY; STABILITY_API_KEY; the profile `default`. A key
// never comes from an argument, which every user of the machine could read.
#pragma once

#include <optional>
#include <string>

#include <farthing/secret.hpp>

#include "base/secret_file_access.hpp"
#include "cli/access/profile.hpp"
#include "cli/frame/problem.hpp"
#include "cli/frame/surroundings.hpp"

namespace farthing::cli {

enum class StandardInput { unused, holds_the_key };

struct KeyOptions {
  std::optional<std::string> file{};
  StandardInput standard_input = StandardInput::unused;
};

enum class ProfileChoice {
  by_name,     // with --profile: comes before the environment
  by_default,  // comes after it
};

struct Credentials {
  sdk::Secret api_key{};
  std::string source{};  // for people: "the environment variable FARTHING_API_KEY"
};

// Read a key from a file, or from all of standard input. One newline at the end does not count,
// with a carriage return before it or not. An empty key is a problem, and so is a file that others
// have access to, unless that is allowed.
Result<sdk::Secret> read_key_file(const std::string& path, SharedSecrets shared);
Result<sdk::Secret> read_key_input(const Surroundings& surroundings);

// Returns whether the environment allows files of secrets that are open to others.
SharedSecrets shared_secrets(const Surroundings& surroundings);

// Returns a problem when there is no key at all.
Result<Credentials> find_credentials(const KeyOptions& options, const Profile& profile,
                                     ProfileChoice choice, const Surroundings& surroundings);

}  // namespace farthing::cli
