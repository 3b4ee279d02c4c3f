// SPDX-License-Identifier: Apache-2.0
#include "server/store/records.hpp"

#include <algorithm>

namespace farthing::store {

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
    case Scope::meter:
      return "meter";
    case Scope::admin:
      return "admin";
  }
  return {};
}

std::optional<Scope> parse_scope(std::string_view text) {
  for (const Scope scope : {Scope::user, Scope::meter, Scope::admin}) {
    if (text == to_string(scope)) return scope;
  }
  return {};
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

}  // namespace farthing::store
