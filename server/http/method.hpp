// SPDX-License-Identifier: Apache-2.0
// The request methods that Farthing knows. A request with any other method is answered 501 by the
// transport and never reaches a handler.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace farthing::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, trace };

inline constexpr std::size_t kMethodCount = 8;

// Returns the name on the wire: "GET", "DELETE", …
std::string_view to_string(Method method);

// Returns nothing for a name that is not known. Methods are case-sensitive.
std::optional<Method> find_method(std::string_view name);

}  // namespace farthing::http
