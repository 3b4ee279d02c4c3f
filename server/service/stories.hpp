// SPDX-License-Identifier: Apache-2.0
// Charges and holds with their whole story: the entry that made one, which never changes, how it
// stands, and the entries that have changed it since. The work is bounded, however long the ledger
// is. Safe to call from any thread.
#pragma once

#include <vector>

#include "base/credits.hpp"
#include "base/id.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/hold_status.hpp"
#include "server/ledger/record.hpp"
#include "server/ledger/state.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

struct ChargeStory {
  ledger::Entry entry;                 // of a charge or a capture
  ledger::ChargeRecord record;         // as it stands
  std::vector<ledger::Entry> changes;  // refunds and repayments of what it owed, in order
  bool has_more = false;               // there were more changes than are told
};

struct HoldStory {
  ledger::Entry entry;
  ledger::HoldStatus status;           // as it stands
  std::vector<ledger::Entry> changes;  // extensions, captures and the release, in order
  bool has_more = false;
  ledger::Balance balance;  // of the organization, at the time of reading
};

struct ChargeExplanation;  // charge_explanation.hpp

// Everything is as of some moment between the call and its answer; what is not there is
// `not_found`.
class Stories {
 public:
  // `store` must outlive this and every pending answer.
  explicit Stories(store::Store& store) : store_(store) {}

  void read_charge(ChargeId id, Reply<ChargeStory> reply) const;
  void read_hold(HoldId id, Reply<HoldStory> reply) const;
  // Tells the charge's story by the grants that paid.
  void explain_charge(ChargeId id, Reply<ChargeExplanation> reply) const;

 private:
  store::Store& store_;
};

}  // namespace farthing::service
