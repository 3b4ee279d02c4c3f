// SPDX-License-Identifier: Apache-2.0
// Handles the user's interrupt (Ctrl-C) during a call. R would leave the call by a jump over its
// C++ frames; instead the call is told to stop and returns, and only then may R jump.
#pragma once

namespace farthing::r {

// Returns whether R has an interrupt to deliver. Cheap, delivers nothing, never throws.
bool is_interrupted() noexcept;

// Lets R deliver the interrupt: does not return when there is one, except where R code has
// suspended interrupts. Called at the end of a call, when nothing is left to be undone by hand.
void deliver_interrupt();

}  // namespace farthing::r
