// SPDX-License-Identifier: Apache-2.0
// What decides the next entry of an organization: its live lots, open holds and debts, the balance
// and the end of its chain. What has ended is not here; commands about it come with records
// (record.hpp). A plain value: no clock, no I/O, no threads.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/credits.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"
#include "server/ledger/grant_terms.hpp"
#include "server/ledger/hold_status.hpp"
#include "server/ledger/spending.hpp"
#include "server/ledger/spending_record.hpp"

namespace farthing::ledger {

// A grant of which something is left that is not held.
struct Lot {
  Id128 grant;
  GrantTerms terms;
  Credits remaining;
};

// What open holds have of a lot. The lot itself may be spent, ended or voided meanwhile.
struct HeldLot {
  GrantTerms terms;
  Credits held;
  bool is_voided = false;

  bool has_ended_at(Instant at) const {
    return is_voided || (terms.expires_at && *terms.expires_at <= at);
  }
};

// An open hold.
struct Hold {
  HoldStatus status;
  std::vector<LotAmount> lots;  // what it still has, in the order in which captures take it
  std::optional<ApiKeyId> caller_key = {};  // that it was placed for
};

struct Balance {
  Credits available;  // what spendable lots have left, less what is owed
  Credits held;

  friend bool operator==(const Balance&, const Balance&) = default;
};

// When a spendable lot ends or a hold runs out.
struct Expiry {
  Instant at;
  Id128 id;

  friend auto operator<=>(const Expiry&, const Expiry&) = default;
};

// What is next in each vector stands at its end, where taking it away costs nothing. Maps are in
// the order of ids, which is the order in which things were made. Whenever something is owed,
// nothing is spendable: it would have repaid.
struct OrganizationState {
  OrganizationId organization;
  std::uint64_t last_seq = 0;  // 0: no entry yet
  Digest last_hash{};
  Instant last_at;
  Balance balance;
  Credits overdraft_limit;
  Credits debt;                        // the sum of `debts`
  std::vector<Lot> spendable;          // in reverse burn order
  std::vector<Lot> coming;             // by (effective_at, grant), the latest first
  std::vector<Expiry> expiries;        // of `spendable`, the latest first
  std::map<Id128, HeldLot> held_lots;  // by grant
  std::map<Id128, Hold> holds;
  std::set<Expiry> hold_expiries;
  std::map<Id128, Credits> debts;      // by charge, so the oldest first
  std::optional<Instant> next_due_at;  // when the next of all these falls due
  // By callers' keys, of what entries after `spending_after` have moved for each: what open holds
  // have, and what was spent on the UTC day of the last entry, a part (spending_record.hpp has the
  // other). A state of an earlier version has all days until the first entry of the next one.
  std::map<Id128, KeySpending> spending = {};
  std::uint64_t spending_after = 0;
};

// All that a caller's key has spent and holds at `at`, which is not before the last entry, holds
// that have run out by then counted as such. `before` is the key's record as of the state.
KeySpending spending_of(const OrganizationState& state, const SpendingRecord& before,
                        ApiKeyId caller_key, Instant at);

// What can be spent without making debt.
Credits spendable_credits(const OrganizationState& state);

// The lot of a grant among the spendable ones, or the end. Quick with the terms, without them for
// lots that are spent soon; what ends usually is.
std::vector<Lot>::const_iterator find_spendable(const OrganizationState& state, const Id128& grant,
                                                const GrantTerms& terms);
std::vector<Lot>::const_iterator find_spendable(const OrganizationState& state, const Id128& grant);
// Among those to come.
std::vector<Lot>::const_iterator find_coming(const OrganizationState& state, const Id128& grant,
                                             const GrantTerms& terms);

// How many of each an organization may have, so that no command costs more than it should. Refunds
// may bring lots back beyond it.
inline constexpr std::size_t kMaxLiveLots = 10'000;
inline constexpr std::size_t kMaxOpenHolds = 100'000;
inline constexpr std::size_t kMaxDebts = 10'000;

// Lots of which something is left or held.
std::size_t count_live_lots(const OrganizationState& state);

// The burn order: lower priority, then what ends first (never is last), then what became effective
// first, then the grant's id.
bool burns_before(const Lot& a, const Lot& b);

// Stored: docs/reference/formats.md.
void append_encoded(const OrganizationState& state, std::string& out);
std::optional<OrganizationState> decode_state(std::string_view bytes);

}  // namespace farthing::ledger
