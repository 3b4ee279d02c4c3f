// SPDX-License-Identifier: Apache-2.0
#include "server/directory/entities.hpp"

#include <algorithm>

namespace farthing::directory {

std::string_view to_string(Role role) {
  switch (role) {
    case Role::OWNER:
      return "OWNER";
    case Role::ACCOUNTANT:
      return "ACCOUNTANT";
    case Role::MEMBER:
      return "MEMBER";
  }
  return {};
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::OWNER, Role::ACCOUNTANT, Role::MEMBER}) {
    if (text == to_string(role)) return role;
  }
  return {};
}

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::user:
      return "user";
    case Scope::service:
      return "service";
    case Scope::admin:
      return "admin";
  }
  return {};
}

std::optional<Scope> parse_scope(std::string_view text) {
  for (const Scope scope : {Scope::user, Scope::service, Scope::admin}) {
    if (text == to_string(scope)) return scope;
  }
  return {};
}

// The cell rate algorithm lets `requests` through at once, and from then on as many in each
// `per_s`.
bool RateLimit::is_within(const RateLimit& other) const {
  const std::uint64_t rate = std::uint64_t{requests} * other.per_s;
  const std::uint64_t other_rate = std::uint64_t{other.requests} * per_s;
  return requests <= other.requests && rate <= other_rate;
}

bool ApiKey::may_be_used_from(const IpAddress& address) const {
  return allowed_networks.empty() ||
         std::ranges::any_of(allowed_networks,
                             [&](const IpNetwork& network) { return network.contains(address); });
}

const AccountMembership* Account::find_membership(OrganizationId organization) const {
  const auto found = std::ranges::find(memberships, organization, &AccountMembership::organization);
  return found == memberships.end() ? nullptr : &*found;
}

}  // namespace farthing::directory
