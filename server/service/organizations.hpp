// SPDX-License-Identifier: Apache-2.0
// An organization with what the operator has set for it: its name, which the directory has, and how
// far below zero it may go, which the ledger has. Safe to call from any thread.
#pragma once

#include <optional>
#include <string>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "server/directory/entities.hpp"
#include "server/service/metering.hpp"
#include "server/service/registry.hpp"
#include "server/service/requester.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

struct OrganizationStatus {
  directory::Organization organization;
  Credits overdraft_limit;
};

// The change that is asked for; nothing leaves a value as it is. A limit is zero or more and needs
// an idempotency key.
struct OrganizationChange {
  std::optional<std::string> name;
  std::optional<Credits> overdraft_limit;
};

class Organizations {
 public:
  // All must outlive this and every pending answer.
  Organizations(store::Store& store, Registry& registry, Metering& metering)
      : store_(store), registry_(registry), metering_(metering) {}

  // What is not there is `not_found`.
  void read(OrganizationId id, Reply<OrganizationStatus> reply) const;
  // If its idempotency key has been used for something else, nothing is done. If only one of name
  // and limit is done, because the server ends in between or refuses the other one, the same
  // request under its key does the other. What it does not change is answered as it is now.
  void change(Requester requester, OrganizationId id, OrganizationChange change,
              Reply<Change<OrganizationStatus>> reply) const;

 private:
  // The limit that was set, if one was, and whether all that was done so far had been done at an
  // earlier request.
  struct Limit {
    std::optional<Credits> value;
    bool is_replayed = true;
  };
  void rename_first(Requester requester, OrganizationId id, OrganizationChange change,
                    Reply<Change<OrganizationStatus>> reply) const;
  void set_limit(Requester requester, OrganizationId id, OrganizationChange change,
                 Reply<Change<OrganizationStatus>> reply) const;
  void rename(Requester requester, OrganizationId id, OrganizationChange change, Limit limit,
              Reply<Change<OrganizationStatus>> reply) const;
  // Completes the status with the limit, which is read when it is not known.
  void add_limit(directory::Organization organization, std::optional<Credits> limit,
                 Reply<OrganizationStatus> reply) const;

  store::Store& store_;
  Registry& registry_;
  Metering& metering_;
};

}  // namespace farthing::service
