// SPDX-License-Identifier: Apache-2.0
#include "server/http/method.hpp"

#include <array>
#include <cstddef>

namespace farthing::http {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kMethodCount> kNames = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"};

}  // namespace

std::string_view to_string(Method method) { return kNames[static_cast<std::size_t>(method)]; }

std::optional<Method> find_method(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Method>(i);
  }
  return {};
}

}  // namespace farthing::http
