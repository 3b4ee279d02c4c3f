// SPDX-License-Identifier: Apache-2.0
// The idempotency keys that the SDK makes for requests whose caller gave none.
#pragma once

#include <string>

#include <farthing/export.hpp>

namespace farthing::sdk {

// Returns 26 characters, different each time, also in a forked child. Keys made later sort later
// (except within one millisecond), which keeps them together in the server's store. Safe from any
// thread.
FARTHING_API std::string make_idempotency_key();

}  // namespace farthing::sdk
