// SPDX-License-Identifier: Apache-2.0
#include "server/service/accounts.hpp"

#include <utility>

namespace farthing::service {
namespace {

constexpr const char* kField = "Organization";

Result<OrganizationId> choose_organization(const directory::Account& account,
                                           std::string_view organization) {
  if (organization.empty()) {
    if (account.user.default_organization) return *account.user.default_organization;
    Error error =
        account.memberships.empty()
            ? make_error(ErrorCode::not_found,
                         "The user of this key belongs to no organization yet, so there is no "
                         "default one; ask the operator to add the user to one.")
            : make_error(ErrorCode::permission_denied,
                         "The user of this key has no default organization any more. Name one in "
                         "the header Organization, or choose a new default by PUT "
                         "/v1/user/default-organization.");
    error.field = kField;
    return error;
  }
  const auto id = OrganizationId::parse(organization);
  if (id && account.find_membership(*id) != nullptr) return *id;
  Error error = make_error(ErrorCode::permission_denied,
                           "The user of this key does not belong to that organization.");
  error.field = kField;
  return error;
}

}  // namespace

void Accounts::read_balance(const directory::Account& account, std::string_view organization,
                            Reply<ledger::Balance> reply) const {
  auto chosen = choose_organization(account, organization);
  if (!chosen) return reply(std::move(chosen).error());
  store_.read_balance(*chosen, std::move(reply));
}

}  // namespace farthing::service
