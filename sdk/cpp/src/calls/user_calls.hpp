// SPDX-License-Identifier: Apache-2.0
// The two calls of the user API as requests.
#pragma once

#include <optional>
#include <string>

#include "sdk/cpp/src/session/session.hpp"

namespace farthing::sdk {

inline Call account_call() {
  return {.path_template = "/user/account", .path = "/user/account", .is_of_user_api = true};
}

inline Call balance_call(const std::optional<std::string>& organization) {
  return {.path_template = "/user/balance",
          .path = "/user/balance",
          .organization = organization,
          .is_of_user_api = true};
}

}  // namespace farthing::sdk
