// SPDX-License-Identifier: Apache-2.0
// Turns a call's description into the request that goes out.
#pragma once

#include <string>

#include <farthing/failure.hpp>
#include <farthing/options.hpp>
#include <farthing/transport.hpp>

#include "sdk/cpp/src/session/pacer.hpp"
#include "sdk/cpp/src/session/session.hpp"
#include "sdk/cpp/src/session/settings.hpp"

namespace farthing::sdk {

struct PreparedRequest {
  HttpRequest http;
  std::string idempotency_key;  // empty when none is sent
};

// Fails with `usage` when the vendor's server would get a call that it does not have, when a call
// that needs an API key has none, or when the organization or the idempotency key is not allowed in
// a header. A POST or PATCH without an idempotency key gets one made now.
Result<PreparedRequest> make_request(const Settings& settings, const Call& call,
                                     const CallOptions& options, Pacer& pacer);

}  // namespace farthing::sdk
