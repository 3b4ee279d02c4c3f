// SPDX-License-Identifier: Apache-2.0
#include "server/api/route_target.hpp"

namespace farthing::api {

RouteTarget::RouteTarget(std::string_view pattern) {
  std::size_t place = 0;
  for (std::size_t begin = pattern.find('{'); begin != std::string_view::npos;
       begin = pattern.find('{', begin + 1), ++place) {
    const std::string_view name = pattern.substr(begin + 1, pattern.find('}', begin) - begin - 1);
    if (name == "organization") organization_at_ = place;
    if (name == "grant") grant_at_ = place;
    if (name == "user") user_at_ = place;
    if (name == "API_key") api_key_at_ = place;
  }
}

directory::Target RouteTarget::find(const http::RouteMatch& match) const {
  directory::Target target;
  if (organization_at_) {
    target.organization = OrganizationId::parse(match.parameters[*organization_at_]);
  }
  if (grant_at_) {
    if (const auto grant = GrantId::parse(match.parameters[*grant_at_])) {
      target.organization = grant->organization;
    }
  }
  if (user_at_) target.user = UserId::parse(match.parameters[*user_at_]);
  return target;
}

std::optional<ApiKeyId> RouteTarget::find_api_key(const http::RouteMatch& match) const {
  return ApiKeyId::parse(match.parameters[*api_key_at_]);
}

}  // namespace farthing::api
