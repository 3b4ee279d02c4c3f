// SPDX-License-Identifier: Apache-2.0
// Idempotency keys made at a given time; the public header makes those of the system clock.
#pragma once

#include <chrono>
#include <string>

#include <farthing/idempotency_key.hpp>

namespace farthing::sdk {

// Returns 26 characters of lower-case Crockford base32: 48 bits of milliseconds since 1970, then 80
// random bits fresh from the system, so that a forked child makes other keys than its parent.
std::string make_idempotency_key(std::chrono::system_clock::time_point now);

}  // namespace farthing::sdk
