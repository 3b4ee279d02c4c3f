// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/decisions.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

// Takes `left` of what paid the charge, the latest payment first. What goes to a lot that has ended
// ends; a lot that has left the state comes back to it. Returns what becomes spendable.
Credits take_back_payments(const ChargeRecord& charge, Credits left, const Records& records,
                           const OrganizationState& state, Entry& refund) {
  Credits spendable;
  for (auto payment = charge.payments.rbegin(); left.is_positive(); ++payment) {
    CHECK(payment != charge.payments.rend());
    const auto* grant = records.find<GrantRecord>(payment->grant);
    CHECK(grant != nullptr);
    const HeldLot lot{.terms = grant->terms, .held = {}, .is_voided = grant->is_voided};
    const LotAmount part{.grant = payment->grant,
                         .amount = std::min(left, payment->amount),
                         .has_ended = lot.has_ended_at(refund.at)};
    left = minus(left, part.amount);
    refund.lots.push_back(part);
    if (part.has_ended) continue;
    spendable = plus(spendable, part.amount);
    const bool is_returning =
        find_spendable(state, part.grant, grant->terms) == state.spendable.end() &&
        std::ranges::find(refund.returning, part.grant, &ReturningLot::grant) ==
            refund.returning.end();
    if (is_returning) refund.returning.push_back({.grant = part.grant, .terms = grant->terms});
  }
  return spendable;
}

}  // namespace

Error insufficient_credits(const OrganizationState& state, Credits required) {
  const Balance& balance = state.balance;
  Error error = make_error(ErrorCode::insufficient_credits);
  error.message = "The organization has " + balance.available.to_string() +
                  " credits available and this needs " + required.to_string() +
                  ". Nothing was charged; try again after a grant.";
  error.details = {{"required", required.to_string()},
                   {"available", balance.available.to_string()},
                   {"held", balance.held.to_string()}};
  if (state.overdraft_limit.is_positive()) {
    error.details.push_back({"overdraft_limit", state.overdraft_limit.to_string()});
  }
  if (!state.coming.empty()) {
    error.details.push_back({"next_grant_at", state.coming.back().terms.effective_at.to_string()});
  }
  return error;
}

Result<Credits> find_new_debt(const OrganizationState& state, Credits amount) {
  const Credits spendable = spendable_credits(state);
  if (amount <= spendable) return Credits();
  const auto left = state.balance.available.minus(amount);
  if (!left || *left < minus(Credits(), state.overdraft_limit)) {
    return insufficient_credits(state, amount);
  }
  if (state.debts.size() >= kMaxDebts) return make_error(ErrorCode::too_many_debts);
  return minus(amount, spendable);
}

Result<Done> decide_action(const CreateCharge& action, const Records& /*records*/,
                           Booking& booking) {
  CHECK(action.amount.is_positive());
  const auto debt = find_new_debt(booking.state(), action.amount);
  if (!debt) return debt.error();
  Entry entry = booking.begin(EntryKind::charge, {}, action.amount);
  take_in_burn_order(booking.state(), minus(action.amount, *debt), entry.lots);
  entry.available = minus(entry.available, action.amount);
  booking.book(std::move(entry));
  return Done{};
}

Result<Done> decide_action(const RefundCharge& action, const Records& records, Booking& booking) {
  CHECK(!action.amount || action.amount->is_positive());
  const auto* charge = records.find<ChargeRecord>(action.charge);
  if (charge == nullptr) return make_error(ErrorCode::not_found);
  const Credits refundable = charge->refundable();
  if (refundable.is_zero()) return make_error(ErrorCode::charge_fully_refunded);
  const Credits amount = action.amount.value_or(refundable);
  if (amount > refundable) {
    Error error = make_error(ErrorCode::refund_exceeds_charge);
    error.details = {{"required", amount.to_string()}, {"refundable", refundable.to_string()}};
    return error;
  }
  Entry entry = booking.begin(EntryKind::refund, {}, amount);
  entry.parent = action.charge;
  const Credits from_debt = std::min(amount, charge->debt);
  const Credits spendable =
      take_back_payments(*charge, minus(amount, from_debt), records, booking.state(), entry);
  if (!has_room_for(booking.state(), spendable)) return make_error(ErrorCode::amount_overflow);
  entry.available = plus(entry.available, plus(spendable, from_debt));
  booking.book(std::move(entry));
  return Done{};
}

Result<Done> decide_action(const SetOverdraftLimit& action, const Records& /*records*/,
                           Booking& booking) {
  CHECK(action.limit >= Credits());
  Entry entry = booking.begin(EntryKind::limit, booking.state().organization.value, action.limit);
  booking.book(std::move(entry));
  return Done{};
}

}  // namespace farthing::ledger
