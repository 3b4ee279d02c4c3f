// SPDX-License-Identifier: Apache-2.0
// Sets back the ledger time of a store on a database, by the database's clock
// (server/store/clock_set_back.hpp).
#pragma once

#include <string>

#include "base/error.hpp"
#include "server/store/clock_set_back.hpp"

namespace farthing::store::postgres {

// Fails when the database cannot be reached, lacks the tables of this version, or shows other
// connections of servers.
Result<ClockSetBack> set_clock_back(const std::string& conninfo, SetBackMode mode);

}  // namespace farthing::store::postgres
