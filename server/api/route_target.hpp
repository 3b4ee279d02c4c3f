// SPDX-License-Identifier: Apache-2.0
// Knows which of a route's parameters name what permissions are about
// (server/directory/permissions.hpp): an organization, by its own id or that of a grant; a user; an
// API key, whose user has to be looked up.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/id.hpp"
#include "server/directory/permissions.hpp"
#include "server/http/router.hpp"

namespace farthing::api {

class RouteTarget {
 public:
  // Goes by the names of the parameters in the pattern of a route.
  explicit RouteTarget(std::string_view pattern);

  // Returns whether the path says all that permissions need to know.
  bool is_named() const { return organization_at_ || grant_at_ || user_at_; }
  bool is_api_key() const { return api_key_at_.has_value(); }

  // Returns what the path names. A parameter that is no id leaves its part empty.
  directory::Target find(const http::RouteMatch& match) const;
  std::optional<ApiKeyId> find_api_key(const http::RouteMatch& match) const;

 private:
  using Place = std::optional<std::size_t>;  // among the parameters

  Place organization_at_;
  Place grant_at_;
  Place user_at_;
  Place api_key_at_;
};

}  // namespace farthing::api
