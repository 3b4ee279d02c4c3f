// SPDX-License-Identifier: Apache-2.0
#include "server/service/admission.hpp"

#include <utility>

namespace farthing::service {

Admission::Verdict Admission::count(const directory::ApiKey& key, KeyUser user) {
  uses_.note(key.id, coarse_wall_now());
  Verdict verdict{.refusal = {}, .rate = limits_.count_use(key, user, coarse_now())};
  if (verdict.rate && !verdict.rate->is_allowed) {
    verdict.refusal = rate_limit_exceeded(
        *verdict.rate, "The API key was used more often than its rate limit allows.");
  }
  return verdict;
}

Error Admission::refuse(Error error, const IpAddress& address) {
  refusals_.note(Refusal::wrong_key, address);
  const auto rate = limits_.count_failure(address, coarse_now());
  if (!rate || rate->is_allowed) return error;
  return rate_limit_exceeded(*rate,
                             "Too many wrong API keys came from this address. Keys that work are "
                             "not hindered.");
}

}  // namespace farthing::service
