// SPDX-License-Identifier: Apache-2.0
// The parts of an organization's balance: grant by grant, and what of it ends soon.
#pragma once

#include <chrono>
#include <vector>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "server/ledger/state.hpp"
#include "server/store/current_state.hpp"

namespace farthing::service {

// The time that counts as "soon".
inline constexpr std::chrono::hours kExpiringWithin{30 * 24};

struct GrantBalance {
  Id128 grant;
  ledger::GrantTerms terms;
  Credits remaining;  // spendable
  Credits held;       // by open holds
};

struct BalanceReport {
  ledger::Balance balance;
  // Those of which something is spendable, in burn order, then those of which something is only
  // held, the oldest first. What remains adds up to `available` and what is owed, what is held to
  // `held`.
  std::vector<GrantBalance> grants;
  Credits expiring;  // what remains of grants that end within kExpiringWithin
};

BalanceReport make_balance_report(const store::CurrentState& current);

}  // namespace farthing::service
