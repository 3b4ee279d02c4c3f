// SPDX-License-Identifier: Apache-2.0
// A request to move credits of one organization, complete: its time is already in it. What it
// makes gets its id from the entry that makes it (entry_id.hpp).
#pragma once

#include <variant>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/grant_terms.hpp"

namespace farthing::ledger {

// `terms.amount` is positive. An `effective_at` in the past means the command's time.
struct CreateGrant {
  GrantTerms terms;
};

// `amount` is positive.
struct CreateCharge {
  Credits amount;
};

struct Command {
  OrganizationId organization;
  Instant at;  // set by the store: not before any entry of the organization
  Origin origin;
  std::variant<CreateGrant, CreateCharge> action;
};

}  // namespace farthing::ledger
