// SPDX-License-Identifier: Apache-2.0
// Verifies the ledger of one organization from its first entry on: the chain, the form of each
// entry, the order of outcomes and of what falls due, every lot, charge, hold and debt, and the
// balance after each entry. Memory is bounded by what is live (lots with something left, open
// holds, debts); the rest is in the spool. Not synchronised.
#pragma once

#include <optional>

#include "verify/chain.hpp"
#include "verify/entry.hpp"
#include "verify/finding.hpp"
#include "verify/movements.hpp"
#include "verify/spool.hpp"

namespace farthing::verify {

class LedgerVerifier {
 public:
  // Empties `spool`, which belongs to this verifier as long as it lives.
  LedgerVerifier(OrganizationId organization, Spool& spool);

  // Checks `sealed`, which must be the next entry. Must not be called after a finding.
  Check next(const SealedEntry& sealed);
  // Checks, after the last entry, that nothing is left open.
  Check finish() const;

  // Returns the number that belongs to the place of the entry checked last: the place of a finding.
  std::uint64_t place() const { return place_; }
  const Chain& chain() const { return chain_; }
  // Returns what follows from the entries so far.
  const Movements& movements() const { return movements_; }

 private:
  // The outcome that is being read.
  struct Outcome {
    bool is_open = false;  // the last entry said that another one follows
    Kind last_kind = Kind::grant;
    std::optional<Id128> last_parent;
    Instant at;
    std::optional<Id128> api_key;
    std::optional<Id128> caller_key;
  };

  Check check_first(const Entry& entry) const;
  Check check_follower(const Entry& entry) const;
  Check check_due(const Entry& entry, bool is_due) const;
  Check check_balance(const Entry& entry) const;
  ReleaseCause cause_of(const Entry& entry) const;

  std::uint64_t place_ = 0;
  Chain chain_;
  Movements movements_;
  Outcome outcome_;
};

}  // namespace farthing::verify
