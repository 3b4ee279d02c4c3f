// SPDX-License-Identifier: Apache-2.0
// Limits how often keys may be used, and how often an address may present what is no key. Both are
// counted by this node alone and forgotten when it ends. Bounded in memory whatever is sent; no
// lock, no allocation. Safe to call from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/instant.hpp"
#include "base/ip_network.hpp"
#include "server/directory/entities.hpp"
#include "server/service/id_table.hpp"
#include "server/service/rate_meter.hpp"

namespace farthing::service {

// The limits of a node; nothing: no limit.
struct RateLimits {
  // Of what holders of keys that have the scope `user` and no other ask themselves, unless the key
  // has a limit of its own.
  std::optional<directory::RateLimit> user_keys =
      directory::RateLimit{.requests = 150, .per_s = 10};
  // Of one address, or of one /64 network of IPv6.
  std::optional<directory::RateLimit> failures = directory::RateLimit{.requests = 100, .per_s = 60};

  static RateLimits none() { return {.user_keys = {}, .failures = {}}; }
};

// Reads a limit such as "150/10s"; returns nothing for anything else.
std::optional<directory::RateLimit> parse_rate_limit(std::string_view text);

// Returns a 429 that says when to come back.
Error rate_limit_exceeded(const RateVerdict& verdict, std::string message);

// Counts against the meter of the id, which gets one if it has none.
RateVerdict count_in(IdTable<RateMeter>& table, const Id128& id, const directory::RateLimit& limit,
                     std::chrono::nanoseconds now);

// Returns the time on a clock that never goes back, exact to some milliseconds.
std::chrono::nanoseconds coarse_now();
// Returns the time on the system's clock, as exact.
Instant coarse_wall_now();

// The one who uses a key. A service that verifies its caller's key asks on behalf of somebody who
// did not choose how often, so this counts only under a limit that was set for that very key.
enum class KeyUser : std::uint8_t { holder, service };

class RequestLimits {
 public:
  explicit RequestLimits(const RateLimits& limits);

  // Counts a use of a key; nothing when it is not limited.
  std::optional<RateVerdict> count_use(const directory::ApiKey& key, KeyUser user,
                                       std::chrono::nanoseconds now);
  // Counts something that was presented from there and is no key, or none that works.
  std::optional<RateVerdict> count_failure(const IpAddress& address, std::chrono::nanoseconds now);

 private:
  const RateLimits limits_;
  IdTable<RateMeter> keys_;
  IdTable<RateMeter> addresses_;
};

}  // namespace farthing::service
