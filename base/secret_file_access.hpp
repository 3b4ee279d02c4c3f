// SPDX-License-Identifier: Apache-2.0
// The rule about who may have access to a file that holds a secret, the same for the server and its
// clients.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace farthing {

// Says whether files of secrets may be open to others, as files mounted into a container are.
enum class SharedSecrets : std::uint8_t { refused, allowed };

// The environment variable that allows it with the value "true".
inline constexpr const char* kSharedSecretsVariable = "FARTHING_SHARED_SECRET_FILES";

constexpr SharedSecrets parse_shared_secrets(std::string_view value) {
  return value == "true" ? SharedSecrets::allowed : SharedSecrets::refused;
}
// Reads this process's environment. Must be called before there are other threads.
SharedSecrets shared_secrets_from_environment();

// Returns why a file of that status is no place for a secret, as in "can be read or changed by
// other users (mode 0644)"; nothing when it is one. Only regular files are judged: a pipe has one
// reader. The group may read a file of root's, because that is how a system hands a secret to one
// service.
std::optional<std::string> find_access_of_others(const struct stat& status);

}  // namespace farthing
