// SPDX-License-Identifier: Apache-2.0
#include "cli/access/credentials.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "cli/options/input_file.hpp"

namespace farthing::cli {
namespace {

constexpr std::size_t kMaxKeySize = 4096;

// Makes a key of `text`, which is all that `source` holds.
Result<sdk::Secret> to_key(Result<std::string> text, std::string_view source) {
  if (!text) return std::move(text.error());
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  if (text->empty()) return usage_problem(fmt::format("There is no API key in {}.", source));
  return sdk::Secret(std::move(*text));
}

std::string name_of(const std::string& key_file) {
  // A key may have been typed in place of the file's name.
  return fmt::format("the key file {}", without_keys(key_file));
}

Result<Credentials> to_credentials(Result<sdk::Secret> key, std::string source) {
  if (!key) return std::move(key.error());
  return Credentials{.api_key = std::move(*key), .source = std::move(source)};
}

bool has_key(const Profile& profile) {
  return !profile.api_key.is_empty() || profile.api_key_file.has_value();
}

Result<Credentials> key_of_file(const std::string& path, const Surroundings& surroundings) {
  return to_credentials(read_key_file(path, shared_secrets(surroundings)), name_of(path));
}

Result<Credentials> key_of(const Profile& profile, const Surroundings& surroundings) {
  if (const auto& file = profile.api_key_file) return key_of_file(*file, surroundings);
  return Credentials{.api_key = profile.api_key, .source = "the profile"};
}

}  // namespace

SharedSecrets shared_secrets(const Surroundings& surroundings) {
  return parse_shared_secrets(surroundings.variable(kSharedSecretsVariable).value_or(""));
}

Result<sdk::Secret> read_key_file(const std::string& path, SharedSecrets shared) {
  const std::string name = name_of(path);
  return to_key(shared == SharedSecrets::allowed ? read_file(path, kMaxKeySize, name)
                                                 : read_private_file(path, kMaxKeySize, name),
                name);
}

Result<sdk::Secret> read_key_input(const Surroundings& surroundings) {
  constexpr std::string_view kName = "standard input";
  return to_key(read_all(surroundings.standard_input, kMaxKeySize, kName), kName);
}

Result<Credentials> find_credentials(const KeyOptions& options, const Profile& profile,
                                     ProfileChoice choice, const Surroundings& surroundings) {
  if (options.file) return key_of_file(*options.file, surroundings);
  if (options.standard_input == StandardInput::holds_the_key) {
    return to_credentials(read_key_input(surroundings), "standard input");
  }
  if (choice == ProfileChoice::by_name && has_key(profile)) return key_of(profile, surroundings);
  for (const char* name : {"FARTHING_API_KEY", "STABILITY_API_KEY"}) {
    auto key = surroundings.variable(name);
    if (!key) continue;
    return Credentials{.api_key = sdk::Secret(std::move(*key)),
                       .source = fmt::format("the environment variable {}", name)};
  }
  if (has_key(profile)) return key_of(profile, surroundings);
  return usage_problem("There is no API key.",
                       "Give one with --api-key-file FILE or --api-key-stdin, in FARTHING_API_KEY "
                       "or STABILITY_API_KEY, or in a profile.");
}

}  // namespace farthing::cli
