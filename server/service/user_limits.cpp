// SPDX-License-Identifier: Apache-2.0
#include "server/service/user_limits.hpp"

#include "server/service/request_limits.hpp"

namespace farthing::service {
namespace {

constexpr std::size_t kUsers = 16'384;

bool is_bound(const directory::Principal& principal) {
  return !principal.key->scopes.allows(directory::Scope::admin);
}

}  // namespace

std::optional<std::uint32_t> UserLimits::live_keys_for(
    const directory::Principal& principal) const {
  if (!is_bound(principal)) return {};
  return live_keys;
}

UserActs::UserActs(const UserLimits& limits) : limit_(limits.acts), users_(kUsers) {}

std::optional<RateVerdict> UserActs::count(const directory::Principal& principal,
                                           std::chrono::nanoseconds now) {
  if (!limit_ || !is_bound(principal)) return {};
  return count_in(users_, principal.account->user.id.value, *limit_, now);
}

}  // namespace farthing::service
