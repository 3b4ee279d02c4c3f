// SPDX-License-Identifier: Apache-2.0
// What an entry does to the balance, as far as it says so itself: for ledgers of which the
// beginning is not there.
#pragma once

#include "verify/entry.hpp"
#include "verify/finding.hpp"

namespace farthing::verify {

struct Balance {
  Credits available;
  Credits held;
};

// `before` is the balance after the entry before.
Check check_step(const Balance& before, const Entry& entry);

}  // namespace farthing::verify
