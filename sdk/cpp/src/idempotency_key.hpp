// SPDX-License-Identifier: Apache-2.0
// Idempotency keys for requests whose caller gave none.
#pragma once

#include <chrono>
#include <string>

namespace farthing::sdk {

// 26 characters of lower-case Crockford base32: 48 bits of milliseconds since 1970, then 80 random
// bits fresh from the system, so that a forked child makes other keys than its parent. Keys made
// later sort later (but for those of one millisecond), which keeps them together in a store's
// index.
std::string make_idempotency_key(std::chrono::system_clock::time_point now);

}  // namespace farthing::sdk
