// SPDX-License-Identifier: Apache-2.0
#include "server/store/directory_rules.hpp"

#include <string>
#include <utility>

#include "base/check.hpp"
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

Result<DirectoryDecision> decide_action(const Directory& directory, const PutMembership& action,
                                        Instant /*at*/) {
  const Membership& wanted = action.membership;
  if (directory.find_organization(wanted.organization) == nullptr) {
    return no_such_organization();
  }
  const Account* account = directory.find_account(wanted.user);
  if (account == nullptr) return no_such_user();

  DirectoryDecision decision;
  const AccountMembership* present = account->find_membership(wanted.organization);
  if (present == nullptr || present->role != wanted.role) decision.records.emplace_back(wanted);
  User user = account->user;
  if (!user.default_organization) {
    user.default_organization = wanted.organization;
    decision.records.emplace_back(user);
  }
  decision.outcome.record = Member{.membership = wanted,
                                   .email = user.email,
                                   .is_default = user.default_organization == wanted.organization};
  return decision;
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

}  // namespace

Result<DirectoryDecision> decide(const Directory& directory, const DirectoryCommand& command,
                                 Instant at) {
  const DirectoryOrigin& origin = command.origin;
  if (!origin.idempotency_key.empty()) {
    const auto* receipt = directory.find_receipt(origin.actor, origin.idempotency_key);
    if (receipt != nullptr) return replay(directory, *receipt, command);
  }
  auto decision = std::visit(
      [&](const auto& action) { return decide_action(directory, action, at); }, command.action);
  if (decision && !origin.idempotency_key.empty()) {
    decision->records.emplace_back(DirectoryReceipt{.actor = origin.actor,
                                                    .idempotency_key = origin.idempotency_key,
                                                    .fingerprint = origin.fingerprint,
                                                    .record = decision->outcome.record});
  }
  return decision;
}

}  // namespace farthing::store
