// SPDX-License-Identifier: Apache-2.0
#include "server/service/key_verification.hpp"

#include <string>
#include <utility>

#include "server/ledger/decisions.hpp"

namespace farthing::service {
namespace {

Error refuse(ErrorCode code, std::string field, std::string message) {
  Error error = make_error(code, std::move(message));
  error.field = std::move(field);
  return error;
}

Error missing_scope(directory::Scope scope) {
  const std::string name(directory::to_string(scope));
  Error error = refuse(ErrorCode::permission_denied, "scope",
                       "This needs a key with the scope \"" + name + "\".");
  error.details = {{"scope", name}};
  return error;
}

Result<directory::AccountMembership> choose_membership(const directory::Account& account,
                                                       std::optional<OrganizationId> wanted) {
  if (!wanted) wanted = account.user.default_organization;
  if (!wanted && !account.memberships.empty()) {
    return refuse(ErrorCode::permission_denied, "organization",
                  "The user of this key has no default organization any more. Name one, or have "
                  "the user choose a new default by PUT /v1/user/default-organization with a key "
                  "that has no spend cap.");
  }
  if (!wanted) {
    return refuse(ErrorCode::not_found, "organization",
                  "The user of this key belongs to no organization yet; ask the operator to add "
                  "the user to one.");
  }
  const auto* membership = account.find_membership(*wanted);
  if (membership == nullptr) {
    return refuse(ErrorCode::permission_denied, "organization",
                  "The user of this key does not belong to that organization.");
  }
  if (membership->is_disabled) {
    return refuse(ErrorCode::organization_disabled, "organization",
                  std::string(traits_of(ErrorCode::organization_disabled).sentence));
  }
  return *membership;
}

// Refuses a cost as `ledger::decide` would refuse a charge.
std::optional<Error> find_refusal_by_balance(const store::CurrentState& current,
                                             std::optional<Credits> cost) {
  if (!cost) return {};
  auto debt = ledger::find_new_debt(current.state, *cost);
  if (debt) return {};
  return std::move(debt).error();
}
std::optional<Error> find_refusal_of_cost(const directory::ApiKey& key,
                                          const store::CurrentSpending& found,
                                          std::optional<Credits> cost) {
  if (!cost) return {};
  auto refusal = ledger::find_cap_refusal(found.spending, key.spend_caps, *cost, found.current.at);
  if (refusal) return refusal;
  return find_refusal_by_balance(found.current, cost);
}

KeyVerdict refused(Error error) { return {.refusal = std::move(error), .verified = {}}; }

}  // namespace

std::optional<Error> KeyVerification::find_refusal(const directory::ApiKey& key,
                                                   const KeyQuestion& question) const {
  auto admitted = admission_.admit(key, KeyUser::service, [&question] { return question.address; });
  if (admitted.refusal) {
    if (!admitted.rate) admitted.refusal->field = "address";
    return std::move(admitted.refusal);
  }
  if (!key.scopes.only(question.key.counted).allows(question.scope))
    return missing_scope(question.scope);
  return {};
}

void KeyVerification::verify(const KeyQuestion& question, Reply<KeyVerdict> reply) const {
  if (!question.key.digest) {
    admission_.note_wrong_key(question.address);
    return reply(refused(make_error(ErrorCode::unauthorized)));
  }
  authenticator_.identify(
      *question.key.digest,
      [this, question, reply = std::move(reply)](Result<directory::Principal> principal) mutable {
        if (!principal) {
          Error error = std::move(principal).error();
          const bool is_about_key =
              error.code == ErrorCode::unauthorized || error.code == ErrorCode::user_disabled;
          if (!is_about_key) return reply(std::move(error));
          if (error.code == ErrorCode::unauthorized) admission_.note_wrong_key(question.address);
          return reply(refused(std::move(error)));
        }
        if (auto refusal = find_refusal(*principal->key, question)) {
          return reply(refused(*std::move(refusal)));
        }
        auto membership = choose_membership(*principal->account, question.organization);
        if (!membership) return reply(refused(std::move(membership).error()));
        add_balance({.key = principal->key,
                     .account = principal->account,
                     .membership = *std::move(membership),
                     .balance = {}},
                    question.could_spend, std::move(reply));
      });
}

void KeyVerification::add_balance(VerifiedKey verified, std::optional<Credits> cost,
                                  Reply<KeyVerdict> reply) const {
  if (!verified.key->spend_caps.is_empty()) {
    return add_spending(std::move(verified), cost, std::move(reply));
  }
  const OrganizationId organization = verified.membership.organization;
  store_.read_balance(organization,
                      [this, verified = std::move(verified), cost,
                       reply = std::move(reply)](Result<ledger::Balance> balance) mutable {
                        if (!balance) return reply(std::move(balance).error());
                        verified.balance = *balance;
                        if (cost && *cost > balance->available) {
                          return add_state(std::move(verified), cost, std::move(reply));
                        }
                        reply(KeyVerdict{.refusal = {}, .verified = std::move(verified)});
                      });
}

void KeyVerification::add_state(VerifiedKey verified, std::optional<Credits> cost,
                                Reply<KeyVerdict> reply) const {
  const OrganizationId organization = verified.membership.organization;
  store_.read_state(organization, [verified = std::move(verified), cost, reply = std::move(reply)](
                                      Result<store::CurrentState> current) mutable {
    if (!current) return reply(current.error());
    if (auto refusal = find_refusal_by_balance(*current, cost)) {
      return reply(refused(*std::move(refusal)));
    }
    verified.balance = current->state.balance;
    reply(KeyVerdict{.refusal = {}, .verified = std::move(verified)});
  });
}

void KeyVerification::add_spending(VerifiedKey verified, std::optional<Credits> cost,
                                   Reply<KeyVerdict> reply) const {
  const OrganizationId organization = verified.membership.organization;
  const ApiKeyId key = verified.key->id;
  store_.read_spending(organization, key,
                       [verified = std::move(verified), cost,
                        reply = std::move(reply)](Result<store::CurrentSpending> found) mutable {
                         if (!found) return reply(found.error());
                         if (auto refusal = find_refusal_of_cost(*verified.key, *found, cost)) {
                           return reply(refused(*std::move(refusal)));
                         }
                         verified.balance = found->current.state.balance;
                         verified.caps =
                             CapStatus{.at = found->current.at, .spending = found->spending};
                         reply(KeyVerdict{.refusal = {}, .verified = std::move(verified)});
                       });
}

}  // namespace farthing::service
