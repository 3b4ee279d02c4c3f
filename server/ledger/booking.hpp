// SPDX-License-Identifier: Apache-2.0
// One decision while it is made: the entries of a movement are begun, completed and booked here,
// each on the state that the one before has left. What becomes spendable repays debts at once, as
// part of the same outcome. For the rules of this folder only.
#pragma once

#include <optional>
#include <vector>

#include "base/credits.hpp"
#include "base/instant.hpp"
#include "server/ledger/booked.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/state.hpp"

namespace farthing::ledger {

class Booking {
 public:
  // What falls due by itself.
  Booking(OrganizationState& state, Instant at, Booked& booked)
      : state_(state), at_(at), booked_(booked) {}
  // The first entry takes `origin` over; those that follow name who it was and nothing else.
  Booking(OrganizationState& state, Instant at, Booked& booked, Origin& origin)
      : state_(state), at_(at), booked_(booked), origin_(&origin) {
    follower_.api_key = origin.api_key;
    follower_.caller_key = origin.caller_key;
  }

  const OrganizationState& state() const { return state_; }
  Instant at() const { return at_; }

  // A new entry with the balance of before, to be completed and then booked: nothing may be refused
  // any more. What makes something has no subject yet. Valid until it is booked.
  Entry& begin(EntryKind kind, const Id128& subject, Credits amount);
  // Books what was begun last, and what it repays.
  void book();
  // The same for an entry that is followed by another one of the same outcome.
  void book_continued();

 private:
  struct Follower {
    std::optional<ApiKeyId> api_key;
    std::optional<ApiKeyId> caller_key;
  };

  Entry& last() { return booked_.entries().back(); }
  void append();
  void repay_debts();
  bool repays(const Entry& entry) const;

  OrganizationState& state_;
  const Instant at_;
  Booked& booked_;
  Origin* origin_ = nullptr;  // until the first entry has it
  Follower follower_;
};

// The spendable lots that pay `amount`, which they have, in burn order.
void take_in_burn_order(const OrganizationState& state, Credits amount,
                        std::vector<LotAmount>& parts);

}  // namespace farthing::ledger
