// SPDX-License-Identifier: Apache-2.0
// What decides the next entry of an organization: its live lots, the balance and the end of its
// chain. A plain value: no clock, no I/O, no threads.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/credits.hpp"
#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "server/ledger/grant_terms.hpp"

namespace farthing::ledger {

// A grant of which something is left.
struct Lot {
  Id128 grant;
  GrantTerms terms;
  Credits remaining;
};

struct Balance {
  Credits available;  // spendable now
  Credits held;

  friend bool operator==(const Balance&, const Balance&) = default;
};

// When a spendable lot ends.
struct Expiry {
  Instant at;
  Id128 grant;

  friend auto operator<=>(const Expiry&, const Expiry&) = default;
};

// What is next in each list stands at its end, where taking it away costs nothing.
struct OrganizationState {
  OrganizationId organization;
  std::uint64_t last_seq = 0;  // 0: no entry yet
  Digest last_hash{};
  Instant last_at;
  Balance balance;
  std::vector<Lot> spendable;          // in reverse burn order
  std::vector<Lot> coming;             // by (effective_at, grant), the latest first
  std::vector<Expiry> expiries;        // of `spendable`, the latest first
  std::optional<Instant> next_due_at;  // when the next lot becomes spendable or ends
};

// The spendable lot of a grant, or the end. Quick for lots that are spent soon; what ends usually
// is.
std::vector<Lot>::const_iterator find_spendable(const OrganizationState& state, const Id128& grant);

// How many live lots an organization may have, so that no command costs more than it should.
inline constexpr std::size_t kMaxLiveLots = 10'000;

// The burn order: lower priority, then what ends first (never is last), then what became effective
// first, then the grant's id.
bool burns_before(const Lot& a, const Lot& b);

// Stored: docs/reference/formats.md.
void append_encoded(const OrganizationState& state, std::string& out);
std::optional<OrganizationState> decode_state(std::string_view bytes);

}  // namespace farthing::ledger
