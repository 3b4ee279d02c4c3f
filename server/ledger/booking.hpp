// SPDX-License-Identifier: Apache-2.0
// One decision while it is made: the entries of a movement are begun, completed and booked here,
// each on the state that the one before has left. What becomes spendable repays debts at once, as
// part of the same outcome. For the rules of this folder only.
#pragma once

#include <vector>

#include "base/credits.hpp"
#include "base/instant.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/state.hpp"

namespace farthing::ledger {

class Booking {
 public:
  // `origin` goes to the first entry; those that follow name who it was and nothing else.
  Booking(OrganizationState& state, Instant at, Origin&& origin, Booked& booked)
      : state_(state), at_(at), origin_(std::move(origin)), booked_(booked) {}

  const OrganizationState& state() const { return state_; }
  Instant at() const { return at_; }

  // An entry with the balance of before. What makes something has no subject yet.
  Entry begin(EntryKind kind, const Id128& subject, Credits amount);
  // Books what was begun last, and what it repays.
  void book(Entry&& entry);
  // The same for an entry that is followed by another one of the same outcome.
  void book_continued(Entry&& entry);

 private:
  Origin take_origin();
  void append(Entry&& entry);
  void repay_debts();
  bool repays(const Entry& entry) const;

  OrganizationState& state_;
  const Instant at_;
  Origin origin_;
  Booked& booked_;
};

// The spendable lots that pay `amount`, which they have, in burn order.
void take_in_burn_order(const OrganizationState& state, Credits amount,
                        std::vector<LotAmount>& parts);

}  // namespace farthing::ledger
