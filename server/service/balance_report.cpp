// SPDX-License-Identifier: Apache-2.0
#include "server/service/balance_report.hpp"

#include <map>
#include <ranges>

#include "server/ledger/sums.hpp"

namespace farthing::service {

BalanceReport make_balance_report(const store::CurrentState& current) {
  const ledger::OrganizationState& state = current.state;
  const Instant soon = current.at.plus(kExpiringWithin);
  BalanceReport report;
  report.balance = state.balance;
  std::map<Id128, ledger::HeldLot> held = state.held_lots;
  for (const ledger::Lot& lot : std::views::reverse(state.spendable)) {
    const auto found = held.find(lot.grant);
    const bool is_held = found != held.end();
    report.grants.push_back({.grant = lot.grant,
                             .terms = lot.terms,
                             .remaining = lot.remaining,
                             .held = is_held ? found->second.held : Credits()});
    if (is_held) held.erase(found);
    if (lot.terms.expires_at && *lot.terms.expires_at <= soon) {
      report.expiring = ledger::plus(report.expiring, lot.remaining);
    }
  }
  for (const auto& [grant, lot] : held) {
    report.grants.push_back(
        {.grant = grant, .terms = lot.terms, .remaining = {}, .held = lot.held});
  }
  return report;
}

}  // namespace farthing::service
