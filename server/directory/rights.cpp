// SPDX-License-Identifier: Apache-2.0
#include "server/directory/rights.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "server/directory/permissions.hpp"
#include "server/directory/refusals.hpp"

namespace farthing::directory {
namespace {

Error denied(std::string field, std::string message) {
  Error error = make_error(ErrorCode::permission_denied, std::move(message));
  error.field = std::move(field);
  return error;
}

Error capped() {
  return denied(
      "spend_caps",
      "A key with a spend cap manages nothing but itself, which it may rotate and revoke.");
}

bool is_nobody(ApiKeyId actor, const ActOrigin& origin) {
  return actor == ApiKeyId() && !origin.credential;
}

// Returns the asker as it is now, with the scopes that count. An actor that does not say what it
// was let in with is let do nothing.
Result<Principal> find_asker(const Directory& directory, ApiKeyId actor, const ActOrigin& origin,
                             Instant at) {
  if (!origin.credential) return make_error(ErrorCode::unauthorized);
  auto asker = directory.find_principal(origin.credential->secret_digest);
  if (!asker || asker->key->id != actor) return make_error(ErrorCode::unauthorized);
  if (auto refusal = find_refusal(*asker, at)) return *std::move(refusal);
  if (!asker->key->allowed_networks.empty()) {
    const auto address = IpAddress::parse(origin.address);
    if (!address || !asker->key->may_be_used_from(*address)) return wrong_address();
  }
  return with_scopes(*std::move(asker), origin.credential->counted);
}

// The right that an action needs by the table, and what of the request it is about.
struct Need {
  Right right = Right::operate;
  Target target = {};
  std::string field = {};
};

struct ToNeed {
  const Directory& directory;
  const Principal& asker;

  Need operator()(const CreateUser& /*action*/) const { return {}; }
  Need operator()(const CreateOrganization& /*action*/) const { return {}; }
  Need operator()(const RenameOrganization& /*action*/) const { return {}; }
  Need operator()(const SetUserStanding& /*action*/) const { return {}; }
  Need operator()(const SetOrganizationStanding& /*action*/) const { return {}; }
  Need operator()(const EraseUser& /*action*/) const { return {}; }
  Need operator()(const PutMembership& action) const {
    const Membership& membership = action.membership;
    return {Right::manage_members, {membership.organization, membership.user}};
  }
  Need operator()(const AddMembership& action) const {
    return {Right::manage_members, {action.organization, action.user}};
  }
  Need operator()(const RemoveMembership& action) const {
    return {Right::remove_member, {action.organization, action.user}};
  }
  // Users choose for themselves, the operator for all.
  Need operator()(const SetDefaultOrganization& action) const {
    const bool is_own = action.user == asker.account->user.id;
    if (!is_own || may_everywhere(asker, Right::operate)) return {};
    return {Right::use_own_organization, {action.organization, action.user}, "organization"};
  }
  Need operator()(const CreateApiKey& action) const {
    return {Right::manage_api_keys, {{}, action.key.user}, "user"};
  }
  Need operator()(const ChangeApiKey& action) const { return to_manage(action.key); }
  Need operator()(const RotateApiKey& action) const { return to_manage(action.key); }
  Need operator()(const RevokeApiKey& action) const { return to_manage(action.key); }
  // Nobody asks for these under their own name.
  Need operator()(const RevokeSecret& /*action*/) const { return {}; }
  Need operator()(const NoteFirstUse& /*action*/) const { return {}; }
  Need operator()(const ConfirmClock& /*action*/) const { return {}; }
  Need operator()(const EraseTexts& /*action*/) const { return {}; }

 private:
  Need to_manage(ApiKeyId id) const {
    const ApiKey* key = directory.find_api_key(id);
    Need need{.right = Right::manage_api_keys};
    if (key != nullptr) need.target.user = key->user;
    return need;
  }
};

// A key with a spend cap manages nothing but itself: whoever spends for others past the cap, or
// keeps others from taking the key away, gets past it.
std::optional<Error> find_refusal_by_caps(const Principal& asker, const DirectoryAction& action) {
  if (asker.key->spend_caps.is_empty()) return {};
  const auto* rotation = std::get_if<RotateApiKey>(&action);
  const auto* revocation = std::get_if<RevokeApiKey>(&action);
  const ApiKeyId own = asker.key->id;
  if (rotation != nullptr && rotation->key == own) return {};
  if (revocation != nullptr && revocation->key == own) return {};
  return capped();
}

// Returns when what the asker presented stops working, if ever.
std::optional<Instant> end_of(const Principal& asker) {
  std::optional<Instant> end = asker.key->expires_at;
  if (asker.is_previous_secret) {
    const Instant works_until = asker.key->previous_secret->works_until;
    end = end ? std::min(*end, works_until) : works_until;
  }
  return end;
}

bool are_within(const std::vector<IpNetwork>& networks, const std::vector<IpNetwork>& others) {
  const auto is_within = [&others](const IpNetwork& network) {
    return std::ranges::any_of(
        others, [&network](const IpNetwork& other) { return other.contains(network); });
  };
  return !networks.empty() && std::ranges::all_of(networks, is_within);
}

// Refuses an action that gives what is not the asker's to give.
class ToExcess {
 public:
  ToExcess(const Directory& directory, const Principal& asker)
      : directory_(directory), asker_(asker) {}

  std::optional<Error> operator()(const CreateApiKey& action) const {
    if (action.key.rate_limit) {
      if (auto refusal = find_refusal_to_limit()) return refusal;
    }
    return find_excess(action.key);
  }
  std::optional<Error> operator()(const ChangeApiKey& action) const {
    const ApiKey* key = directory_.find_api_key(action.key);
    if (key == nullptr) return {};
    if (action.change.rate_limit) {
      if (auto refusal = find_refusal_to_limit()) return refusal;
    }
    if (auto refusal = find_excess(*key)) return refusal;
    return find_excess(changed_by(*key, action.change));
  }
  std::optional<Error> operator()(const RotateApiKey& action) const {
    const ApiKey* key = directory_.find_api_key(action.key);
    if (key == nullptr) return {};
    // Otherwise the secret of a key would be a way to its scopes.
    if (auto refusal = find_refusal_to_give(asker_, key->scopes)) return refusal;
    if (action.key == asker_.key->id) return {};
    return find_excess(*key);
  }
  std::optional<Error> operator()(const auto& /*action*/) const { return {}; }

 private:
  std::optional<Error> find_refusal_to_limit() const {
    if (asker_.key->scopes.allows(Scope::admin) || asker_.key->rate_limit) return {};
    return denied("rate_limit", "Only an admin may set the rate limit of a key.");
  }

  // Returns how the key goes beyond the asker.
  std::optional<Error> find_excess(const ApiKey& key) const {
    if (auto refusal = find_refusal_to_give(asker_, key.scopes)) return refusal;
    return is_bound(key) ? find_wider_limit(key) : std::nullopt;
  }

  // Returns whether the limits of the asker bind the key too, and not its scopes alone.
  bool is_bound(const ApiKey& key) const {
    return key.user == asker_.account->user.id || key.scopes.names(Scope::admin);
  }

  std::optional<Error> find_wider_limit(const ApiKey& key) const {
    const auto end = end_of(asker_);
    if (end && (!key.expires_at || *key.expires_at > *end)) {
      return denied("expires_at", "This key ends at " + end->to_string() +
                                      ". It makes, changes and rotates no key that ends later.");
    }
    const auto& networks = asker_.key->allowed_networks;
    if (!networks.empty() && !are_within(key.allowed_networks, networks)) {
      return denied("allowed_networks",
                    "This key is bound to networks. It makes, changes and rotates no key that may "
                    "be used from elsewhere.");
    }
    const auto& limit = asker_.key->rate_limit;
    if (limit && (!key.rate_limit || !key.rate_limit->is_within(*limit))) {
      return denied("rate_limit",
                    "This key has a rate limit. It makes, changes and rotates no key that may be "
                    "used more often.");
    }
    return {};
  }

  const Directory& directory_;
  const Principal& asker_;
};

}  // namespace

std::optional<Error> find_refusal_of_asker(const Directory& directory,
                                           const DirectoryOrigin& origin,
                                           const DirectoryAction& action, Instant at) {
  if (is_nobody(origin.actor, origin.act)) return {};
  const auto asker = find_asker(directory, origin.actor, origin.act, at);
  if (!asker) return asker.error();
  Need need = std::visit(ToNeed{directory, *asker}, action);
  if (auto refusal = find_refusal(*asker, need.right, need.target)) {
    refusal->field = std::move(need.field);
    return refusal;
  }
  if (auto refusal = find_refusal_by_caps(*asker, action)) return refusal;
  return std::visit(ToExcess(directory, *asker), action);
}

std::optional<Error> find_refusal_to_begin(const Directory& directory,
                                           const DirectoryOrigin& origin,
                                           const DirectoryAction& action) {
  const auto* rotation = std::get_if<RotateApiKey>(&action);
  if (rotation == nullptr || !origin.act.credential) return {};
  const auto asker = directory.find_principal(origin.act.credential->secret_digest);
  if (!asker || !asker->is_previous_secret || asker->key->id != rotation->key) return {};
  return denied(
      "api_key",
      "This secret was replaced by a rotation and rotates its key no more. Rotate the key "
      "with its new secret.");
}

std::optional<Error> find_refusal_of_asker(const Directory& directory, ApiKeyId actor,
                                           const ActOrigin& origin, Instant at) {
  if (is_nobody(actor, origin)) return {};
  const auto asker = find_asker(directory, actor, origin, at);
  if (!asker) return asker.error();
  if (auto refusal = find_refusal(*asker, Right::operate, {})) return refusal;
  if (!asker->key->spend_caps.is_empty()) return capped();
  return {};
}

}  // namespace farthing::directory
