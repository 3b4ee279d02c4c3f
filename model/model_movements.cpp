// SPDX-License-Identifier: Apache-2.0
// Carries out each command.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "model/canonical.hpp"
#include "model/model_ledger.hpp"
#include "model/model_terms.hpp"

namespace farthing::model {
namespace {

constexpr std::size_t kMostLiveLots = 10'000;
constexpr std::size_t kMostOpenHolds = 100'000;

std::string name_of(ledger::OverCapture policy) {
  switch (policy) {
    case ledger::OverCapture::reject:
      return "reject";
    case ledger::OverCapture::up_to_available:
      return "up_to_available";
    case ledger::OverCapture::overdraft:
      return "overdraft";
  }
  return {};
}

}  // namespace

ModelLedger::Maybe ModelLedger::take(const ledger::CreateGrant& action,
                                     std::vector<Expected>& out) {
  Lot lot;
  lot.grant = own_id();
  lot.granted = action.terms.amount.nano();
  lot.effective_us = std::max(action.terms.effective_at.us(), now_us_);
  if (action.terms.expires_at) lot.expires_us = action.terms.expires_at->us();
  lot.priority = action.terms.priority;
  lot.is_activated = lot.effective_us == now_us_;
  if (lot.expires_us.value_or(kNever) <= lot.effective_us) {
    return Refusal{.name = "bad_request", .field = "expires_at", .details = {}};
  }
  const auto live = std::ranges::count_if(
      lots_, [](const Lot& each) { return each.remaining() > 0 || each.held > 0; });
  if (static_cast<std::size_t>(live) >= kMostLiveLots) return refused("too_many_grants");
  if (!fits(lot.granted)) return refused("amount_overflow");
  lots_.push_back(lot);
  finish_entry(push(out, "grant", lot.grant, lot.granted));
  return {};
}

ModelLedger::Maybe ModelLedger::take(const ledger::VoidGrant& action, std::vector<Expected>& out) {
  Lot* lot = find_lot(text_of(action.grant));
  if (lot == nullptr) return refused("not_found");
  if (lot->is_voided) return refused("grant_voided");
  if (lot->is_over_at(now_us_)) return refused("grant_expired");
  const std::int64_t amount = lot->remaining();
  lot->ended += amount;
  lot->is_voided = true;
  finish_entry(push(out, "void", lot->grant, amount));
  return {};
}

ModelLedger::Maybe ModelLedger::take(const ledger::CreateCharge& action,
                                     std::vector<Expected>& out) {
  const std::int64_t amount = action.amount.nano();
  if (auto refusal = find_overdraft_refusal(amount)) return refusal;
  Charge charge{
      .id = own_id(), .caller = caller_, .at_us = now_us_, .amount = amount, .paid = spend(amount)};
  charge.owed = amount - sum_of(charge.paid);
  charges_.push_back(charge);
  spent_.push_back({caller_, now_us_, amount, now_us_});
  Expected& entry = push(out, "charge", charge.id, amount);
  entry.lots = charge.paid;
  finish_entry(entry);
  return {};
}

ModelLedger::Maybe ModelLedger::take(const ledger::PlaceHold& action, std::vector<Expected>& out) {
  const auto open =
      std::ranges::count_if(holds_, [](const Hold& hold) { return hold.state == "open"; });
  if (static_cast<std::size_t>(open) >= kMostOpenHolds) return refused("too_many_holds");
  const std::int64_t amount = action.amount.nano();
  if (amount > spendable()) return insufficient(amount);
  const Hold hold{.id = own_id(),
                  .caller = caller_,
                  .amount = amount,
                  .expires_us = now_us_ + action.ttl.count() * kUsPerSecond,
                  .over_capture = name_of(action.over_capture),
                  .parts = set_aside(amount)};
  holds_.push_back(hold);
  Expected& entry = push(out, "hold", hold.id, amount);
  entry.lots = hold.parts;
  entry.hold = hold;
  finish_entry(entry);
  return {};
}

ModelLedger::Maybe ModelLedger::find_hold_refusal(const Hold* hold) const {
  if (hold == nullptr) return refused("not_found");
  if (hold->state != "open") return refused("hold_" + hold->state);
  return {};
}

ModelLedger::Maybe ModelLedger::take(const ledger::ExtendHold& action, std::vector<Expected>& out) {
  Hold* hold = find_hold(text_of(action.hold));
  if (auto refusal = find_hold_refusal(hold)) return refusal;
  hold->expires_us = std::max(hold->expires_us, now_us_ + action.ttl.count() * kUsPerSecond);
  Expected& entry = push(out, "extend", hold->id, 0);
  entry.hold = *hold;
  finish_entry(entry);
  return {};
}

ModelLedger::Maybe ModelLedger::take(const ledger::CaptureHold& action,
                                     std::vector<Expected>& out) {
  Hold* hold = find_hold(text_of(action.hold));
  if (auto refusal = find_hold_refusal(hold)) return refusal;
  const std::int64_t left = hold->left();
  std::int64_t amount = action.amount ? action.amount->nano() : left;
  const std::int64_t more = std::max<std::int64_t>(amount - left, 0);
  if (more > 0 && hold->over_capture == "reject") {
    return refused("capture_exceeds_hold",
                   {{"required", decimal_of(amount)}, {"held", decimal_of(left)}});
  }
  if (more > 0 && hold->over_capture == "up_to_available") {
    amount = left + std::min(more, spendable());
  } else if (more > 0) {
    if (auto refusal = find_overdraft_refusal(more)) return refusal;
  }
  if (static_cast<__int128>(hold->captured) + amount > kMost) return refused("amount_overflow");
  Charge charge{.id = own_id(), .caller = caller_, .at_us = now_us_, .amount = amount};
  spent_.push_back({caller_, now_us_, amount, now_us_});
  std::int64_t wanted = std::min(amount, left);
  for (Part& part : hold->parts) {
    const std::int64_t taken = std::min(wanted, part.amount);
    if (taken == 0) break;
    charge.paid.push_back({.grant = part.grant, .amount = taken});
    part.amount -= taken;
    wanted -= taken;
    Lot* lot = find_lot(part.grant);
    lot->held -= taken;
    lot->spent += taken;
  }
  std::erase_if(hold->parts, [](const Part& part) { return part.amount == 0; });
  if (amount > left) {
    for (const Part& part : spend(amount - left)) charge.paid.push_back(part);
  }
  charge.owed = amount - sum_of(charge.paid);
  charges_.push_back(charge);
  hold->captured += amount;
  if (hold->left() == 0) hold->state = "captured";
  Expected& entry = push(out, "capture", charge.id, amount);
  entry.parent = hold->id;
  entry.lots = charge.paid;
  entry.hold = *hold;
  finish_entry(entry);
  if (action.is_final && hold->left() > 0) push_release(out, *hold, "captured");
  return {};
}

void ModelLedger::push_release(std::vector<Expected>& out, Hold& hold, const std::string& state) {
  std::vector<Part> parts = std::move(hold.parts);
  hold.parts.clear();
  for (Part& part : parts) {
    Lot* lot = find_lot(part.grant);
    part.has_ended = lot->is_over_at(now_us_);
    lot->held -= part.amount;
    if (part.has_ended) lot->ended += part.amount;
  }
  hold.released = sum_of(parts);
  hold.state = state;
  Expected& entry = push(out, "release", hold.id, hold.released);
  entry.lots = parts;
  entry.hold = hold;
  finish_entry(entry);
}

ModelLedger::Maybe ModelLedger::take(const ledger::ReleaseHold& action,
                                     std::vector<Expected>& out) {
  Hold* hold = find_hold(text_of(action.hold));
  if (auto refusal = find_hold_refusal(hold)) return refusal;
  push_release(out, *hold, "released");
  return {};
}

ModelLedger::Maybe ModelLedger::take(const ledger::RefundCharge& action,
                                     std::vector<Expected>& out) {
  const auto charge = std::ranges::find(charges_, text_of(action.charge), &Charge::id);
  if (charge == charges_.end()) return refused("not_found");
  const std::int64_t refundable = charge->amount - charge->refunded;
  if (refundable == 0) return refused("charge_fully_refunded");
  const std::int64_t amount = action.amount ? action.amount->nano() : refundable;
  if (amount > refundable) {
    return refused("refund_exceeds_charge",
                   {{"required", decimal_of(amount)}, {"refundable", decimal_of(refundable)}});
  }
  // Decides what goes where before anything moves.
  const std::int64_t from_debt = std::min(amount, charge->owed);
  std::vector<Part> paid = charge->paid;
  std::vector<Part> parts;
  for (std::int64_t left = amount - from_debt; left > 0;) {
    Part& last = paid.back();
    const std::int64_t taken = std::min(left, last.amount);
    parts.push_back({.grant = last.grant,
                     .amount = taken,
                     .has_ended = find_lot(last.grant)->is_over_at(now_us_)});
    left -= taken;
    last.amount -= taken;
    if (last.amount == 0) paid.pop_back();
  }
  std::int64_t coming_back = 0;
  for (const Part& part : parts) coming_back += part.has_ended ? 0 : part.amount;
  if (!fits(coming_back)) return refused("amount_overflow");

  std::vector<std::string> returning;
  for (const Part& part : parts) {
    Lot* lot = find_lot(part.grant);
    if (!part.has_ended && lot->remaining() == 0) returning.push_back(part.grant);
    lot->spent -= part.amount;
    if (part.has_ended) lot->ended += part.amount;
  }
  charge->paid = paid;
  charge->owed -= from_debt;
  charge->refunded += amount;
  spent_.push_back({caller_, now_us_, -amount, charge->at_us});
  const std::string refund = own_id();
  Expected& entry = push(out, "refund", refund, amount);
  entry.parent = charge->id;
  entry.lots = parts;
  entry.returning = returning;
  finish_entry(entry);
  return {};
}

ModelLedger::Maybe ModelLedger::take(const ledger::SetOverdraftLimit& action,
                                     std::vector<Expected>& out) {
  limit_ = action.limit.nano();
  finish_entry(push(out, "limit", organization_, limit_));
  return {};
}

}  // namespace farthing::model
