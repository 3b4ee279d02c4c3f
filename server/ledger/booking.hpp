// SPDX-License-Identifier: Apache-2.0
// One decision while it is made: the entries of a movement are begun, completed and booked here,
// each on the state that the one before has left. What becomes spendable repays debts at once, as
// part of the same outcome. Only the rules of this folder use it.
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
  // Books what falls due by itself: the entries name nobody.
  Booking(OrganizationState& state, Instant at, Booked& booked)
      : state_(state), at_(at), booked_(booked) {}
  // Books what somebody asked for. The first entry takes `origin` over; those that follow name its
  // keys and nothing else.
  Booking(OrganizationState& state, Instant at, Booked& booked, Origin& origin)
      : state_(state), at_(at), booked_(booked), origin_(&origin) {
    follower_.api_key = origin.api_key;
    follower_.caller_key = origin.caller_key;
  }

  const OrganizationState& state() const { return state_; }
  Instant at() const { return at_; }

  // Begins an entry with the balance before it, to be completed and then booked: from here on
  // nothing may be refused. An entry that makes something has no subject yet. The reference is
  // valid until the entry is booked.
  Entry& begin(EntryKind kind, const Id128& subject, Credits amount);
  // Books the entry that was begun last, and the repayments that it makes possible.
  void book();
  // Books the entry that was begun last, and leaves repayments to the entry of the same outcome
  // that must follow.
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

// Appends to `parts` the spendable lots that pay `amount`, in burn order. They must have that much.
void take_in_burn_order(const OrganizationState& state, Credits amount,
                        std::vector<LotAmount>& parts);

}  // namespace farthing::ledger
