// SPDX-License-Identifier: Apache-2.0
// Plays the scripts of a round against a store: one thread for each, all at once. A single script
// runs on the caller's thread, so that it is played the same way each time.
#pragma once

#include "base/clock.hpp"
#include "selftest/round.hpp"
#include "selftest/subject.hpp"

namespace farthing::selftest {

// Returns when every step of the round has its answers. If the round has a last step, the store is
// then another one.
void play(Round& round, Subject& subject, ManualClock& clock);

}  // namespace farthing::selftest
