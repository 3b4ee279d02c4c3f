// SPDX-License-Identifier: Apache-2.0
// Every service over one store: the parts in the order in which they need each other. The app makes
// them; the code that answers requests is given them and never sees the store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/ed25519.hpp"
#include "base/key_form.hpp"
#include "server/service/accounts.hpp"
#include "server/service/admission.hpp"
#include "server/service/api_keys.hpp"
#include "server/service/authenticator.hpp"
#include "server/service/books.hpp"
#include "server/service/key_verification.hpp"
#include "server/service/metering.hpp"
#include "server/service/operations.hpp"
#include "server/service/organizations.hpp"
#include "server/service/registry.hpp"
#include "server/service/request_limits.hpp"
#include "server/service/statements.hpp"
#include "server/service/stories.hpp"
#include "server/service/tag_names.hpp"
#include "server/service/user_limits.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

struct Services {
  // `store` must outlive this and every pending answer. Statements are signed with
  // `statement_key`; without one there are none. New secrets of keys begin with `key_prefix`.
  Services(store::Store& store, std::optional<SigningKey> statement_key, const RateLimits& limits,
           const UserLimits& the_user_limits, KeyPrefix key_prefix)
      : authenticator(store),
        admission(limits),
        user_limits(the_user_limits),
        user_acts(the_user_limits),
        accounts(store),
        registry(store, std::move(key_prefix)),
        api_keys(store, admission.uses()),
        metering(store),
        organizations(store, registry, metering),
        books(store),
        stories(store),
        statements(store, std::move(statement_key)),
        key_verification(store, admission),
        operations(store, registry) {}

  // Tells whose key a request came with.
  Authenticator authenticator;
  // Decides whether that key may be used from there, and so often.
  Admission admission;
  // The bounds of what one user may change, and how much each has changed lately.
  const UserLimits user_limits;
  UserActs user_acts;
  // A user with organizations and balances, as the user API shows them.
  Accounts accounts;
  // Users, organizations, memberships and keys, and every change of them.
  Registry registry;
  // Keys, and when they were last used.
  ApiKeys api_keys;
  // Movements of credits.
  Metering metering;
  // Organizations with their limits.
  Organizations organizations;
  // Tells what was booked, and what there is now or was then.
  Books books;
  // Tells what became of a charge or a hold, step by step.
  Stories stories;
  // Signed statements of a ledger.
  Statements statements;
  // Tells whether a key that a caller presented is good for a cost.
  KeyVerification key_verification;
  // The audit log, the clock, and what is refused at present.
  Operations operations;
  // The tags that requests may have; set before the first request.
  TagNames tag_names;
  // Tells the operator something, as a line of the log; set before the first request.
  std::function<void(const std::string&)> tell_operator = [](const std::string&) {};
};

}  // namespace farthing::service
