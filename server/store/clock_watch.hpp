// SPDX-License-Identifier: Apache-2.0
// Tells the operator about a store's clock: a doubt, ledger time that is ahead of the clock, and
// smaller leaps and gaps that are believed.
#pragma once

#include "server/store/effective_clock.hpp"
#include "server/store/limitation.hpp"

namespace farthing::store {

// Keeps the clock up, and makes `limitations` say what is wrong with it. Must be called about once
// a second, by one thread. `cause` is shared for a database's clock.
void watch_clock(EffectiveClock& clock, Limitations& limitations, Cause cause);

}  // namespace farthing::store
