// SPDX-License-Identifier: Apache-2.0
// Checks what an entry does to the balance, as far as the entry itself says; for ledgers whose
// beginning is not at hand.
#pragma once

#include "verify/entry.hpp"
#include "verify/finding.hpp"

namespace farthing::verify {

struct Balance {
  Credits available;
  Credits held;
};

// Checks the balance of `entry`. `before` is the balance after the previous entry.
Check check_step(const Balance& before, const Entry& entry);

}  // namespace farthing::verify
