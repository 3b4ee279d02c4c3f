// SPDX-License-Identifier: Apache-2.0
// Recomputes from the entries of one organization alone what they move: every lot, charge, hold and
// debt; finds what is wrong with an entry that does not fit them. It shares no code with the rules
// that made the entries. Form and order of the entries are checked elsewhere.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <vector>

#include "verify/charges.hpp"
#include "verify/entry.hpp"
#include "verify/finding.hpp"
#include "verify/holds.hpp"
#include "verify/lots.hpp"
#include "verify/spending.hpp"

namespace farthing::verify {

// The reason why a hold's rest goes back.
enum class ReleaseCause : std::uint8_t { request, capture, time };

class Movements {
 public:
  explicit Movements(Spool& spool) : lots_(spool), charges_(spool), holds_(spool) {}

  // Books `entry` and returns what is wrong with it. `cause` counts for a release only.
  Check move(const Entry& entry, ReleaseCause cause);

  // The event that falls due next: its instant, its kind and what it is about.
  struct NextDue {
    Instant at;
    Kind kind;
    Id128 id;
  };
  std::optional<NextDue> next_due() const;

  Nano available() const { return lots_.spendable() - owed_; }
  Nano held() const { return lots_.held(); }
  Nano spendable() const { return lots_.spendable(); }
  Nano owed() const { return owed_; }
  Credits limit() const { return limit_; }
  const Things<Lot>::Live& live_lots() const { return lots_.live(); }
  // Return the lots that have something left, as Lots does.
  std::vector<Id128> lots_in_burn_order() const { return lots_.in_burn_order(); }
  std::vector<Id128> lots_in_activation_order() const { return lots_.in_activation_order(); }
  const Things<Charge>::Live& owing_charges() const { return charges_.live(); }
  const Things<Hold>::Live& open_holds() const { return holds_.live(); }
  const Spending& spending() const { return spending_; }
  // Returns how many things an entry has changed since they were made.
  std::size_t changed() const { return lots_.changed() + charges_.changed() + holds_.changed(); }
  // Return nothing when the entries made no such thing.
  std::optional<Lot> look_up_lot(const Id128& id) const { return lots_.look_up(id); }
  std::optional<Charge> look_up_charge(const Id128& id) const { return charges_.look_up(id); }
  std::optional<Hold> look_up_hold(const Id128& id) const { return holds_.look_up(id); }

 private:
  Check move_by_kind(const Entry& entry, ReleaseCause cause);
  Check grant(const Entry& entry);
  Check activate(const Entry& entry);
  Check expire(const Entry& entry);
  Check take_back(const Entry& entry);
  Check charge(const Entry& entry);
  Check hold(const Entry& entry);
  Check extend(const Entry& entry);
  Check capture(const Entry& entry);
  Check release(const Entry& entry, ReleaseCause cause);
  Check refund(const Entry& entry);
  Check repay(const Entry& entry);

  Check spend(std::span<const Part> parts);
  Check take_from_hold(Hold& hold, std::span<const Part> parts, std::size_t& taken);
  Check give_back(const Part& part, Instant at);
  Check make_charge(const Entry& entry, Nano paid);
  void end_hold_if_empty(const Id128& id, Hold& hold);

  Lots lots_;
  Things<Charge> charges_;
  Things<Hold> holds_;
  std::set<Due> hold_ends_;  // of open holds
  Spending spending_;
  Nano owed_ = 0;
  Credits limit_;
};

}  // namespace farthing::verify
