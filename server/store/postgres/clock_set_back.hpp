// SPDX-License-Identifier: Apache-2.0
// The same for a store on a database, by the database's clock.
#pragma once

#include <string>

#include "base/error.hpp"
#include "server/store/clock_set_back.hpp"

namespace farthing::store::postgres {

// Fails when the database cannot be reached, has not the tables of this version, or has other
// connections of servers, as far as it tells.
Result<ClockSetBack> set_clock_back(const std::string& conninfo, SetBackMode mode);

}  // namespace farthing::store::postgres
