// SPDX-License-Identifier: Apache-2.0
// Verifies the entries of a statement against its two signed ends: that they follow from one
// another, from the opening to the closing, that they are of the period, and that the balance after
// each follows from the one before. Not synchronised.
#pragma once

#include <cstdint>

#include "base/instant.hpp"
#include "verify/balance_step.hpp"
#include "verify/chain.hpp"
#include "verify/entry.hpp"
#include "verify/finding.hpp"

namespace farthing::verify {

struct StatementEnd {
  std::uint64_t seq = 0;
  Digest hash{};
  Balance balance;
};

// The period ends just before `to`.
struct StatementPeriod {
  OrganizationId organization;
  Instant from;
  Instant to;
};

class StatementVerifier {
 public:
  StatementVerifier(const StatementPeriod& period, const StatementEnd& opening,
                    const StatementEnd& closing);

  // Checks the next entry. Must not be called after a finding.
  Check next(const SealedEntry& sealed);
  // Checks the end, after the last entry.
  Check finish() const;

  // Returns the number that belongs to the place of the entry checked last: the place of a finding.
  std::uint64_t place() const { return place_; }

 private:
  const StatementPeriod period_;
  const StatementEnd closing_;
  Chain chain_;
  Balance balance_;
  std::uint64_t place_;
};

}  // namespace farthing::verify
