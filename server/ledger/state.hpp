// SPDX-License-Identifier: Apache-2.0
// The state of an organization, which decides its next entry: its live lots, open holds and debts,
// the balance and the end of its chain. What has ended is not here; commands about it come with
// records (record.hpp). A plain value: no clock, no I/O, no threads.
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

// The part of a lot that open holds have. The lot itself may be spent, ended or voided meanwhile.
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

// The instant at which a spendable lot ends or a hold runs out.
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
  // By callers' keys: what open holds have, and what was spent on the UTC day of the last entry, as
  // far as entries after `spending_after` moved it. This is one part; spending_record.hpp has the
  // other. A state of an earlier version has all days until the first entry of the next one.
  std::map<Id128, KeySpending> spending = {};
  std::uint64_t spending_after = 0;
};

// Returns all that a caller's key has spent and holds at `at`, which must not be before the last
// entry; a hold that has run out by then holds nothing. `before` is the key's record as of the
// state.
KeySpending spending_of(const OrganizationState& state, const SpendingRecord& before,
                        ApiKeyId caller_key, Instant at);

// Returns what can be spent without making debt.
Credits spendable_credits(const OrganizationState& state);

// Finds the lot of a grant among the spendable ones, or returns the end. Quick with the terms;
// without them it is quick for lots that are spent soon, as one that ends usually is.
std::vector<Lot>::const_iterator find_spendable(const OrganizationState& state, const Id128& grant,
                                                const GrantTerms& terms);
std::vector<Lot>::const_iterator find_spendable(const OrganizationState& state, const Id128& grant);
// Finds the lot of a grant among those to come, or returns the end.
std::vector<Lot>::const_iterator find_coming(const OrganizationState& state, const Id128& grant,
                                             const GrantTerms& terms);

// An organization may have so many of each, so that no command costs more than it should. Refunds
// may bring lots back beyond that.
inline constexpr std::size_t kMaxLiveLots = 10'000;
inline constexpr std::size_t kMaxOpenHolds = 100'000;
inline constexpr std::size_t kMaxDebts = 10'000;

// Counts the lots of which something is left or held. Below kMaxLiveLots a lot that has both may
// count twice.
std::size_t count_live_lots(const OrganizationState& state);

// Compares by burn order: lower priority, then what ends first (never is last), then what became
// effective first, then the grant's id.
bool burns_before(const Lot& a, const Lot& b);

// Stored: docs/reference/formats.md.
void append_encoded(const OrganizationState& state, std::string& out);
std::optional<OrganizationState> decode_state(std::string_view bytes);

}  // namespace farthing::ledger
