// SPDX-License-Identifier: Apache-2.0
// The working state that the committer decides upon: the directory and the organizations' states as
// they will be when all that is decided is synced, and which organization falls due next. Used by
// the committer's thread only.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/directory/directory.hpp"
#include "server/ledger/state.hpp"
#include "server/store/embedded/memory/published_ledger.hpp"

namespace farthing::store::embedded {

class WorkingLedger {
 public:
  struct Organization {
    ledger::OrganizationState state;
    PublishedLedger* published = nullptr;  // null until the organization is synced
    std::optional<Instant> scheduled_for;  // as it stands in the schedule
    bool is_disabled = false;

    PublishedBalance balance() const { return {state.balance, state.next_due_at}; }
  };

  const directory::Directory& directory() const { return directory_; }
  // Applies a record of the directory. A new organization gets an empty state.
  void apply(const directory::DirectoryRecord& record);
  // Takes in a receipt from before the start, unless there is a later one.
  void know(directory::DirectoryReceipt receipt);
  // Replaces an organization's state; the organization must be in the directory.
  void load(ledger::OrganizationState state);

  // Returns null when there is no such organization. Pointers stay valid.
  Organization* find(OrganizationId organization);
  // Puts the organization in its new place in the schedule. Must be called when its state has
  // changed.
  void reschedule(Organization& organization);
  // Returns when the next organization falls due, if any does.
  std::optional<Instant> next_due_at() const;
  // Returns the organization that falls due first. There must be one.
  Organization& first_due() { return *schedule_.begin()->second; }

  template <class Visit>
  void for_each(Visit visit) {
    for (auto& [id, organization] : organizations_) visit(*organization);
  }

 private:
  directory::Directory directory_;
  boost::unordered_flat_map<Id128, std::unique_ptr<Organization>, Id128Hash> organizations_;
  std::set<std::pair<Instant, Organization*>> schedule_;
};

}  // namespace farthing::store::embedded
