// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "base/check.hpp"
#include "server/ledger/decisions.hpp"
#include "server/ledger/sums.hpp"

namespace farthing::ledger {
namespace {

// The part of a refund that goes back to lots.
struct TakenBack {
  std::vector<LotAmount> lots;
  std::vector<ReturningLot> returning;
  Credits spendable;  // of all of it, what does not end
};

// Takes `left` of what paid the charge, the latest payment first. A part that goes to a lot that
// has ended ends too; a lot that has left the state comes back to it.
TakenBack take_back_payments(const ChargeRecord& charge, Credits left, const Records& records,
                             const Booking& booking) {
  const std::vector<Lot>& spendable = booking.state().spendable;
  TakenBack taken;
  for (auto payment = charge.payments.rbegin(); left.is_positive(); ++payment) {
    CHECK(payment != charge.payments.rend());
    const auto* grant = records.find<GrantRecord>(payment->grant);
    CHECK(grant != nullptr);
    const HeldLot lot{.terms = grant->terms, .held = {}, .is_voided = grant->is_voided};
    const LotAmount part{.grant = payment->grant,
                         .amount = std::min(left, payment->amount),
                         .has_ended = lot.has_ended_at(booking.at())};
    left = minus(left, part.amount);
    taken.lots.push_back(part);
    if (part.has_ended) continue;
    taken.spendable = plus(taken.spendable, part.amount);
    const bool is_returning =
        find_spendable(booking.state(), part.grant, grant->terms) == spendable.end() &&
        std::ranges::find(taken.returning, part.grant, &ReturningLot::grant) ==
            taken.returning.end();
    if (is_returning) taken.returning.push_back({.grant = part.grant, .terms = grant->terms});
  }
  return taken;
}

Error spend_cap_exceeded(CapPeriod period, Credits cap, const KeySpending& spending,
                         Credits required, Instant at) {
  const auto begins_anew_at = end_of_period(period, at);
  const std::string of_period =
      period == CapPeriod::total ? " in all" : " a " + std::string(to_string(period));
  Error error = make_error(ErrorCode::spend_cap_exceeded);
  error.message = "The caller's API key may spend " + cap.to_string() + " credits" + of_period +
                  " and has " + left_under(cap, period, spending).to_string() +
                  " of them left; this needs " + required.to_string() + ". Nothing was charged; " +
                  (begins_anew_at ? "the cap begins anew at " + begins_anew_at->to_string() + "."
                                  : "the cap does not begin anew.");
  error.details = {{"period", std::string(to_string(period))},
                   {"cap", cap.to_string()},
                   {"spent", spending.spent(period).to_string()},
                   {"held", spending.held.to_string()},
                   {"required", required.to_string()}};
  if (begins_anew_at) error.details.push_back({"resets_at", begins_anew_at->to_string()});
  return error;
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

std::optional<Error> find_cap_refusal(const KeySpending& spending, const SpendCaps& caps,
                                      Credits amount, Instant at) {
  for (const CapPeriod period : {CapPeriod::total, CapPeriod::month, CapPeriod::day}) {
    const auto& cap = caps.of(period);
    if (!cap || amount <= left_under(*cap, period, spending)) continue;
    return spend_cap_exceeded(period, *cap, spending, amount, at);
  }
  return {};
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
  Entry& entry = booking.begin(EntryKind::charge, {}, action.amount);
  take_in_burn_order(booking.state(), minus(action.amount, *debt), entry.lots);
  entry.available = minus(entry.available, action.amount);
  booking.book();
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
  const Credits from_debt = std::min(amount, charge->debt);
  TakenBack taken = take_back_payments(*charge, minus(amount, from_debt), records, booking);
  if (!has_room_for(booking.state(), taken.spendable)) {
    return make_error(ErrorCode::amount_overflow);
  }
  Entry& entry = booking.begin(EntryKind::refund, {}, amount);
  entry.parent = action.charge;
  entry.lots = std::move(taken.lots);
  entry.returning = std::move(taken.returning);
  entry.available = plus(entry.available, plus(taken.spendable, from_debt));
  booking.book();
  return Done{};
}

Result<Done> decide_action(const SetOverdraftLimit& action, const Records& /*records*/,
                           Booking& booking) {
  CHECK(action.limit >= Credits());
  booking.begin(EntryKind::limit, booking.state().organization.value, action.limit);
  booking.book();
  return Done{};
}

}  // namespace farthing::ledger
