// SPDX-License-Identifier: Apache-2.0
// The user's interrupt (Ctrl-C) during a call. R would leave the call by a jump over its C++
// frames; so the call is told to stop, comes back, and only then R is let go.
#pragma once

namespace farthing::r {

// Whether R has an interrupt to deliver. Cheap, delivers nothing, never throws.
bool is_interrupted() noexcept;

// Lets R deliver it: does not come back when there is one, except where R code has suspended
// interrupts. For the end of a call, when nothing is left to be undone by hand.
void deliver_interrupt();

}  // namespace farthing::r
