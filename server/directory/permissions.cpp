// SPDX-License-Identifier: Apache-2.0
#include "server/directory/permissions.hpp"

#include <memory>
#include <string>
#include <utility>

namespace farthing::directory {
namespace {

constexpr Roles kEveryMember = {Role::OWNER, Role::ACCOUNTANT, Role::MEMBER};
constexpr Roles kBookkeepers = {Role::OWNER, Role::ACCOUNTANT};

constexpr std::array<Rule, kRights> kRules = {{
    {.right = Right::see_own_account, .everywhere = {}, .on_own = true},
    {.right = Right::use_own_organization,
     .everywhere = {},
     .concerns_organization = true,
     .roles = kEveryMember},
    {.right = Right::read_statement_key, .everywhere = Scope::user},
    {.right = Right::list_organizations, .everywhere = Scope::admin, .on_own = true},
    // Whoever spends has to see what is left, which the balance call shows to every member.
    {.right = Right::see_organization,
     .everywhere = Scope::admin,
     .concerns_organization = true,
     .roles = kEveryMember},
    {.right = Right::see_ledger,
     .everywhere = Scope::admin,
     .concerns_organization = true,
     .roles = kBookkeepers},
    {.right = Right::see_members,
     .everywhere = Scope::admin,
     .concerns_organization = true,
     .roles = kBookkeepers},
    {.right = Right::manage_members,
     .everywhere = Scope::admin,
     .concerns_organization = true,
     .roles = {Role::OWNER}},
    {.right = Right::remove_member,
     .everywhere = Scope::admin,
     .concerns_organization = true,
     .roles = {Role::OWNER},
     .on_own = true},
    {.right = Right::manage_api_keys, .everywhere = Scope::admin, .on_own = true},
    {.right = Right::charge, .everywhere = Scope::service},
    {.right = Right::operate, .everywhere = Scope::admin},
}};

// The table is indexed by the right.
static_assert([] {
  for (std::size_t i = 0; i < kRights; ++i) {
    if (static_cast<std::size_t>(kRules[i].right) != i) return false;
  }
  return true;
}());

Error refuse(std::string message) {
  return make_error(ErrorCode::permission_denied, std::move(message));
}

Error missing_scope(Scope scope) {
  Error error =
      refuse("This needs a key with the scope \"" + std::string(to_string(scope)) + "\".");
  error.details = {{"scope", std::string(to_string(scope))}};
  return error;
}

Error missing_role(Roles roles) {
  std::string names;
  for (const Role role : {Role::OWNER, Role::ACCOUNTANT, Role::MEMBER}) {
    if (!roles.has(role)) continue;
    if (!names.empty()) names += " or ";
    names += to_string(role);
  }
  return refuse("This needs the role " + names + " in the organization.");
}

bool is_for_users(const Rule& rule) { return rule.on_own || !rule.roles.is_empty(); }

bool is_own(const Principal& principal, const Target& target) {
  return target.user == principal.account->user.id;
}

std::optional<Error> find_refusal_in_organization(const Principal& principal, const Rule& rule,
                                                  const Target& target) {
  const auto* membership =
      target.organization ? principal.account->find_membership(*target.organization) : nullptr;
  if (membership == nullptr) {
    return refuse("The user of this key does not belong to that organization.");
  }
  if (rule.roles.has(membership->role)) return {};
  if (rule.on_own && is_own(principal, target)) return {};
  return missing_role(rule.roles);
}

}  // namespace

const Rule& rule_of(Right right) { return kRules[static_cast<std::size_t>(right)]; }

bool may_everywhere(const Principal& principal, Right right) {
  const Rule& rule = rule_of(right);
  return rule.everywhere && principal.key->scopes.allows(*rule.everywhere);
}

std::optional<Error> find_refusal(const Principal& principal, Right right) {
  if (may_everywhere(principal, right)) return {};
  const Rule& rule = rule_of(right);
  if (!is_for_users(rule)) return missing_scope(*rule.everywhere);
  if (!principal.key->scopes.allows(Scope::user)) return missing_scope(Scope::user);
  return {};
}

std::optional<Error> find_refusal(const Principal& principal, Right right, const Target& target) {
  if (may_everywhere(principal, right)) return {};
  if (auto refusal = find_refusal(principal, right)) return refusal;
  const Rule& rule = rule_of(right);
  if (rule.concerns_organization) return find_refusal_in_organization(principal, rule, target);
  if (is_own(principal, target)) return {};
  return refuse("This key may only do this to what belongs to its own user.");
}

std::optional<Error> find_refusal(const Principal& principal, Instant at) {
  const ApiKey& key = *principal.key;
  if (!key.is_valid_at(at)) return make_error(ErrorCode::unauthorized);
  if (principal.is_previous_secret && at >= key.previous_secret->works_until) {
    return make_error(ErrorCode::unauthorized);
  }
  if (principal.account->user.disabled_at) return make_error(ErrorCode::user_disabled);
  return {};
}

Principal with_scopes(Principal principal, Scopes counted) {
  const Scopes scopes = principal.key->scopes.only(counted);
  if (scopes == principal.key->scopes) return principal;
  ApiKey key = *principal.key;
  key.scopes = scopes;
  principal.key = std::make_shared<const ApiKey>(std::move(key));
  return principal;
}

std::optional<Error> find_refusal_to_give(const Principal& principal, Scopes scopes) {
  for (const Scope scope : {Scope::user, Scope::service, Scope::admin}) {
    if (!scopes.names(scope) || principal.key->scopes.allows(scope)) continue;
    Error error = missing_scope(scope);
    error.field = "scopes";
    return error;
  }
  return {};
}

}  // namespace farthing::directory
