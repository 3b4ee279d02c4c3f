// SPDX-License-Identifier: Apache-2.0
#include "interrupt.hpp"

#include <cpp11.hpp>

#include <R_ext/GraphicsEngine.h>  // where R declares the two flags

namespace farthing::r {

bool is_interrupted() noexcept { return R_interrupts_pending != 0 && !R_interrupts_suspended; }

// The jump leaves as an exception, which cpp11 turns back into R's jump outside of all C++ frames.
void deliver_interrupt() { cpp11::check_user_interrupt(); }

}  // namespace farthing::r
