// SPDX-License-Identifier: Apache-2.0
// The SDK's options out of what R hands over. See `call_settings()` in R/api_client.R, which checks
// them and names the members.
#pragma once

#include <cpp11.hpp>

#include <farthing/options.hpp>

namespace farthing::r {

// All clients of this process share one transport, and with it the kept connections: there is no
// handle in R that could be saved, copied or lost.
sdk::Options client_options(SEXP settings);

// Stops the call when the user interrupts it.
sdk::CallOptions call_options(SEXP settings);

}  // namespace farthing::r
