// SPDX-License-Identifier: Apache-2.0
#include "server/directory/rules.hpp"

#include <optional>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "server/directory/act_description.hpp"
#include "server/directory/bounds.hpp"
#include "server/directory/email.hpp"
#include "server/directory/refusals.hpp"
#include "server/directory/rights.hpp"

namespace farthing::directory {
namespace {

Error refuse(ErrorCode code, std::string field, std::string message) {
  Error error = make_error(code, std::move(message));
  error.field = std::move(field);
  return error;
}

Error secret_is_taken() {
  return refuse(ErrorCode::already_exists, "id", "This API key exists already.");
}

Error is_erased() { return refuse(ErrorCode::conflict, "user", "The user has been erased."); }

Error no_such_user() { return refuse(ErrorCode::not_found, "user", "There is no such user."); }

// Finds the user of an address in whatever spelling it is stored.
const Account* find_account_by_any_spelling(const Directory& directory, const std::string& email) {
  for (const std::string& spelling : spellings_of_email(email)) {
    if (const Account* found = directory.find_account_by_email(spelling)) return found;
  }
  return nullptr;
}

Result<DirectoryDecision> decide_action(const Directory& directory, const CreateUser& action,
                                        Instant /*at*/) {
  User user = action.user;
  if (user.email) {
    if (find_account_by_any_spelling(directory, *user.email) != nullptr) {
      return refuse(ErrorCode::already_exists, "email", "Another user has this email.");
    }
    if (auto normalized = normalize_email(*user.email)) user.email = std::move(normalized);
  }
  if (directory.find_account(user.id) != nullptr) {
    return refuse(ErrorCode::already_exists, "id", "Another user has this id.");
  }
  return DirectoryDecision{.records = {user}, .outcome = {.record = user}};
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

// Makes the membership of an account what it is to be.
DirectoryDecision put_membership(const Account& account, const Membership& wanted) {
  DirectoryDecision decision;
  const AccountMembership* present = account.find_membership(wanted.organization);
  if (present == nullptr || present->role != wanted.role) decision.records.emplace_back(wanted);
  User user = account.user;
  // A user who has lost a default and belongs to others chooses one: nobody else's credits are to
  // be spent because of a new membership.
  if (account.memberships.empty()) {
    user.default_organization = wanted.organization;
    decision.records.emplace_back(user);
  }
  decision.outcome.record = Member{.membership = wanted,
                                   .email = user.email,
                                   .is_default = user.default_organization == wanted.organization};
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
  if (account->user.erased_at) return is_erased();
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
                                       : find_account_by_any_spelling(directory, action.email);
  if (account == nullptr && action.user) return no_such_user();
  if (account == nullptr) {
    return refuse(ErrorCode::not_found, field,
                  "There is no user with this email; the operator makes users.");
  }
  if (account->user.erased_at) return is_erased();
  if (account->find_membership(action.organization) != nullptr) {
    return refuse(ErrorCode::already_exists, field, "The user is a member already.");
  }
  return put_membership(
      *account,
      {.organization = action.organization, .user = account->user.id, .role = action.role});
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
  // Another organization is not to pay for it without being chosen.
  if (account.user.default_organization == action.organization) {
    User user = account.user;
    user.default_organization.reset();
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
  if (action.standing == Standing::disabled && ends_last_admin(directory, action.user, at)) {
    return make_error(ErrorCode::last_admin);
  }
  if (action.standing == Standing::enabled && account->user.erased_at) return is_erased();
  return put_standing(account->user, action.standing, at);
}

Result<DirectoryDecision> decide_action(const Directory& directory, const EraseUser& action,
                                        Instant at) {
  const Account* account = directory.find_account(action.user);
  if (account == nullptr) return no_such_user();
  if (account->user.erased_at) {
    return DirectoryDecision{.records = {}, .outcome = {.record = account->user}};
  }
  if (ends_last_admin(directory, action.user, at)) return make_error(ErrorCode::last_admin);
  // Nobody knows whether what a later version has added tells of the person.
  const User& person = account->user;
  const User erased{.id = person.id,
                    .email = {},
                    .name = {},
                    .profile_picture = {},
                    .default_organization = person.default_organization,
                    .created_at = person.created_at,
                    .disabled_at = person.disabled_at.value_or(at),
                    .erased_at = at};
  DirectoryDecision decision;
  decision.records.emplace_back(erased);
  for (ApiKey& key : directory.unrevoked_keys(action.user)) {
    key.revoked_at = at;
    decision.records.emplace_back(std::move(key));
  }
  decision.outcome.record = erased;
  decision.erasure = action.user;
  return decision;
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

bool is_over(const std::optional<Instant>& end, Instant at) { return end && at >= *end; }

Error ends_too_early() { return bad_field("expires_at", "expires_at must be later than now."); }

Result<DirectoryDecision> decide_action(const Directory& directory, const CreateApiKey& action,
                                        Instant at) {
  const ApiKey& key = action.key;
  if (is_over(key.expires_at, at)) return ends_too_early();
  const Account* account = directory.find_account(key.user);
  if (account == nullptr) return no_such_user();
  if (account->user.erased_at) return is_erased();
  if (directory.find_api_key(key.id) != nullptr || directory.find_principal(key.secret_digest)) {
    return secret_is_taken();
  }
  if (auto refusal = find_refusal_of_live_key(directory, key.user, action.max_live_keys, at)) {
    return *std::move(refusal);
  }
  return DirectoryDecision{.records = {key}, .outcome = {.record = key}};
}

Error no_such_api_key() {
  return refuse(ErrorCode::not_found, "api_key", "There is no such API key.");
}

// Returns the key, if it may be changed.
Result<ApiKey> find_changeable(const Directory& directory, ApiKeyId id) {
  const ApiKey* present = directory.find_api_key(id);
  if (present == nullptr) return no_such_api_key();
  if (present->revoked_at) {
    return refuse(ErrorCode::conflict, "api_key", "The API key has been revoked.");
  }
  return *present;
}

bool is_same(const ApiKey& a, const ApiKey& b) {
  std::string bytes_of_a;
  std::string bytes_of_b;
  append_encoded(a, bytes_of_a);
  append_encoded(b, bytes_of_b);
  return bytes_of_a == bytes_of_b;
}

DirectoryDecision changed_to(ApiKey key) {
  return {.records = {key}, .outcome = {.record = std::move(key)}};
}

Result<DirectoryDecision> decide_action(const Directory& directory, const ChangeApiKey& action,
                                        Instant at) {
  auto key = find_changeable(directory, action.key);
  if (!key) return std::move(key).error();
  if (action.change.expires_at && is_over(*action.change.expires_at, at)) return ends_too_early();
  ApiKey changed = changed_by(*key, action.change);
  if (is_same(*key, changed)) {
    return DirectoryDecision{.records = {}, .outcome = {.record = std::move(changed)}};
  }
  if (ends_last_admin(directory, changed, at)) return make_error(ErrorCode::last_admin);
  if (!key->is_valid_at(at) && changed.is_valid_at(at)) {
    auto refusal = find_refusal_of_live_key(directory, key->user, action.max_live_keys, at);
    if (refusal) return *std::move(refusal);
  }
  return changed_to(std::move(changed));
}

Result<DirectoryDecision> decide_action(const Directory& directory, const RotateApiKey& action,
                                        Instant at) {
  auto key = find_changeable(directory, action.key);
  if (!key) return std::move(key).error();
  if (directory.find_principal(action.secret_digest)) {
    // A store that does not know whether it has done this may ask again; it is done once.
    if (key->secret_digest != action.secret_digest) return secret_is_taken();
    return DirectoryDecision{.records = {}, .outcome = {.record = *std::move(key)}};
  }
  key->previous_secret.reset();
  if (action.overlap > std::chrono::seconds(0)) {
    key->previous_secret = {
        .digest = key->secret_digest, .hint = key->hint, .works_until = at.plus(action.overlap)};
  }
  key->secret_digest = action.secret_digest;
  key->hint = action.hint;
  key->is_secret_used = false;
  return changed_to(*std::move(key));
}

Result<DirectoryDecision> decide_action(const Directory& directory, const RevokeSecret& action,
                                        Instant at) {
  const auto owner = directory.find_principal(action.secret_digest);
  if (!owner || owner->key->revoked_at) return no_such_api_key();
  ApiKey key = *owner->key;
  if (key.secret_digest == action.secret_digest) {
    key.revoked_at = at;
  } else {
    if (at >= key.previous_secret->works_until) return no_such_api_key();
    key.previous_secret.reset();
  }
  DirectoryDecision decision = changed_to(key);
  decision.outcome.ends_last_admin = ends_last_admin(directory, key, at);
  return decision;
}

Result<DirectoryDecision> decide_action(const Directory& directory, const RevokeApiKey& action,
                                        Instant at) {
  const ApiKey* present = directory.find_api_key(action.key);
  if (present == nullptr) return no_such_api_key();
  DirectoryDecision decision;
  ApiKey key = *present;
  if (!key.revoked_at) {
    key.revoked_at = at;
    if (ends_last_admin(directory, key, at)) return make_error(ErrorCode::last_admin);
    decision.records.emplace_back(key);
  }
  decision.outcome.record = std::move(key);
  return decision;
}

Result<DirectoryDecision> decide_action(const Directory& directory, const NoteFirstUse& action,
                                        Instant /*at*/) {
  const auto owner = directory.find_principal(action.secret_digest);
  if (!owner) return no_such_api_key();
  ApiKey key = *owner->key;
  DirectoryDecision decision;
  if (!owner->is_previous_secret && !key.is_secret_used) {
    key.is_secret_used = true;
    decision.records.emplace_back(key);
  }
  decision.outcome.record = std::move(key);
  return decision;
}

Result<DirectoryDecision> decide_action(const Directory& /*directory*/, const ConfirmClock& action,
                                        Instant at) {
  return DirectoryDecision{.records = {},
                           .act = describe_confirmation(at, action.clock),
                           .outcome = {},
                           .confirmed_time = action.clock};
}

Result<DirectoryDecision> decide_action(const Directory& directory, const EraseTexts& action,
                                        Instant /*at*/) {
  if (directory.find_organization(action.of.organization) == nullptr) {
    return no_such_organization();
  }
  return DirectoryDecision{
      .records = {}, .act = describe_erasure(action), .outcome = {}, .erasure = action.of};
}

// The secret that an action makes.
struct NewSecret {
  Digest digest{};
  std::string hint;
};

std::optional<NewSecret> find_new_secret(const DirectoryAction& action) {
  if (const auto* creation = std::get_if<CreateApiKey>(&action)) {
    return NewSecret{.digest = creation->key.secret_digest, .hint = creation->key.hint};
  }
  if (const auto* rotation = std::get_if<RotateApiKey>(&action)) {
    return NewSecret{.digest = rotation->secret_digest, .hint = rotation->hint};
  }
  return {};
}

Error is_repeated_in_vain(std::string message) {
  return refuse(ErrorCode::conflict, "Idempotency-Key", std::move(message));
}

// Returns why the secret that was answered first may not be taken to be lost.
std::optional<Error> find_refusal_to_replace(const ApiKey& first, const ApiKey& present,
                                             const DirectoryReceipt& receipt, Instant at) {
  if (present.revoked_at) {
    return is_repeated_in_vain("The API key of this request has been revoked since.");
  }
  if (present.secret_digest != first.secret_digest) {
    return is_repeated_in_vain(
        "The secret that this request has made was replaced by a later rotation. Rotate the key "
        "under a new Idempotency-Key.");
  }
  if (present.is_secret_used) {
    return is_repeated_in_vain(
        "The secret that this request has made is in use. Rotate the key under a new "
        "Idempotency-Key.");
  }
  if (!receipt.answered_at || at > receipt.answered_at->plus(kSecretRepeatTime)) {
    return is_repeated_in_vain(
        "This request was answered more than 15 minutes ago. Rotate the key under a new "
        "Idempotency-Key.");
  }
  return {};
}

// Takes the secret that was answered under this idempotency key to be lost: the new one takes its
// place, and is the one that another repetition will replace. Whoever repeats the creation gets the
// secret of the key as it is now, so it must be theirs to give.
Result<DirectoryDecision> replace_secret(const Directory& directory,
                                         const DirectoryReceipt& receipt,
                                         const DirectoryCommand& command, const NewSecret& secret,
                                         Instant at) {
  const auto* first = std::get_if<ApiKey>(&*receipt.record);
  if (first == nullptr) return make_error(ErrorCode::idempotency_key_reused);
  const ApiKey* present = directory.find_api_key(first->id);
  if (present == nullptr) return no_such_api_key();  // a damaged store
  DirectoryDecision decision;
  decision.outcome.is_replayed = true;
  const auto* creation = std::get_if<CreateApiKey>(&command.action);
  if (creation != nullptr && is_over(creation->key.expires_at, at)) {
    decision.outcome.record = *first;
    return decision;
  }
  ApiKey key = *present;
  // A store that does not know whether it has done this already does it once.
  if (key.secret_digest != secret.digest) {
    const RotateApiKey renewal{.key = key.id, .secret_digest = secret.digest, .hint = secret.hint};
    auto refusal = find_refusal_of_asker(directory, command.origin, renewal, at);
    if (!refusal) refusal = find_refusal_to_replace(*first, key, receipt, at);
    if (refusal) return *std::move(refusal);
    if (directory.find_principal(secret.digest)) return secret_is_taken();
    key.secret_digest = secret.digest;
    key.hint = secret.hint;
    DirectoryReceipt again = receipt;
    again.record = key;
    decision.records = {key, std::move(again)};
  }
  decision.outcome.record = std::move(key);
  return decision;
}

Result<DirectoryDecision> replay(const Directory& directory, const DirectoryReceipt& receipt,
                                 const DirectoryCommand& command, Instant at) {
  // A store may still have the answer that tells of a person who is erased already.
  const auto person = person_of(receipt);
  const Account* account = person ? directory.find_account(*person) : nullptr;
  if (!receipt.record || (account != nullptr && account->user.erased_at)) {
    return is_repeated_in_vain(
        "The request that was sent under this Idempotency-Key was about a user who has been "
        "erased.");
  }
  if (receipt.fingerprint != command.origin.fingerprint) {
    return make_error(ErrorCode::idempotency_key_reused);
  }
  if (const auto secret = find_new_secret(command.action)) {
    return replace_secret(directory, receipt, command, *secret, at);
  }
  return DirectoryDecision{.records = {},
                           .outcome = {.record = *receipt.record, .is_replayed = true}};
}

Result<DirectoryDecision> decide_anew(const Directory& directory, const DirectoryCommand& command,
                                      Instant at) {
  const std::string& key = command.origin.idempotency_key;
  if (!key.empty() && !is_idempotency_key(key)) return malformed_idempotency_key();
  if (auto refusal = find_refusal_to_begin(directory, command.origin, command.action)) {
    return *std::move(refusal);
  }
  return std::visit([&](const auto& action) { return decide_action(directory, action, at); },
                    command.action);
}

// Revoking what is revoked and erasing who is erased give the same answer for ever, and are not
// counted among the acts of a user: a receipt of it would only fill the store.
bool is_worth_a_receipt(const DirectoryCommand& command, const DirectoryDecision& decision) {
  const bool is_for_ever = std::holds_alternative<RevokeApiKey>(command.action) ||
                           std::holds_alternative<EraseUser>(command.action);
  return !command.origin.idempotency_key.empty() && !(is_for_ever && decision.records.empty());
}

}  // namespace

Result<DirectoryDecision> decide(const Directory& directory, const DirectoryCommand& command,
                                 Instant at) {
  const DirectoryOrigin& origin = command.origin;
  if (auto refusal = find_refusal_of_asker(directory, origin, command.action, at)) {
    return *std::move(refusal);
  }
  const DirectoryReceipt* receipt =
      origin.idempotency_key.empty() ? nullptr
                                     : directory.find_receipt(origin.actor, origin.idempotency_key);
  auto decision = receipt != nullptr ? replay(directory, *receipt, command, at)
                                     : decide_anew(directory, command, at);
  if (!decision) return decision;
  const bool is_act = !std::holds_alternative<NoteFirstUse>(command.action);
  if (is_act && !decision->records.empty()) {
    decision->act = describe_act(directory, command.action, decision->records, decision->outcome);
  }
  if (receipt == nullptr && is_worth_a_receipt(command, *decision)) {
    decision->records.emplace_back(DirectoryReceipt{.actor = origin.actor,
                                                    .idempotency_key = origin.idempotency_key,
                                                    .fingerprint = origin.fingerprint,
                                                    .record = decision->outcome.record,
                                                    .answered_at = at});
  }
  return decision;
}

}  // namespace farthing::directory
