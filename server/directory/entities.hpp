// SPDX-License-Identifier: Apache-2.0
// The entities of the directory: who there is, who belongs to what, and which keys speak for whom.
// Plain values without rules; `ledger/` has the rules of the credits.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/ip_network.hpp"
#include "server/ledger/spending.hpp"

namespace farthing::directory {

struct User {
  UserId id;
  // Unique; compared without regard to the case of ASCII letters. Nothing: the user was erased.
  std::optional<std::string> email;
  std::optional<std::string> name;
  std::optional<std::string> profile_picture;  // a URI
  // One of those that the user belongs to; nothing: the user belongs to none, or has left the one
  // that it was and chosen no other.
  std::optional<OrganizationId> default_organization;
  Instant created_at;
  // Since when the user's keys are refused, if they are.
  std::optional<Instant> disabled_at = {};
  // Since when nothing is known of the person, if so. Such a user is disabled for good.
  std::optional<Instant> erased_at = {};
  // What a later version of the server has added to the record; kept as it is. So below.
  std::string extension = {};
};

struct Organization {
  OrganizationId id;
  std::string name;
  Instant created_at;
  // Since when nothing new may be spent, if so.
  std::optional<Instant> disabled_at = {};
  std::string extension = {};
};

// Stored: never renumber. Spelled as on the wire.
enum class Role : std::uint8_t { OWNER = 1, ACCOUNTANT = 2, MEMBER = 3 };

std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);

struct Membership {
  OrganizationId organization;
  UserId user;
  Role role = Role::MEMBER;
};

// Something that an API key may do. Stored: never renumber. Spelled as on the wire.
enum class Scope : std::uint8_t {
  user = 1,     // the two calls and self-service
  service = 2,  // verify, charge, hold
  admin = 4,    // everything
};

std::string_view to_string(Scope scope);
std::optional<Scope> parse_scope(std::string_view text);

// A set of scopes. `admin` includes every other one.
class Scopes {
 public:
  constexpr Scopes() = default;
  constexpr Scopes(Scope scope) : bits_(static_cast<std::uint8_t>(scope)) {}
  static constexpr Scopes every() { return from_bits(kAll); }
  // Makes a set of bits that `bits()` gave.
  static constexpr Scopes from_bits(std::uint8_t bits) {
    Scopes scopes;
    scopes.bits_ = bits & kAll;
    return scopes;
  }

  constexpr void add(Scope scope) { bits_ |= static_cast<std::uint8_t>(scope); }
  constexpr void remove(Scope scope) {
    bits_ &= static_cast<std::uint8_t>(~static_cast<unsigned>(scope) & kAll);
  }
  // Returns those that are among `counted`.
  constexpr Scopes only(Scopes counted) const { return from_bits(bits_ & counted.bits_); }
  constexpr bool allows(Scope scope) const {
    return (bits_ & (static_cast<std::uint8_t>(scope) | static_cast<std::uint8_t>(Scope::admin))) !=
           0;
  }
  constexpr bool names(Scope scope) const {
    return (bits_ & static_cast<std::uint8_t>(scope)) != 0;
  }
  constexpr std::uint8_t bits() const { return bits_; }

  friend constexpr bool operator==(Scopes, Scopes) = default;

 private:
  static constexpr std::uint8_t kAll = 7;

  std::uint8_t bits_ = 0;
};

// So many requests in so many seconds, both at least 1.
struct RateLimit {
  std::uint32_t requests = 1;
  std::uint32_t per_s = 1;

  // Returns whether whoever keeps to this one keeps to `other`: it lets more through neither at
  // once nor in the long run.
  bool is_within(const RateLimit& other) const;

  friend bool operator==(const RateLimit&, const RateLimit&) = default;
};

// The secret that a key had before its last rotation, and the instant at which it works no longer.
struct RetiringSecret {
  Digest digest{};
  std::string hint;
  Instant works_until;
};

// The secrets themselves are nowhere: only their digests and hints for people. A digest belongs to
// one secret of one key.
struct ApiKey {
  ApiKeyId id;
  UserId user;
  Digest secret_digest{};  // SHA-256 of the secret; unique
  std::string hint;        // its first 7 and last 4 characters
  std::string name;
  Scopes scopes = Scope::user;
  Instant created_at;
  std::optional<Instant> expires_at;
  std::optional<Instant> revoked_at;
  std::optional<RetiringSecret> previous_secret = {};
  std::vector<IpNetwork> allowed_networks = {};  // where it may be used from; none: anywhere
  std::optional<RateLimit> rate_limit = {};      // nothing: that of its scopes
  ledger::SpendCaps spend_caps = {};             // of each organization's credits
  // Whether anybody was let in with the present secret. Until then its answer may have been lost,
  // and a repetition of the request that made it may replace it.
  bool is_secret_used = false;
  std::string extension = {};

  bool is_valid_at(Instant at) const { return !revoked_at && (!expires_at || at < *expires_at); }
  // Returns the instant at which it ends by itself, if it is not revoked: the last there is if it
  // does not.
  Instant valid_until() const { return expires_at.value_or(Instant::max()); }
  bool may_be_used_from(const IpAddress& address) const;
};

// The last use of a key, as far as is known.
struct KeyUse {
  ApiKeyId key;
  Instant at;
};

// One of a user's organizations: what the account call shows of it, and whether it may spend.
struct AccountMembership {
  OrganizationId organization;
  std::string name;
  Role role = Role::MEMBER;
  bool is_default = false;
  bool is_disabled = false;  // whether the organization may spend nothing new
};

// A user with all that the account call shows. Memberships are in the order of the organizations'
// ids.
struct Account {
  User user;
  std::vector<AccountMembership> memberships;

  // Returns the user's membership, or null.
  const AccountMembership* find_membership(OrganizationId organization) const;
};

// One of an organization's members.
struct Member {
  Membership membership;
  std::optional<std::string> email;  // nothing: the user was erased
  bool is_default = false;           // whether this is the user's default organization
};

// The key and the account that a presented secret speaks for. Immutable; shared so that nothing is
// copied per request.
struct Principal {
  std::shared_ptr<const directory::ApiKey> key;
  std::shared_ptr<const directory::Account> account;
  // Whether the secret is not the key's present one but the one before, which works until the
  // instant that the key names.
  bool is_previous_secret = false;

  // Returns the digest of the secret that was presented.
  const Digest& secret_digest() const {
    return is_previous_secret ? key->previous_secret->digest : key->secret_digest;
  }
};

}  // namespace farthing::directory
