// SPDX-License-Identifier: Apache-2.0
// The names of errors that `Failure::is_named` takes. A program can switch over them, and the
// compiler checks their spelling. Later servers may send names that are not in the list.
#pragma once

#include <optional>
#include <string_view>

#include <farthing/error_code.hpp>

namespace farthing::sdk {

using ErrorName = ErrorCode;
using farthing::to_string;

// Returns nothing for a name that is not in the list.
constexpr std::optional<ErrorName> parse_error_name(std::string_view name) {
  return parse_error_code(name);
}

}  // namespace farthing::sdk
