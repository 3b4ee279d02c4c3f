// SPDX-License-Identifier: Apache-2.0
// The chain of an organization's entries: numbers without gaps, time that does not go back, and
// hashes of which each follows from the one before and the bytes of its entry.
#pragma once

#include <cstdint>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "verify/entry.hpp"
#include "verify/finding.hpp"

namespace farthing::verify {

class Chain {
 public:
  // Starts before the first entry.
  explicit Chain(OrganizationId organization) : organization_(organization) {}
  // Starts behind the entry with that number, hash and instant.
  Chain(OrganizationId organization, std::uint64_t seq, const Digest& hash, Instant at)
      : organization_(organization), seq_(seq), hash_(hash), at_(at) {}

  // Checks `sealed`, which must be the next entry. Must not be called after a finding.
  Check next(const SealedEntry& sealed);

  OrganizationId organization() const { return organization_; }
  std::uint64_t seq() const { return seq_; }  // of the last entry
  const Digest& hash() const { return hash_; }
  Instant at() const { return at_; }

 private:
  OrganizationId organization_;
  std::uint64_t seq_ = 0;
  Digest hash_{};
  Instant at_;
};

}  // namespace farthing::verify
