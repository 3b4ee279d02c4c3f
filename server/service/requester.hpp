// SPDX-License-Identifier: Apache-2.0
// Who asks for a change, and under which idempotency key.
#pragma once

#include <string>

#include "base/id.hpp"

namespace farthing::service {

struct Requester {
  ApiKeyId api_key;
  std::string idempotency_key;  // empty: none
};

}  // namespace farthing::service
