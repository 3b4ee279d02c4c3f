// SPDX-License-Identifier: Apache-2.0
// Tells the operator what has become of a store's clock: a doubt, ledger time that is ahead of the
// clock, and smaller leaps and gaps that are believed.
#pragma once

#include "server/store/effective_clock.hpp"
#include "server/store/limitation.hpp"

namespace farthing::store {

// Keeps the clock up, and `limitations` as the clock is. To be called about once a second, by one
// thread. A shared cause is a database's clock.
void watch_clock(EffectiveClock& clock, Limitations& limitations, Cause cause);

}  // namespace farthing::store
