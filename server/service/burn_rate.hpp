// SPDX-License-Identifier: Apache-2.0
// The rate at which an organization spends, from the latest of its charges and captures less what
// was refunded of these, and how long it can go on like that. A refund of an earlier charge counts
// for nothing, for that charge does not count either.
//
// The rate is that of the last kBurnPeriod; of the time since the first entry, but of a day at
// least, if that is shorter; of the last kBurnEntries entries if there were more of them.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "base/credits.hpp"
#include "base/instant.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::service {

inline constexpr std::chrono::hours kBurnPeriod{7 * 24};
inline constexpr std::size_t kBurnEntries = 1'000;
// A longer runway is told as this one.
inline constexpr std::chrono::seconds kLongestRunway{std::chrono::hours(100 * 365 * 24)};

struct BurnRate {
  Credits per_day;                             // rounded down, at most Credits::max()
  std::optional<std::chrono::seconds> runway;  // nothing: for ever, as nothing is spent
};

// `latest` are the entries of the last kBurnPeriod before `now`, in order, at most the last
// kBurnEntries.
BurnRate make_burn_rate(const std::vector<ledger::Entry>& latest, Credits available, Instant now);

}  // namespace farthing::service
