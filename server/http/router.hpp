// SPDX-License-Identifier: Apache-2.0
// Finds the route of a path. Patterns are literal paths ("/v1/users") or have parameters that stand
// for one segment each ("/v1/users/{id}"); where both fit, the literal segment wins. A literal path
// is found by one hash look-up, without allocation. Filled once, then immutable and safe for all
// threads.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "server/http/method.hpp"

namespace farthing::http {

// Chosen by whoever adds the route, usually an enumerator or an index.
using RouteId = std::uint32_t;

inline constexpr std::size_t kMaxPathParameters = 4;

struct RouteMatch {
  enum class Kind {
    found,
    // The path exists, the method does not: 405 with `allow`.
    method_not_allowed,
    not_found,
    // A bad percent-escape: 400.
    bad_path,
  };
  Kind kind = Kind::not_found;
  // With `found` only.
  RouteId route = 0;
  // The value of the header Allow, with `method_not_allowed` only; lives as long as the router.
  std::string_view allow;
  // The decoded values of the pattern's parameters in their order; never empty ones.
  std::array<std::string, kMaxPathParameters> parameters;
  std::size_t parameter_count = 0;
};

class Router {
 public:
  Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;
  ~Router();

  // Adds a route. `pattern` starts with "/" and has at most kMaxPathParameters parameters, each a
  // whole segment; a method of a pattern can be added once. Throws std::logic_error otherwise: that
  // is our own bug.
  void add(Method method, std::string_view pattern, RouteId route);

  // Finds the route of a request's path, which is not decoded. HEAD finds the route of GET. "/a"
  // and "/a/" are different paths; an escaped "/" does not separate segments.
  RouteMatch match(Method method, std::string_view path) const;

 private:
  struct Node;
  struct PathHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view path) const {
      return std::hash<std::string_view>{}(path);
    }
  };

  std::unique_ptr<Node> root_;
  // Literal patterns only; the nodes belong to the tree below `root_`.
  std::unordered_map<std::string, const Node*, PathHash, std::equal_to<>> literal_;
};

}  // namespace farthing::http
