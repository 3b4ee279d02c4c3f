// SPDX-License-Identifier: Apache-2.0
// What an outcome says of the hold that it is about.
#pragma once

#include <ranges>

#include "server/ledger/hold_status.hpp"
#include "server/store/store.hpp"

namespace farthing::store {

// How the hold stands after the whole outcome: as the last entry about a hold says. Entries behind
// it repay debts with what the hold gave back, and are about charges. Null when no entry is about a
// hold; it lives as long as the outcome.
inline const ledger::HoldStatus* find_hold(const Outcome& outcome) {
  for (const ledger::Entry& entry : std::views::reverse(outcome.rest)) {
    if (entry.hold) return &*entry.hold;
  }
  return outcome.entry.hold ? &*outcome.entry.hold : nullptr;
}

}  // namespace farthing::store
