// SPDX-License-Identifier: Apache-2.0
// Has the verifier of `farthing store verify` look at an organization's entries from the first to
// the last.
#pragma once

#include <string>
#include <vector>

#include "server/ledger/entry.hpp"

namespace farthing::store::testing {

// What is wrong with them, or nothing.
std::string audit(const std::vector<ledger::Entry>& entries);

}  // namespace farthing::store::testing
