// SPDX-License-Identifier: Apache-2.0
// The one table of who may do what, and the functions that decide by it. A right is what a route
// needs; a target is what a request names. Nothing here looks anything up: the scopes of a key and
// the roles of its user are those of the principal. The functions are asked twice: before a request
// is read, by the principal as it is then, and for a change again in the step that decides it
// (rights.hpp), by the principal as it is there. Pure; safe to call from any thread.
// docs/reference/permissions.md shows the table as it decides, route by route.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/id.hpp"
#include "server/directory/entities.hpp"

namespace farthing::directory {

// The right that a route needs. The table in permissions.cpp has a line for each, in this order.
enum class Right : std::uint8_t {
  see_own_account,
  use_own_organization,  // one of those that the key's user belongs to
  read_statement_key,
  list_organizations,  // those of the key's user, or all
  see_organization,    // its name and what it has left
  see_ledger,          // who spent what, and what was granted
  see_members,
  manage_members,
  remove_member,  // every member may leave
  manage_api_keys,
  charge,  // verify, charge, hold, and read those
  operate,
};
inline constexpr std::size_t kRights = static_cast<std::size_t>(Right::operate) + 1;

// A set of roles.
class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<Role> roles) {
    for (const Role role : roles) bits_ |= bit(role);
  }
  constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }
  constexpr bool is_empty() const { return bits_ == 0; }

 private:
  static constexpr unsigned bit(Role role) { return 1U << static_cast<unsigned>(role); }

  unsigned bits_ = 0;
};

// One line of the table. Whoever is not let in by it is refused.
struct Rule {
  Right right;
  // A key with this scope, or with `admin`, may do it to every target; nothing: no key may.
  std::optional<Scope> everywhere;
  // Whether it is about an organization. Then all below needs a membership of it.
  bool concerns_organization = false;
  // Keys with the scope `user` may do it where their user has one of these roles.
  Roles roles = {};
  // Keys with the scope `user` may do it to what is their user's own.
  bool on_own = false;
};

const Rule& rule_of(Right right);

// The target that a request names. What the right does not concern may be left out.
struct Target {
  std::optional<OrganizationId> organization;  // nothing: what was named is the id of none
  std::optional<UserId> user;                  // of whom the membership or the key is
};

// Returns why the principal may not do it to the target, or nothing when it may. An organization
// that is somebody else's gets the same answer as one that is not there; so does a user.
std::optional<Error> find_refusal(const Principal& principal, Right right, const Target& target);
// Returns as much of that as can be told before the target is known: nothing when there are targets
// to which the principal may do it.
std::optional<Error> find_refusal(const Principal& principal, Right right);
// Returns whether the principal may do it to every target.
bool may_everywhere(const Principal& principal, Right right);

// Returns why the secret does not speak for its key at that instant: `unauthorized` for a key that
// is revoked or expired and for a secret whose time is over, `user_disabled` for a key that is
// right. `at` does not matter to a key without an end when its present secret was presented.
std::optional<Error> find_refusal(const Principal& principal, Instant at);

// Returns the principal with no more scopes than those that count.
Principal with_scopes(Principal principal, Scopes counted);

// Returns why the principal may not make a key with these scopes: nobody gives what they do not
// hold.
std::optional<Error> find_refusal_to_give(const Principal& principal, Scopes scopes);

}  // namespace farthing::directory
