// SPDX-License-Identifier: Apache-2.0
#include "base/secret_file_access.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace farthing {

SharedSecrets shared_secrets_from_environment() {
  const char* value = std::getenv(kSharedSecretsVariable);  // NOLINT(concurrency-mt-unsafe)
  return parse_shared_secrets(value == nullptr ? "" : value);
}

std::optional<std::string> find_access_of_others(const struct stat& status) {
  if (!S_ISREG(status.st_mode)) return {};
  constexpr mode_t kRootsGroup = S_IWGRP | S_IROTH | S_IWOTH;
  const mode_t forbidden = status.st_uid == 0 ? kRootsGroup : kRootsGroup | S_IRGRP;
  if ((status.st_mode & forbidden) == 0) return {};
  std::array<char, 8> mode{};
  std::snprintf(mode.data(), mode.size(), "%04o", static_cast<unsigned>(status.st_mode & 07777U));
  return std::string("can be read or changed by other users (mode ") + mode.data() + ")";
}

}  // namespace farthing
