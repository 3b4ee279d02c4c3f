// SPDX-License-Identifier: Apache-2.0
#include "cli/credentials.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "cli/input_file.hpp"

namespace farthing::cli {
namespace {

constexpr std::size_t kMaxKeySize = 4096;

// `text` is all that is in `source`.
Result<Credentials> to_credentials(Result<std::string> text, std::string source) {
  if (!text) return std::move(text.error());
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  if (text->empty()) return usage_problem(fmt::format("There is no API key in {}.", source));
  return Credentials{.api_key = sdk::Secret(std::move(*text)), .source = std::move(source)};
}

Result<Credentials> read_key_file(const std::string& path) {
  const std::string source = fmt::format("the key file {}", path);
  return to_credentials(read_file(path, kMaxKeySize, source), source);
}

bool has_key(const Profile& profile) {
  return !profile.api_key.is_empty() || profile.api_key_file.has_value();
}

Result<Credentials> key_of(const Profile& profile) {
  if (profile.api_key_file) return read_key_file(*profile.api_key_file);
  return Credentials{.api_key = profile.api_key, .source = "the profile"};
}

}  // namespace

Result<Credentials> find_credentials(const KeyOptions& options, const Profile& profile,
                                     ProfileChoice choice, const Surroundings& surroundings) {
  if (options.file) return read_key_file(*options.file);
  if (options.standard_input == StandardInput::holds_the_key) {
    const std::string source = "standard input";
    return to_credentials(read_all(surroundings.standard_input, kMaxKeySize, source), source);
  }
  if (choice == ProfileChoice::by_name && has_key(profile)) return key_of(profile);
  for (const char* name : {"FARTHING_API_KEY", "STABILITY_API_KEY"}) {
    auto key = surroundings.variable(name);
    if (!key) continue;
    return Credentials{.api_key = sdk::Secret(std::move(*key)),
                       .source = fmt::format("the environment variable {}", name)};
  }
  if (has_key(profile)) return key_of(profile);
  return usage_problem("There is no API key.",
                       "Give one with --api-key-file FILE or --api-key-stdin, in FARTHING_API_KEY "
                       "or STABILITY_API_KEY, or in a profile.");
}

}  // namespace farthing::cli
