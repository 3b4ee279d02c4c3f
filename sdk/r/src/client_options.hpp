// SPDX-License-Identifier: Apache-2.0
// Makes the SDK's options from what R hands over. `call_settings()` in R/api_client.R checks them
// and names the members.
#pragma once

#include <cpp11.hpp>

#include <farthing/options.hpp>

namespace farthing::r {

// Returns the client's options. All clients of this process share one transport and its kept
// connections: R has no handle that could be saved, copied or lost.
sdk::Options client_options(SEXP settings);

// Returns the options of a call that stops when the user interrupts it.
sdk::CallOptions call_options(SEXP settings);

}  // namespace farthing::r
