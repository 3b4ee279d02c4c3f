// SPDX-License-Identifier: Apache-2.0
#include <farthing/insufficient_credits.hpp>

namespace farthing::sdk {

std::optional<InsufficientCredits> insufficient_credits(const Failure& failure) {
  if (!failure.is_named(ErrorName::insufficient_credits)) return {};
  const auto required = failure.error->amount("required");
  const auto available = failure.error->amount("available");
  const auto held = failure.error->amount("held");
  if (!required || !available || !held) return {};
  return InsufficientCredits{.required = *required,
                             .available = *available,
                             .held = *held,
                             .overdraft_limit = failure.error->amount("overdraft_limit"),
                             .next_grant_at = failure.error->detail("next_grant_at")};
}

}  // namespace farthing::sdk
