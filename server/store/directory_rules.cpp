// SPDX-License-Identifier: Apache-2.0
#include "server/store/directory_rules.hpp"

#include <optional>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "server/store/act_description.hpp"
#include "server/store/refusals.hpp"

namespace farthing::store {
namespace {

Error refuse(ErrorCode code, std::string field, std::string message) {
  Error error = make_error(code, std::move(message));
  error.field = std::move(field);
  return error;
}

Error no_such_user() { return refuse(ErrorCode::not_found, "user", "There is no such user."); }

Result<DirectoryDecision> decide_action(const Directory& directory, const CreateUser& action,
                                        Instant /*at*/) {
  if (directory.find_account_by_email(action.user.email) != nullptr) {
    return refuse(ErrorCode::already_exists, "email", "Another user has this email.");
  }
  if (directory.find_account(action.user.id) != nullptr) {
    return refuse(ErrorCode::already_exists, "id", "Another user has this id.");
  }
  return DirectoryDecision{.records = {action.user}, .outcome = {.record = action.user}};
}

Result<DirectoryDecision> decide_action(const Directory& directory,
                                        const CreateOrganization& action, Instant /*at*/) {
  const Organization& organization = action.organization;
  if (directory.find_organization(organization.id) != nullptr) {
    return refuse(ErrorCode::already_exists, "id", "Another organization has this id.");
  }
  return DirectoryDecision{.records = {organization}, .outcome = {.record = organization}};
}

Result<DirectoryDecision> decide_action(const Directory& directory,
                                        const RenameOrganization& action, Instant /*at*/) {
  const Organization* present = directory.find_organization(action.organization);
  if (present == nullptr) return no_such_organization();
  DirectoryDecision decision;
  Organization organization = *present;
  if (organization.name != action.name) {
    organization.name = action.name;
    decision.records.emplace_back(organization);
  }
  decision.outcome.record = std::move(organization);
  return decision;
}

// The membership of an account, as it is to be.
DirectoryDecision put_membership(const Account& account, const Membership& wanted) {
  DirectoryDecision decision;
  const AccountMembership* present = account.find_membership(wanted.organization);
  if (present == nullptr || present->role != wanted.role) decision.records.emplace_back(wanted);
  User user = account.user;
  if (!user.default_organization) {
    user.default_organization = wanted.organization;
    decision.records.emplace_back(user);
  }
  decision.outcome.record = Member{.membership = wanted,
                                   .email = user.email,
                                   .is_default = user.default_organization == wanted.organization};
  return decision;
}

bool is_last_owner(const Directory& directory, OrganizationId organization, UserId user,
                   const AccountMembership& membership) {
  return membership.role == Role::OWNER && !directory.has_other_owner(organization, user);
}

Result<DirectoryDecision> decide_action(const Directory& directory, const PutMembership& action,
                                        Instant /*at*/) {
  const Membership& wanted = action.membership;
  if (directory.find_organization(wanted.organization) == nullptr) {
    return no_such_organization();
  }
  const Account* account = directory.find_account(wanted.user);
  if (account == nullptr) return no_such_user();
  const AccountMembership* present = account->find_membership(wanted.organization);
  if (present != nullptr && wanted.role != Role::OWNER &&
      is_last_owner(directory, wanted.organization, wanted.user, *present)) {
    return make_error(ErrorCode::last_owner);
  }
  return put_membership(*account, wanted);
}

Result<DirectoryDecision> decide_action(const Directory& directory, const AddMembership& action,
                                        Instant /*at*/) {
  if (directory.find_organization(action.organization) == nullptr) {
    return no_such_organization();
  }
  const std::string field = action.user ? "user" : "email";
  const Account* account = action.user ? directory.find_account(*action.user)
                                       : directory.find_account_by_email(action.email);
  if (account == nullptr) return refuse(ErrorCode::not_found, field, "There is no such user.");
  if (account->find_membership(action.organization) != nullptr) {
    return refuse(ErrorCode::already_exists, field, "The user is a member already.");
  }
  return put_membership(
      *account,
      {.organization = action.organization, .user = account->user.id, .role = action.role});
}

// The default of a user who leaves: somebody who belongs to any organization has one.
std::optional<OrganizationId> default_without(const Account& account, OrganizationId left) {
  if (account.user.default_organization != left) return account.user.default_organization;
  for (const AccountMembership& each : account.memberships) {
    if (each.organization != left) return each.organization;
  }
  return {};
}

Result<DirectoryDecision> decide_action(const Directory& directory, const RemoveMembership& action,
                                        Instant /*at*/) {
  if (directory.find_organization(action.organization) == nullptr) {
    return no_such_organization();
  }
  const auto member = directory.find_member(action.organization, action.user);
  if (!member) return refuse(ErrorCode::not_found, "user", "There is no such member.");
  const Account& account = *directory.find_account(action.user);
  if (is_last_owner(directory, action.organization, action.user,
                    *account.find_membership(action.organization))) {
    return make_error(ErrorCode::last_owner);
  }
  DirectoryDecision decision;
  decision.records.emplace_back(
      MembershipEnd{.organization = action.organization, .user = action.user});
  User user = account.user;
  user.default_organization = default_without(account, action.organization);
  if (user.default_organization != account.user.default_organization) {
    decision.records.emplace_back(std::move(user));
  }
  decision.outcome.record = *member;
  return decision;
}

// Puts the standing into a record of a user or an organization.
template <class Record>
DirectoryDecision put_standing(Record record, Standing standing, Instant at) {
  DirectoryDecision decision;
  const Standing present = record.disabled_at ? Standing::disabled : Standing::enabled;
  if (present != standing) {
    record.disabled_at =
        standing == Standing::disabled ? std::optional(at) : std::optional<Instant>();
    decision.records.emplace_back(record);
  }
  decision.outcome.record = std::move(record);
  return decision;
}

Result<DirectoryDecision> decide_action(const Directory& directory, const SetUserStanding& action,
                                        Instant at) {
  const Account* account = directory.find_account(action.user);
  if (account == nullptr) return no_such_user();
  return put_standing(account->user, action.standing, at);
}

Result<DirectoryDecision> decide_action(const Directory& directory,
                                        const SetOrganizationStanding& action, Instant at) {
  const Organization* organization = directory.find_organization(action.organization);
  if (organization == nullptr) return no_such_organization();
  return put_standing(*organization, action.standing, at);
}

Result<DirectoryDecision> decide_action(const Directory& directory,
                                        const SetDefaultOrganization& action, Instant /*at*/) {
  const Account* account = directory.find_account(action.user);
  if (account == nullptr) return no_such_user();
  if (account->find_membership(action.organization) == nullptr) {
    return refuse(ErrorCode::conflict, "organization",
                  "The user is no member of this organization.");
  }
  DirectoryDecision decision;
  User user = account->user;
  if (user.default_organization != action.organization) {
    user.default_organization = action.organization;
    decision.records.emplace_back(user);
  }
  decision.outcome.record = std::move(user);
  return decision;
}

Result<DirectoryDecision> decide_action(const Directory& directory, const CreateApiKey& action,
                                        Instant /*at*/) {
  const ApiKey& key = action.key;
  if (directory.find_account(key.user) == nullptr) return no_such_user();
  if (directory.find_api_key(key.id) != nullptr || directory.find_principal(key.secret_digest)) {
    return refuse(ErrorCode::already_exists, "id", "This API key exists already.");
  }
  return DirectoryDecision{.records = {key}, .outcome = {.record = key}};
}

Result<DirectoryDecision> decide_action(const Directory& directory, const RevokeApiKey& action,
                                        Instant at) {
  const ApiKey* present = directory.find_api_key(action.key);
  if (present == nullptr) {
    return refuse(ErrorCode::not_found, "api_key", "There is no such API key.");
  }
  DirectoryDecision decision;
  ApiKey key = *present;
  if (!key.revoked_at) {
    key.revoked_at = at;
    decision.records.emplace_back(key);
  }
  decision.outcome.record = std::move(key);
  return decision;
}

Result<DirectoryDecision> replay(const Directory& directory, const DirectoryReceipt& receipt,
                                 const DirectoryCommand& command) {
  if (receipt.fingerprint != command.origin.fingerprint) {
    return make_error(ErrorCode::idempotency_key_reused);
  }
  DirectoryDecision decision;
  decision.outcome.is_replayed = true;
  const auto* creation = std::get_if<CreateApiKey>(&command.action);
  if (creation == nullptr) {
    decision.outcome.record = receipt.record;
    return decision;
  }
  // The secret of the first answer is taken to be lost: the new one takes its place.
  const auto* first = std::get_if<ApiKey>(&receipt.record);
  if (first == nullptr) return make_error(ErrorCode::idempotency_key_reused);
  const ApiKey* present = directory.find_api_key(first->id);
  CHECK(present != nullptr);
  ApiKey key = *present;
  key.secret_digest = creation->key.secret_digest;
  key.hint = creation->key.hint;
  if (key.secret_digest != present->secret_digest) {
    if (directory.find_principal(key.secret_digest)) {
      return refuse(ErrorCode::already_exists, "id", "This API key exists already.");
    }
    decision.records.emplace_back(key);
  }
  decision.outcome.record = std::move(key);
  return decision;
}

// Between the check of the request and the decision, somebody else may have been faster.
std::optional<Error> find_lost_ownership(const Directory& directory,
                                         const DirectoryOrigin& origin) {
  if (!origin.owner_of) return {};
  const ApiKey* key = directory.find_api_key(origin.actor);
  const Account* account = key == nullptr ? nullptr : directory.find_account(key->user);
  const AccountMembership* membership =
      account == nullptr ? nullptr : account->find_membership(*origin.owner_of);
  if (membership != nullptr && membership->role == Role::OWNER) return {};
  return make_error(ErrorCode::permission_denied,
                    "The user of this key is not an owner of the organization any longer.");
}

Result<DirectoryDecision> decide_anew(const Directory& directory, const DirectoryCommand& command,
                                      Instant at) {
  if (auto lost = find_lost_ownership(directory, command.origin)) return *std::move(lost);
  return std::visit([&](const auto& action) { return decide_action(directory, action, at); },
                    command.action);
}

}  // namespace

Result<DirectoryDecision> decide(const Directory& directory, const DirectoryCommand& command,
                                 Instant at) {
  const DirectoryOrigin& origin = command.origin;
  const DirectoryReceipt* receipt =
      origin.idempotency_key.empty() ? nullptr
                                     : directory.find_receipt(origin.actor, origin.idempotency_key);
  auto decision = receipt != nullptr ? replay(directory, *receipt, command)
                                     : decide_anew(directory, command, at);
  if (!decision) return decision;
  if (!decision->records.empty()) {
    decision->act = describe_act(directory, command.action, decision->records, decision->outcome);
  }
  if (receipt == nullptr && !origin.idempotency_key.empty()) {
    decision->records.emplace_back(DirectoryReceipt{.actor = origin.actor,
                                                    .idempotency_key = origin.idempotency_key,
                                                    .fingerprint = origin.fingerprint,
                                                    .record = decision->outcome.record});
  }
  return decision;
}

}  // namespace farthing::store
