// SPDX-License-Identifier: Apache-2.0
// Decides whether a known key may be used now: from where its holder is, and as often. Every use
// comes here, that of a caller whose key a service presents as well; therefore uses are noted and
// refusals are counted here too. Safe to call from any thread.
#pragma once

#include <optional>

#include "base/error.hpp"
#include "base/ip_network.hpp"
#include "server/directory/entities.hpp"
#include "server/directory/refusals.hpp"
#include "server/service/key_uses.hpp"
#include "server/service/refusal_counts.hpp"
#include "server/service/request_limits.hpp"

namespace farthing::service {

class Admission {
 public:
  explicit Admission(const RateLimits& limits) : limits_(limits) {}

  struct Verdict {
    std::optional<Error> refusal;
    std::optional<RateVerdict> rate;  // of a key that is limited, if its address is right
  };
  // Refuses (`permission_denied`) a key that may not be used from the address, and
  // (`rate_limit_exceeded`) one that was used too often. `find_address`, a function that gives an
  // address or nothing, is called only where one is needed: it costs.
  template <class FindAddress>
  Verdict admit(const directory::ApiKey& key, KeyUser user, FindAddress find_address) {
    if (auto refusal = check_address(key, find_address)) {
      refusals_.note(Refusal::wrong_network, find_address(), key.id);
      return {.refusal = *std::move(refusal), .rate = {}};
    }
    Verdict verdict = count(key, user);
    if (verdict.refusal) refusals_.note(Refusal::rate_limit, find_address(), key.id);
    return verdict;
  }
  // Checks the address alone; counts nothing.
  template <class FindAddress>
  static std::optional<Error> check_address(const directory::ApiKey& key,
                                            FindAddress find_address) {
    if (key.allowed_networks.empty()) return {};
    const std::optional<IpAddress> address = find_address();
    if (address && key.may_be_used_from(*address)) return {};
    return directory::wrong_address();
  }

  // Returns the refusal of something that was presented and is no key, or none that works: `error`
  // as it is, or 429 when there was too much of it from that address. Keys that work are not
  // hindered by that.
  Error refuse(Error error, const IpAddress& address);

  // Counts a caller's key that a service presented and that is none, or none that works.
  void note_wrong_key(const std::optional<IpAddress>& address) {
    refusals_.note(Refusal::wrong_key, address);
  }

  KeyUses& uses() { return uses_; }
  // Returns the counts of all that was refused above.
  RefusalCounts& refusals() { return refusals_; }

 private:
  Verdict count(const directory::ApiKey& key, KeyUser user);

  RequestLimits limits_;
  KeyUses uses_;
  RefusalCounts refusals_;
};

}  // namespace farthing::service
