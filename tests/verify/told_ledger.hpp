// SPDX-License-Identifier: Apache-2.0
// A ledger that has an entry of every kind, as the verifier sees entries, and ways to falsify it
// and to seal it again as if it had been made so.
#pragma once

#include <vector>

#include "verify/entry.hpp"

namespace farthing::verify::testing {

// Of the organization of `model::Story`.
std::vector<SealedEntry> told_ledger();

// Numbers and chains the entries anew, so that only what they say can be wrong.
void seal_again(std::vector<SealedEntry>& entries);

}  // namespace farthing::verify::testing
