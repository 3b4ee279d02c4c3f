// SPDX-License-Identifier: Apache-2.0
// Limits what one user may do to the directory: so many acts, which are what the audit log tells
// of, and so many live API keys. An admin is not bound by it. Acts are counted by this node alone
// and forgotten when it ends; keys are counted by the store. Safe to call from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "server/service/id_table.hpp"
#include "server/service/rate_meter.hpp"
#include "server/store/store.hpp"

namespace farthing::service {

struct UserLimits {
  std::optional<directory::RateLimit> acts = directory::RateLimit{.requests = 60, .per_s = 60};
  std::uint32_t live_keys = 100;

  // Returns how many live keys the principal may give to one user; nothing: no bound.
  std::optional<std::uint32_t> live_keys_for(const directory::Principal& principal) const;
};

class UserActs {
 public:
  explicit UserActs(const UserLimits& limits);

  // Counts an act that the principal asks for, together with those of the user's other keys;
  // nothing when it is not limited.
  std::optional<RateVerdict> count(const directory::Principal& principal,
                                   std::chrono::nanoseconds now);

 private:
  const std::optional<directory::RateLimit> limit_;
  IdTable<RateMeter> users_;
};

}  // namespace farthing::service
