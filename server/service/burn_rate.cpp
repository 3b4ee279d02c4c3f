// SPDX-License-Identifier: Apache-2.0
#include "server/service/burn_rate.hpp"

#include <algorithm>
#include <cstdint>

#include "server/ledger/entry_id.hpp"

namespace farthing::service {
namespace {

using std::chrono::microseconds;

// Holds any amount times any time.
using Wide = __int128;

constexpr microseconds kDay = std::chrono::hours(24);

microseconds period_of(const std::vector<ledger::Entry>& latest, Instant now) {
  if (latest.empty()) return kBurnPeriod;
  const microseconds covered(now.us() - latest.front().at.us());
  if (latest.front().seq == 1) return std::clamp<microseconds>(covered, kDay, kBurnPeriod);
  // Many entries in a short time speak for that time.
  if (latest.size() >= kBurnEntries)
    return std::max<microseconds>(covered, std::chrono::seconds(1));
  return kBurnPeriod;
}

// Returns what was spent and not refunded. The entries have no gaps, so the number in the id of a
// refunded charge says whether it is one of them.
Wide spent_in(const std::vector<ledger::Entry>& entries) {
  Wide spent = 0;
  for (const ledger::Entry& entry : entries) {
    if (ledger::makes_charge(entry.kind)) spent += entry.amount.nano();
    if (entry.kind != ledger::EntryKind::refund) continue;
    if (ledger::seq_of(*entry.parent) >= entries.front().seq) spent -= entry.amount.nano();
  }
  return spent;
}

}  // namespace

BurnRate make_burn_rate(const std::vector<ledger::Entry>& latest, Credits available, Instant now) {
  const Wide spent = spent_in(latest);
  if (spent == 0) return {};
  const Wide period = period_of(latest, now).count();
  const Wide per_day = std::min<Wide>(spent * kDay.count() / period, Credits::max().nano());
  constexpr Wide kUsPerSecond = 1'000'000;
  const Wide left = std::max<Wide>(available.nano(), 0);
  const Wide runway = std::min<Wide>(left * period / spent / kUsPerSecond, kLongestRunway.count());
  return {.per_day = Credits::from_nano(static_cast<std::int64_t>(per_day)),
          .runway = std::chrono::seconds(static_cast<std::int64_t>(runway))};
}

}  // namespace farthing::service
