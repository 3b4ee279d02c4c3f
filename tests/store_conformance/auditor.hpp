// SPDX-License-Identifier: Apache-2.0
// Checks an organization's entries from the first to the last without the rules that made them:
// numbers, times, the hash chain, every lot, the burn order and the balance after each entry.
#pragma once

#include <string>
#include <vector>

#include "server/ledger/entry.hpp"

namespace farthing::store::testing {

// What is wrong with them, or nothing.
std::string audit(const std::vector<ledger::Entry>& entries);

}  // namespace farthing::store::testing
