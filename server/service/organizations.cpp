// SPDX-License-Identifier: Apache-2.0
#include "server/service/organizations.hpp"

#include <utility>

namespace farthing::service {

void Organizations::read(OrganizationId id, Reply<OrganizationStatus> reply) const {
  store_.read_organization(
      id, [this, reply = std::move(reply)](Result<directory::Organization> organization) mutable {
        if (!organization) return reply(std::move(organization).error());
        add_limit(*std::move(organization), {}, std::move(reply));
      });
}

void Organizations::change(Requester requester, OrganizationId id, OrganizationChange change,
                           Reply<Change<OrganizationStatus>> reply) const {
  if (!change.overdraft_limit) {
    return rename(std::move(requester), id, std::move(change), {}, std::move(reply));
  }
  if (!change.name) {
    return set_limit(std::move(requester), id, std::move(change), std::move(reply));
  }
  store_.read_outcome(id, requester.idempotency_key,
                      [this, requester, id, change = std::move(change),
                       reply = std::move(reply)](Result<ledger::Outcome> known) mutable {
                        if (known) {
                          return set_limit(std::move(requester), id, std::move(change),
                                           std::move(reply));
                        }
                        if (known.error().code != ErrorCode::not_found) {
                          return reply(std::move(known).error());
                        }
                        rename_first(std::move(requester), id, std::move(change), std::move(reply));
                      });
}

// The name's act is refused when its actor has used the key for something else, so it comes first
// where no movement of the organization has used it.
void Organizations::rename_first(Requester requester, OrganizationId id, OrganizationChange change,
                                 Reply<Change<OrganizationStatus>> reply) const {
  registry_.rename_organization(
      requester, id, *change.name, change.overdraft_limit,
      [this, requester, id, change,
       reply = std::move(reply)](Result<Change<directory::Organization>> renamed) mutable {
        if (!renamed) return reply(std::move(renamed).error());
        set_limit(std::move(requester), id, std::move(change), std::move(reply));
      });
}

void Organizations::set_limit(Requester requester, OrganizationId id, OrganizationChange change,
                              Reply<Change<OrganizationStatus>> reply) const {
  const Credits limit = *change.overdraft_limit;
  const Requester limit_requester = requester;
  const std::optional<std::string> name = change.name;
  metering_.set_overdraft_limit(
      limit_requester, id, limit, name,
      [this, requester = std::move(requester), id, change = std::move(change),
       reply = std::move(reply)](Result<ledger::Outcome> outcome) mutable {
        if (!outcome) return reply(std::move(outcome).error());
        rename(std::move(requester), id, std::move(change),
               {.value = outcome->entry.amount, .is_replayed = outcome->is_replayed},
               std::move(reply));
      });
}

void Organizations::rename(Requester requester, OrganizationId id, OrganizationChange change,
                           Limit limit, Reply<Change<OrganizationStatus>> reply) const {
  Reply<Change<directory::Organization>> complete =
      [this, limit,
       reply = std::move(reply)](Result<Change<directory::Organization>> renamed) mutable {
        if (!renamed) return reply(std::move(renamed).error());
        const bool is_replayed = limit.is_replayed && renamed->is_replayed;
        add_limit(
            std::move(renamed->record), limit.value,
            [is_replayed, reply = std::move(reply)](Result<OrganizationStatus> status) mutable {
              if (!status) return reply(std::move(status).error());
              reply(Change<OrganizationStatus>{.record = *std::move(status),
                                               .is_replayed = is_replayed});
            });
      };
  if (change.name) {
    return registry_.rename_organization(std::move(requester), id, *std::move(change.name),
                                         change.overdraft_limit, std::move(complete));
  }
  store_.read_organization(
      id, [complete = std::move(complete)](Result<directory::Organization> organization) mutable {
        if (!organization) return complete(std::move(organization).error());
        complete(Change<directory::Organization>{.record = *std::move(organization),
                                                 .is_replayed = true});
      });
}

void Organizations::add_limit(directory::Organization organization, std::optional<Credits> limit,
                              Reply<OrganizationStatus> reply) const {
  if (limit) {
    return reply(
        OrganizationStatus{.organization = std::move(organization), .overdraft_limit = *limit});
  }
  const OrganizationId id = organization.id;
  store_.read_state(id, [organization = std::move(organization),
                         reply = std::move(reply)](Result<store::CurrentState> current) mutable {
    if (!current) return reply(std::move(current).error());
    reply(OrganizationStatus{.organization = std::move(organization),
                             .overdraft_limit = current->state.overdraft_limit});
  });
}

}  // namespace farthing::service
