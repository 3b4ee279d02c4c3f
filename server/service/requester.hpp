// SPDX-License-Identifier: Apache-2.0
// Says who asks for a change, and under which idempotency key.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/id.hpp"
#include "server/directory/audit_record.hpp"

namespace farthing::service {

struct Requester {
  ApiKeyId api_key;
  std::string idempotency_key;  // empty: none
  // How many live API keys a user may have to whom it gives one; nothing: no bound.
  std::optional<std::uint32_t> max_live_keys = {};
  // From where it asks and what it was let in with; null: not known. What the audit log tells of is
  // decided by that. Shared, so that the many requests that it does not tell of carry no more than
  // a pointer.
  std::shared_ptr<const directory::ActOrigin> act = {};
};

inline directory::ActOrigin act_origin_of(const Requester& requester) {
  return requester.act ? *requester.act : directory::ActOrigin();
}

}  // namespace farthing::service
