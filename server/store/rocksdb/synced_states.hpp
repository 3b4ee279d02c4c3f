// SPDX-License-Identifier: Apache-2.0
// The organizations' states as far as the derived part has got, and which of them have changed
// since they were last written. Not synchronised.
#pragma once

#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "server/ledger/apply.hpp"
#include "server/ledger/state.hpp"

namespace farthing::store {

class SyncedStates {
 public:
  // A state as it was written.
  void load(ledger::OrganizationState state) {
    const Id128 id = state.organization.value;
    states_[id].state = std::move(state);
  }

  void apply(const ledger::Entry& entry) {
    Tracked& tracked = states_[entry.organization.value];
    tracked.state.organization = entry.organization;
    ledger::apply(tracked.state, entry);
    if (!std::exchange(tracked.is_changed, true)) changed_.push_back(&tracked);
  }

  // Visits every state that has changed since this was last called.
  template <class Visit>
  void take_changed(Visit visit) {
    for (Tracked* tracked : std::exchange(changed_, {})) {
      tracked->is_changed = false;
      visit(std::as_const(tracked->state));
    }
  }

 private:
  struct Tracked {
    ledger::OrganizationState state;
    bool is_changed = false;
  };

  std::unordered_map<Id128, Tracked, Id128Hash> states_;
  std::vector<Tracked*> changed_;
};

}  // namespace farthing::store
