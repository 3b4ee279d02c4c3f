// SPDX-License-Identifier: Apache-2.0
// The numbers of things that a verification has checked.
#pragma once

#include <cstdint>

#include "verify/entry.hpp"

namespace farthing::verify {

struct Counts {
  std::uint64_t organizations = 0;
  std::uint64_t entries = 0;
  std::uint64_t idempotency_keys = 0;
  std::uint64_t grants = 0;
  std::uint64_t charges = 0;  // captures included
  std::uint64_t holds = 0;
  std::uint64_t refunds = 0;

  void count(const Entry& entry) {
    ++entries;
    if (!entry.idempotency_key.empty()) ++idempotency_keys;
    if (entry.kind == Kind::grant) ++grants;
    if (entry.kind == Kind::charge || entry.kind == Kind::capture) ++charges;
    if (entry.kind == Kind::hold) ++holds;
    if (entry.kind == Kind::refund) ++refunds;
  }
};

}  // namespace farthing::verify
