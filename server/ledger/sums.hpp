// SPDX-License-Identifier: Apache-2.0
// Sums that the rules have made sure of: what would not fit was refused before.
#pragma once

#include "base/check.hpp"
#include "base/credits.hpp"

namespace farthing::ledger {

inline Credits plus(Credits a, Credits b) {
  const auto sum = a.plus(b);
  CHECK(sum);
  return *sum;
}

inline Credits minus(Credits a, Credits b) {
  const auto difference = a.minus(b);
  CHECK(difference);
  return *difference;
}

}  // namespace farthing::ledger
