// SPDX-License-Identifier: Apache-2.0
// Tells after which entries the state of an organization is kept for reads of the past: often
// enough that few entries have to be applied to the snapshot before an instant. A larger state is
// kept more rarely, so snapshots never take much more room than the entries themselves.
#pragma once

#include <cstdint>

#include "server/ledger/state.hpp"

namespace farthing::store::embedded {

// Entries between two snapshots of a small state.
inline constexpr std::uint64_t kSnapshotEntries = 1'024;

// Returns whether the state, as it is after its last entry, must be kept. `interval` is a power of
// two.
inline bool is_snapshot(const ledger::OrganizationState& state, std::uint64_t interval) {
  if (state.last_seq % interval != 0) return false;
  constexpr std::uint64_t kEntriesForEach = 4;
  const std::uint64_t things = state.spendable.size() + state.coming.size() +
                               state.held_lots.size() + state.holds.size() + state.debts.size() +
                               state.spending.size();
  while (interval < kEntriesForEach * things) interval *= 2;
  return state.last_seq % interval == 0;
}

}  // namespace farthing::store::embedded
