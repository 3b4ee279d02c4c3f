// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/decisions.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {

bool has_room_for(const OrganizationState& state, Credits amount) {
  std::optional<Credits> sum = plus(spendable_credits(state), state.balance.held).plus(amount);
  for (const Lot& lot : state.coming) {
    if (sum) sum = sum->plus(lot.remaining);
  }
  return sum.has_value();
}

Result<Done> decide_action(const CreateGrant& action, const Records& /*records*/,
                           Booking& booking) {
  CHECK(action.terms.amount.is_positive());
  GrantTerms terms = action.terms;
  terms.effective_at = std::max(terms.effective_at, booking.at());
  if (terms.expires_at && *terms.expires_at <= terms.effective_at) {
    return bad_field("expires_at",
                     "expires_at must be later than now and later than effective_at.");
  }
  if (count_live_lots(booking.state()) >= kMaxLiveLots) {
    return make_error(ErrorCode::too_many_grants);
  }
  if (!has_room_for(booking.state(), terms.amount)) return make_error(ErrorCode::amount_overflow);

  Entry& entry = booking.begin(EntryKind::grant, {}, terms.amount);
  entry.terms = terms;
  const bool is_spendable = terms.effective_at <= booking.at();
  if (is_spendable) entry.available = plus(entry.available, terms.amount);
  booking.book();
  return Done{};
}

Result<Done> decide_action(const VoidGrant& action, const Records& records, Booking& booking) {
  const auto* grant = records.find<GrantRecord>(action.grant);
  if (grant == nullptr) return make_error(ErrorCode::not_found);
  if (grant->is_voided) return make_error(ErrorCode::grant_voided);
  if (grant->terms.expires_at && *grant->terms.expires_at <= booking.at()) {
    return make_error(ErrorCode::grant_expired);
  }
  Entry& entry = booking.begin(EntryKind::void_, action.grant, {});
  const OrganizationState& state = booking.state();
  if (const auto lot = find_spendable(state, action.grant, grant->terms);
      lot != state.spendable.end()) {
    entry.amount = lot->remaining;
    entry.available = minus(entry.available, entry.amount);
  } else if (const auto next = find_coming(state, action.grant, grant->terms);
             next != state.coming.end()) {
    entry.amount = next->remaining;
  }
  booking.book();
  return Done{};
}

}  // namespace farthing::ledger
