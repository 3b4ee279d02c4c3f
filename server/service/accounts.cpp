// SPDX-License-Identifier: Apache-2.0
#include "server/service/accounts.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "server/service/api_key_secret.hpp"

namespace farthing::service {
namespace {

constexpr const char* kField = "Organization";
constexpr std::size_t kMostShown = 40;

bool is_printable(char c) { return c >= 0x20 && c < 0x7f; }

// Returns how to name in a message the organization that was sent. Programs that mean none send
// words such as "undefined", and their authors have to see that. A text with a "%" may be a secret
// that nobody has decoded.
std::string named(std::string_view sent) {
  const bool may_be_shown = sent.size() <= kMostShown && sent.find('%') == std::string_view::npos &&
                            std::ranges::all_of(sent, is_printable) &&
                            (OrganizationId::parse(sent) || !may_be_secret(sent));
  if (!may_be_shown) return "that organization";
  return std::string("the organization \"").append(sent).append("\"");
}

// Returns what the user can do who has named an organization in vain.
std::string_view remedy_for(const directory::Account& account) {
  if (account.memberships.empty()) {
    return "The user belongs to none yet; ask the operator to add the user to one.";
  }
  if (!account.user.default_organization) {
    return "Send the id of one of the user's own, which GET /v1/user/account lists.";
  }
  return "Send the id of one of the user's own, which GET /v1/user/account lists, or leave the "
         "header Organization out for the default one.";
}

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
                         "/v1/user/default-organization with a key that has no spend cap.");
    error.field = kField;
    return error;
  }
  const auto id = OrganizationId::parse(organization);
  if (id && account.find_membership(*id) != nullptr) return *id;
  Error error = make_error(ErrorCode::permission_denied,
                           "The user of this key does not belong to " + named(organization) + ". " +
                               std::string(remedy_for(account)));
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
