// SPDX-License-Identifier: Apache-2.0
#include "model/model_ledger.hpp"

#include <algorithm>
#include <ctime>
#include <limits>
#include <tuple>

#include "model/canonical.hpp"

namespace farthing::model {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMostLiveLots = 10'000;
constexpr std::size_t kMostOpenHolds = 100'000;
constexpr std::size_t kMostDebts = 10'000;
constexpr std::int64_t kUsPerSecond = 1'000'000;

std::int64_t sum_of(const std::vector<ModelLedger::Part>& parts) {
  std::int64_t sum = 0;
  for (const auto& part : parts) sum += part.amount;
  return sum;
}

ModelLedger::Refusal refused(std::string name, std::map<std::string, std::string> details = {}) {
  return {.name = std::move(name), .field = {}, .details = std::move(details)};
}

// The calendar of UTC, from the C library.
tm date_of(std::int64_t us) {
  const time_t seconds = us / kUsPerSecond;
  tm date{};
  gmtime_r(&seconds, &date);
  return date;
}

bool is_same_month(std::int64_t a_us, std::int64_t b_us) {
  const tm a = date_of(a_us);
  const tm b = date_of(b_us);
  return a.tm_year == b.tm_year && a.tm_mon == b.tm_mon;
}

bool is_same_day(std::int64_t a_us, std::int64_t b_us) {
  return is_same_month(a_us, b_us) && date_of(a_us).tm_mday == date_of(b_us).tm_mday;
}

std::string begin_of_next(const std::string& period, std::int64_t us) {
  const tm date = date_of(us);
  tm next{};
  next.tm_year = date.tm_year;
  next.tm_mon = period == "month" ? date.tm_mon + 1 : date.tm_mon;
  next.tm_mday = period == "month" ? 1 : date.tm_mday + 1;
  return std::to_string(timegm(&next) * kUsPerSecond);
}

// A sum that ends at the largest amount and at zero.
void count(std::int64_t& sum, std::int64_t amount) {
  const __int128 exact = static_cast<__int128>(sum) + amount;
  sum = static_cast<std::int64_t>(
      std::clamp<__int128>(exact, 0, std::numeric_limits<std::int64_t>::max()));
}

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

std::int64_t ModelLedger::Hold::left() const { return sum_of(parts); }

std::int64_t ModelLedger::spendable() const {
  std::int64_t sum = 0;
  for (const Lot& lot : lots_) sum += lot.is_spendable() ? lot.remaining() : 0;
  return sum;
}

std::int64_t ModelLedger::debt() const {
  std::int64_t sum = 0;
  for (const Charge& charge : charges_) sum += charge.owed;
  return sum;
}

std::int64_t ModelLedger::available() const { return spendable() - debt(); }

std::int64_t ModelLedger::held() const {
  std::int64_t sum = 0;
  for (const Lot& lot : lots_) sum += lot.held;
  return sum;
}

std::optional<std::int64_t> ModelLedger::next_due_us() const {
  std::int64_t next = kNever;
  for (const Lot& lot : lots_) {
    if (lot.remaining() == 0) continue;
    next = std::min(next, lot.is_activated ? lot.expires_us.value_or(kNever) : lot.effective_us);
  }
  for (const Hold& hold : holds_) {
    if (hold.state == "open") next = std::min(next, hold.expires_us);
  }
  if (next == kNever) return {};
  return next;
}

ModelLedger::Prediction ModelLedger::take(const ledger::Command& command) {
  Prediction prediction;
  prediction.entries = take_due(command.at.us());
  prediction.due = prediction.entries.size();
  now_us_ = command.at.us();
  caller_ = prediction.caller = caller_of(command);
  prediction.refusal = find_cap_refusal(command);
  if (!prediction.refusal) {
    prediction.refusal = std::visit(
        [&](const auto& action) { return take(action, prediction.entries); }, command.action);
  }
  // Whatever came to the lots pays what is owed; all of it is one outcome.
  if (!prediction.refusal) push_repays(prediction.entries);
  for (std::size_t i = prediction.due; i + 1 < prediction.entries.size(); ++i) {
    prediction.entries[i].is_continued = true;
  }
  return prediction;
}

// Of what was begun for a caller, that caller, whoever asks now.
std::string ModelLedger::caller_of(const ledger::Command& command) {
  if (const Id128* id = ledger::find_hold_of(command.action)) {
    if (const Hold* hold = find_hold(text_of(*id))) return hold->caller;
  }
  if (const auto* refund = std::get_if<ledger::RefundCharge>(&command.action)) {
    const auto charge = std::ranges::find(charges_, text_of(refund->charge), &Charge::id);
    if (charge != charges_.end()) return charge->caller;
  }
  const auto& caller = command.origin.caller_key;
  return caller ? text_of(caller->value) : std::string();
}

ModelLedger::Spending ModelLedger::spending(const std::string& caller, std::int64_t at_us) const {
  Spending sum;
  for (const Hold& hold : holds_) sum.held += hold.caller == caller ? hold.left() : 0;
  for (const Spent& spent : spent_) {
    if (spent.caller != caller) continue;
    count(sum.total, spent.amount);
    if (is_same_month(spent.charged_us, at_us)) count(sum.month, spent.amount);
    if (is_same_day(spent.charged_us, at_us)) count(sum.day, spent.amount);
  }
  return sum;
}

std::set<std::string> ModelLedger::callers() const {
  std::set<std::string> callers;
  for (const Hold& hold : holds_) callers.insert(hold.caller);
  for (const Spent& spent : spent_) callers.insert(spent.caller);
  callers.erase(std::string());
  return callers;
}

ModelLedger::Maybe ModelLedger::find_cap_refusal(const ledger::Command& command) const {
  std::int64_t amount = 0;
  if (const auto* charge = std::get_if<ledger::CreateCharge>(&command.action)) {
    amount = charge->amount.nano();
  } else if (const auto* hold = std::get_if<ledger::PlaceHold>(&command.action)) {
    amount = hold->amount.nano();
  }
  if (amount == 0 || caller_.empty() || !command.caller_caps) return {};
  const ledger::SpendCaps& caps = *command.caller_caps;
  const Spending sum = spending(caller_, now_us_);
  struct Limit {
    std::string period;
    std::optional<Credits> cap;
    std::int64_t spent = 0;
  };
  for (const Limit& limit :
       {Limit{"total", caps.total, sum.total}, Limit{"month", caps.month, sum.month},
        Limit{"day", caps.day, sum.day}}) {
    const __int128 after = static_cast<__int128>(limit.spent) + sum.held + amount;
    if (!limit.cap || after <= limit.cap->nano()) continue;
    Refusal refusal = refused("spend_cap_exceeded", {{"period", limit.period},
                                                     {"cap", decimal_of(limit.cap->nano())},
                                                     {"spent", decimal_of(limit.spent)},
                                                     {"held", decimal_of(sum.held)},
                                                     {"required", decimal_of(amount)}});
    if (limit.period != "total") {
      refusal.details["resets_at"] = begin_of_next(limit.period, now_us_);
    }
    return refusal;
  }
  return {};
}

// One by one in the order (instant, kind, id). Everything is looked over anew for each.
std::vector<ModelLedger::Expected> ModelLedger::take_due(std::int64_t at_us) {
  using Due = std::tuple<std::int64_t, int, std::string, std::size_t>;
  enum { activate, expire, run_out };
  std::vector<Expected> out;
  while (true) {
    Due first{kNever, 0, "", 0};
    for (std::size_t i = 0; i < lots_.size(); ++i) {
      const Lot& lot = lots_[i];
      if (lot.remaining() == 0) continue;
      first = std::min(first, lot.is_activated
                                  ? Due{lot.expires_us.value_or(kNever), expire, lot.grant, i}
                                  : Due{lot.effective_us, activate, lot.grant, i});
    }
    for (std::size_t i = 0; i < holds_.size(); ++i) {
      const Hold& hold = holds_[i];
      if (hold.state == "open") first = std::min(first, Due{hold.expires_us, run_out, hold.id, i});
    }
    const auto& [due_us, kind, id, index] = first;
    if (due_us > at_us) return out;
    now_us_ = due_us;
    const std::size_t begin = out.size();
    if (kind == run_out) {
      push_release(out, holds_[index], "expired");
    } else {
      Lot& lot = lots_[index];
      const std::int64_t amount = lot.remaining();
      lot.is_activated = true;
      if (kind == expire) lot.ended += amount;
      finish_entry(push(out, kind == activate ? "activate" : "expire", id, amount));
    }
    push_repays(out);
    for (std::size_t i = begin; i + 1 < out.size(); ++i) out[i].is_continued = true;
  }
}

ModelLedger::Expected& ModelLedger::push(std::vector<Expected>& out, std::string kind,
                                         std::string subject, std::int64_t amount) {
  ++last_seq_;
  out.push_back({.kind = std::move(kind),
                 .at_us = now_us_,
                 .subject = std::move(subject),
                 .parent = {},
                 .amount = amount,
                 .lots = {},
                 .returning = {},
                 .hold = {}});
  return out.back();
}

// To be called when everything has moved.
void ModelLedger::finish_entry(Expected& entry) const {
  entry.available = available();
  entry.held = held();
}

// The id of what the next entry makes.
std::string ModelLedger::own_id() const { return entry_id(now_us_, last_seq_ + 1); }

// The oldest charge that owes, the lot that burns first: until one of them is missing.
void ModelLedger::push_repays(std::vector<Expected>& out) {
  while (true) {
    const auto charge =
        std::ranges::find_if(charges_, [](const Charge& each) { return each.owed > 0; });
    const std::vector<Lot*> lots = payers();
    if (charge == charges_.end() || lots.empty()) return;
    const std::int64_t amount = std::min(charge->owed, lots.front()->remaining());
    const Part part{.grant = lots.front()->grant, .amount = amount};
    lots.front()->spent += amount;
    charge->owed -= amount;
    charge->paid.push_back(part);
    Expected& entry = push(out, "repay", charge->id, amount);
    entry.lots = {part};
    finish_entry(entry);
  }
}

// All spendable lots in burn order.
std::vector<ModelLedger::Lot*> ModelLedger::payers() {
  std::vector<Lot*> found;
  for (Lot& lot : lots_) {
    if (lot.is_spendable()) found.push_back(&lot);
  }
  std::sort(found.begin(), found.end(), [](const Lot* a, const Lot* b) {
    const auto rank = [](const Lot& lot) {
      return std::tuple(lot.priority, lot.expires_us.value_or(kNever), lot.effective_us, lot.grant);
    };
    return rank(*a) < rank(*b);
  });
  return found;
}

std::vector<ModelLedger::Part> ModelLedger::spend(std::int64_t amount) {
  std::vector<Part> parts;
  for (Lot* lot : payers()) {
    if (amount == 0) break;
    const std::int64_t paid = std::min(amount, lot->remaining());
    parts.push_back({.grant = lot->grant, .amount = paid});
    lot->spent += paid;
    amount -= paid;
  }
  return parts;
}

std::vector<ModelLedger::Part> ModelLedger::set_aside(std::int64_t amount) {
  std::vector<Part> parts = spend(amount);
  for (const Part& part : parts) {
    find_lot(part.grant)->spent -= part.amount;
    find_lot(part.grant)->held += part.amount;
  }
  return parts;
}

ModelLedger::Lot* ModelLedger::find_lot(const std::string& grant) {
  const auto found = std::ranges::find(lots_, grant, &Lot::grant);
  return found == lots_.end() ? nullptr : &*found;
}

ModelLedger::Hold* ModelLedger::find_hold(const std::string& id) {
  const auto found = std::ranges::find(holds_, id, &Hold::id);
  return found == holds_.end() ? nullptr : &*found;
}

// Whether all that is in lots stays countable with so much more.
bool ModelLedger::fits(std::int64_t more) const {
  __int128 sum = more;
  for (const Lot& lot : lots_) sum += lot.remaining() + lot.held;
  return sum <= std::numeric_limits<std::int64_t>::max();
}

ModelLedger::Refusal ModelLedger::insufficient(std::int64_t required) const {
  Refusal refusal = refused("insufficient_credits", {{"required", decimal_of(required)},
                                                     {"available", decimal_of(available())},
                                                     {"held", decimal_of(held())}});
  if (limit_ > 0) refusal.details["overdraft_limit"] = decimal_of(limit_);
  std::int64_t next = kNever;
  for (const Lot& lot : lots_) {
    if (!lot.is_activated && lot.remaining() > 0) next = std::min(next, lot.effective_us);
  }
  if (next != kNever) refusal.details["next_grant_at"] = std::to_string(next);
  return refusal;
}

// Why `amount` may not be spent, debt included.
ModelLedger::Maybe ModelLedger::find_overdraft_refusal(std::int64_t amount) const {
  if (static_cast<__int128>(available()) - amount < -limit_) return insufficient(amount);
  const auto owing =
      std::ranges::count_if(charges_, [](const Charge& charge) { return charge.owed > 0; });
  if (amount > spendable() && static_cast<std::size_t>(owing) >= kMostDebts) {
    return refused("too_many_debts");
  }
  return {};
}

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
  // What goes where, before anything moves.
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
