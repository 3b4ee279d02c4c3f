// SPDX-License-Identifier: Apache-2.0
// The organizations' states as far as the derived part has got, and which of them have changed
// since they were last written. Not synchronised.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "server/ledger/apply.hpp"
#include "server/ledger/state.hpp"

namespace farthing::store::embedded {

class SyncedStates {
 public:
  // Takes in a state as it was written.
  void load(ledger::OrganizationState state) {
    const OrganizationId id = state.organization;
    track(id).state = std::move(state);
  }

  struct Applied {
    const ledger::OrganizationState& state;  // after it: valid until the next call
    std::vector<ledger::PastSpending> past_spending;
  };
  Applied apply(const ledger::Entry& entry) {
    Tracked& tracked = track(entry.organization);
    auto past = ledger::apply(tracked.state, entry);
    if (!std::exchange(tracked.is_changed, true)) changed_.push_back(&tracked);
    return {.state = tracked.state, .past_spending = std::move(past)};
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

  Tracked& track(OrganizationId organization) {
    auto& tracked = states_[organization.value];
    if (!tracked) {
      tracked = std::make_unique<Tracked>();
      tracked->state.organization = organization;
    }
    return *tracked;
  }

  boost::unordered_flat_map<Id128, std::unique_ptr<Tracked>, Id128Hash> states_;
  std::vector<Tracked*> changed_;
};

}  // namespace farthing::store::embedded
