// SPDX-License-Identifier: Apache-2.0
// The outcome of a command, and how grants and charges stand. Plain values.
#pragma once

#include <ranges>
#include <vector>

#include "server/ledger/entry.hpp"
#include "server/ledger/hold_status.hpp"

namespace farthing::ledger {

// The entries that a command led to, and whether it did so at an earlier request.
struct Outcome {
  Entry entry;              // its own
  std::vector<Entry> rest;  // those that continue it, mostly none
  bool is_replayed = false;

  // Returns the entry that has the balance after the whole outcome.
  const Entry& last() const { return rest.empty() ? entry : rest.back(); }
};

// Returns how the hold stands after the whole outcome: as the last entry about a hold says. Entries
// behind it repay debts with what the hold gave back, and are about charges. Returns null when no
// entry is about a hold. The pointer is valid as long as the outcome.
inline const HoldStatus* find_hold(const Outcome& outcome) {
  for (const Entry& entry : std::views::reverse(outcome.rest)) {
    if (entry.hold) return &*entry.hold;
  }
  return outcome.entry.hold ? &*outcome.entry.hold : nullptr;
}

// A grant and what is left of it.
struct GrantStatus {
  Entry entry;
  Credits remaining;
};

// A charge and what became of it: the entry that made it never changes.
struct ChargeStatus {
  Entry entry;       // of a charge or a capture
  Credits refunded;  // by all refunds together
};

}  // namespace farthing::ledger
