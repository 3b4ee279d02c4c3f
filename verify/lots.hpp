// SPDX-License-Identifier: Apache-2.0
// The lots of one organization, recomputed: what is left, held, spent and ended of each, the order
// in which they burn, and those that fall due next.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "verify/entry.hpp"
#include "verify/finding.hpp"
#include "verify/things.hpp"

namespace farthing::verify {

struct Lot {
  static constexpr char kTag = 'g';

  Terms terms;
  std::int64_t remaining = 0;
  std::int64_t held = 0;
  std::int64_t spent = 0;  // by charges and not refunded
  std::int64_t ended = 0;  // expired, voided, or gone back to a lot that had ended
  bool is_open = false;    // became spendable
  bool is_voided = false;
  Changes changes = {};

  bool is_live() const { return remaining != 0 || held != 0; }
  bool has_ended_at(Instant at) const { return is_voided || terms.has_expired_at(at); }

  void append_to(std::string& out) const;
  static Lot read(ByteReader& in);
};

// The instant at which a lot falls due, and the lot.
using Due = std::pair<Instant, Id128>;

class Lots {
 public:
  explicit Lots(Spool& spool) : things_(spool) {}

  Lot& make(const Id128& id, const Terms& terms, Instant at);
  Lot* find(const Id128& id) { return things_.find(id); }
  void make_spendable(const Id128& id, Lot& lot);
  // Makes the lot void, by the entry with the number `seq`.
  void make_void(const Id128& id, std::uint64_t seq);
  // Changes what is left of `lot`, which is the one of `id`.
  void change_remaining(const Id128& id, Lot& lot, std::int64_t by);
  void change_held(Lot& lot, std::int64_t by);

  // Returns the spendable lot that burns first; null when there is none.
  const Id128* first_to_burn() const;
  // Return null when nothing is to come or to end.
  const Due* next_activation() const;
  const Due* next_expiry() const;
  Nano spendable() const { return spendable_; }
  Nano held() const { return held_; }
  // Return the lots that have something left: the spendable ones in the order in which they burn,
  // the others in the order in which they become spendable.
  std::vector<Id128> in_burn_order() const;
  std::vector<Id128> in_activation_order() const;

  // Checks, after each entry, that the lots that it was about add up.
  Check settle(const Entry& entry);

  std::optional<Lot> look_up(const Id128& id) const { return things_.look_up(id); }
  const Things<Lot>::Live& live() const { return things_.live(); }
  std::size_t changed() const { return things_.changed(); }

 private:
  // The burn order: lower priority, then the earlier end, then the earlier start, then the id.
  using Rank = std::tuple<std::int32_t, bool, Instant, Instant, Id128>;
  static Rank rank_of(const Id128& id, const Lot& lot);
  void count(const Id128& id, const Lot& lot, int sign);

  Things<Lot> things_;
  // The three sets hold lots that have something left.
  std::set<Rank> burn_order_;
  std::set<Due> activations_;
  std::set<Due> expiries_;
  Nano spendable_ = 0;
  Nano held_ = 0;
};

}  // namespace farthing::verify
