// SPDX-License-Identifier: Apache-2.0
#include "server/directory/bounds.hpp"

namespace farthing::directory {
namespace {

bool is_admin_at(const ApiKey& key, Instant at) {
  return manages_as_admin(key) && key.is_valid_at(at);
}

}  // namespace

bool manages_as_admin(const ApiKey& key) {
  return key.scopes.names(Scope::admin) && key.spend_caps.is_empty();
}

std::optional<Error> find_refusal_of_live_key(const Directory& directory, UserId user,
                                              std::optional<std::uint32_t> max, Instant at) {
  if (!max || directory.count_live_keys(user, at, *max) < *max) return {};
  return make_error(ErrorCode::too_many_api_keys);
}

bool is_last_owner(const Directory& directory, OrganizationId organization, UserId user,
                   const AccountMembership& membership) {
  return membership.role == Role::OWNER && !directory.has_other_owner(organization, user);
}

bool ends_last_admin(const Directory& directory, const ApiKey& after, Instant at) {
  if (is_admin_at(after, at)) return false;
  const auto has_key = [&](auto counts) { return directory.has_admin_key(at, counts); };
  return has_key([&](const ApiKey& key) { return key.id == after.id; }) &&
         !has_key([&](const ApiKey& key) { return key.id != after.id; });
}

bool ends_last_admin(const Directory& directory, UserId disabled, Instant at) {
  const auto has_key = [&](auto counts) { return directory.has_admin_key(at, counts); };
  return has_key([&](const ApiKey& key) { return key.user == disabled; }) &&
         !has_key([&](const ApiKey& key) { return key.user != disabled; });
}

}  // namespace farthing::directory
