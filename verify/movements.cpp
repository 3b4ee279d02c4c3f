// SPDX-License-Identifier: Apache-2.0
#include "verify/movements.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <tuple>
#include <vector>

namespace farthing::verify {
namespace {

constexpr std::chrono::seconds kMinHoldTtl{1};
constexpr std::chrono::seconds kMaxHoldTtl{24 * 60 * 60};

Nano sum_of(std::span<const Part> parts) {
  Nano sum = 0;
  for (const Part& part : parts) sum += nano(part.amount);
  return sum;
}

std::string show(const Id128& id) {
  std::string text;
  id.append_to(text);
  return text;
}

std::string show(const HoldStatus& hold) {
  std::string text = hold.amount.to_string();
  text += " held, " + hold.captured.to_string() + " captured, " + hold.released.to_string();
  text += " released, until " + hold.expires_at.to_string() + ", ";
  text.append(name_of(hold.over_capture)).append(", ");
  return text.append(name_of(hold.state));
}

Check expect_hold(const HoldStatus& expected, const HoldStatus& found) {
  return expect(expected == found, "the hold after it", show(expected), show(found));
}

Finding missing(std::string_view what, const Id128& id) {
  return {.what = std::string(what), .expected = "one that was made before", .found = show(id)};
}

// Checks that an entry about something that was begun with a caller's key names that key. It names
// none if it was booked before entries named it.
Check check_caller(const Entry& entry, const std::optional<Id128>& caller_key) {
  if (!entry.caller_key) return {};
  return expect_equal("the caller's key", caller_key ? show(*caller_key) : "none",
                      show(*entry.caller_key));
}

bool is_run_out(Instant expires_at, Instant at) {
  return expires_at >= at.plus(kMinHoldTtl) && expires_at <= at.plus(kMaxHoldTtl);
}

// Checks what a capture that takes `more` than its hold has may take from the lots, and owe.
Check check_policy(OverCapture policy, Nano more, Nano owed) {
  if (policy == OverCapture::reject) return expect_equal("what it takes beyond its hold", 0, more);
  if (policy == OverCapture::up_to_available) return expect_equal("what it owes", 0, owed);
  return {};
}

}  // namespace

Check Movements::move(const Entry& entry, ReleaseCause cause) {
  spending_.begin(entry.at, entry.seq);
  if (auto wrong = move_by_kind(entry, cause)) return wrong;
  charges_.settle();
  holds_.settle();
  return lots_.settle(entry);
}

Check Movements::move_by_kind(const Entry& entry, ReleaseCause cause) {
  switch (entry.kind) {
    case Kind::grant:
      return grant(entry);
    case Kind::activate:
      return activate(entry);
    case Kind::expire:
      return expire(entry);
    case Kind::void_:
      return take_back(entry);
    case Kind::charge:
      return charge(entry);
    case Kind::hold:
      return hold(entry);
    case Kind::extend:
      return extend(entry);
    case Kind::capture:
      return capture(entry);
    case Kind::release:
      return release(entry, cause);
    case Kind::refund:
      return refund(entry);
    case Kind::repay:
      return repay(entry);
    case Kind::limit:
      limit_ = entry.amount;
      return {};
  }
  return Finding{.what = "its kind", .expected = "a kind of entry", .found = "none"};
}

std::optional<Movements::NextDue> Movements::next_due() const {
  std::optional<NextDue> first;
  const auto consider = [&first](const Due* due, Kind kind) {
    if (due == nullptr) return;
    const NextDue next{.at = due->first, .kind = kind, .id = due->second};
    if (!first || std::tie(next.at, next.kind) < std::tie(first->at, first->kind)) first = next;
  };
  consider(lots_.next_activation(), Kind::activate);
  consider(lots_.next_expiry(), Kind::expire);
  consider(hold_ends_.empty() ? nullptr : &*hold_ends_.begin(), Kind::release);
  return first;
}

Check Movements::grant(const Entry& entry) {
  const Terms& terms = *entry.terms;
  if (auto wrong = expect_equal("the amount of its terms", nano(entry.amount), nano(terms.amount)))
    return wrong;
  if (auto wrong = expect(terms.effective_at >= entry.at, "when it becomes effective",
                          "not before the entry", terms.effective_at.to_string())) {
    return wrong;
  }
  if (terms.has_expired_at(terms.effective_at)) {
    return Finding{.what = "when it expires",
                   .expected = "later than " + terms.effective_at.to_string(),
                   .found = terms.expires_at->to_string()};
  }
  lots_.make(entry.subject, terms, entry.at);
  return {};
}

// The time need not be checked: it is already known that this activation falls due next.
Check Movements::activate(const Entry& entry) {
  Lot* const lot = lots_.find(entry.subject);
  if (lot == nullptr) return missing("its grant", entry.subject);
  lots_.make_spendable(entry.subject, *lot);
  return expect_equal("the amount", lot->remaining, nano(entry.amount));
}

Check Movements::expire(const Entry& entry) {
  Lot* const lot = lots_.find(entry.subject);
  if (lot == nullptr) return missing("its grant", entry.subject);
  if (auto wrong = expect_equal("the amount", lot->remaining, nano(entry.amount))) return wrong;
  lot->ended += lot->remaining;
  lots_.change_remaining(entry.subject, *lot, -lot->remaining);
  return {};
}

Check Movements::take_back(const Entry& entry) {
  Lot* const lot = lots_.find(entry.subject);
  if (lot == nullptr) return missing("its grant", entry.subject);
  if (lot->has_ended_at(entry.at)) {
    return Finding{.what = "its grant", .expected = "one that has not ended", .found = "ended"};
  }
  if (auto wrong = expect_equal("the amount", lot->remaining, nano(entry.amount))) return wrong;
  lot->ended += lot->remaining;
  lots_.change_remaining(entry.subject, *lot, -lot->remaining);
  lots_.make_void(entry.subject, entry.seq);
  return {};
}

Check Movements::charge(const Entry& entry) {
  if (auto wrong = spend(entry.parts)) return wrong;
  spending_.charge(entry.caller_key, entry.amount, entry.at);
  return make_charge(entry, sum_of(entry.parts));
}

// The unpaid part is owed, which only a limit allows, and only when nothing is spendable.
Check Movements::make_charge(const Entry& entry, Nano paid) {
  const Nano owed = nano(entry.amount) - paid;
  if (owed < 0) return expect_equal("what its grants paid", nano(entry.amount), paid);
  if (owed > 0) {
    if (auto wrong = expect_equal("what is spendable while it owes", 0, spendable())) return wrong;
    const Nano after = available() - owed;
    if (after < -nano(limit_)) {
      return Finding{.what = "what is available after it",
                     .expected = "not below -" + limit_.to_string(),
                     .found = verify::show(after)};
    }
  }
  for (const Part& part : entry.parts) lots_.find(part.grant)->spent += part.amount.nano();
  owed_ += owed;
  charges_.make(entry.subject, {.amount = entry.amount.nano(),
                                .owed = static_cast<std::int64_t>(owed),
                                .payments = entry.parts,
                                .caller_key = entry.caller_key});
  return {};
}

// Takes the parts from the spendable lots. Each lot must be next in the burn order; only the last
// may keep a rest.
Check Movements::spend(std::span<const Part> parts) {
  for (const Part& part : parts) {
    const Id128* const next = lots_.first_to_burn();
    if (next == nullptr) {
      return Finding{.what = "the grant that pays", .expected = "none", .found = show(part.grant)};
    }
    if (auto wrong = expect_equal("the grant that pays", show(*next), show(part.grant))) {
      return wrong;
    }
    Lot& lot = *lots_.find(part.grant);
    const bool is_last = &part == &parts.back();
    if (part.amount.nano() > lot.remaining || (!is_last && part.amount.nano() < lot.remaining)) {
      return expect_equal("what a grant pays", lot.remaining, nano(part.amount));
    }
    lots_.change_remaining(part.grant, lot, -part.amount.nano());
  }
  return {};
}

Check Movements::hold(const Entry& entry) {
  if (auto wrong = spend(entry.parts)) return wrong;
  if (auto wrong =
          expect_equal("what its grants set aside", nano(entry.amount), sum_of(entry.parts))) {
    return wrong;
  }
  const HoldStatus expected{.amount = entry.amount,
                            .expires_at = entry.hold->expires_at,
                            .over_capture = entry.hold->over_capture};
  if (auto wrong = expect_hold(expected, *entry.hold)) return wrong;
  if (auto wrong = expect(is_run_out(entry.hold->expires_at, entry.at), "when it runs out",
                          "1 s to 24 h after the entry", entry.hold->expires_at.to_string())) {
    return wrong;
  }
  for (const Part& part : entry.parts) {
    lots_.change_held(*lots_.find(part.grant), part.amount.nano());
  }
  holds_.make(entry.subject,
              {.status = *entry.hold, .parts = entry.parts, .caller_key = entry.caller_key});
  spending_.hold(entry.caller_key, entry.amount.nano());
  hold_ends_.emplace(entry.hold->expires_at, entry.subject);
  return {};
}

Check Movements::extend(const Entry& entry) {
  Hold* const hold = holds_.find_to_change(entry.subject, entry.seq);
  if (hold == nullptr || !hold->is_live()) return missing("its open hold", entry.subject);
  if (auto wrong = check_caller(entry, hold->caller_key)) return wrong;
  const Instant before = hold->status.expires_at;
  const Instant after = entry.hold->expires_at;
  const bool is_good = after == before || (after > before && is_run_out(after, entry.at));
  if (auto wrong =
          expect(is_good, "when it runs out", "no earlier than before and within 24 h of the entry",
                 after.to_string())) {
    return wrong;
  }
  HoldStatus expected = hold->status;
  expected.expires_at = after;
  if (auto wrong = expect_hold(expected, *entry.hold)) return wrong;
  hold_ends_.erase({before, entry.subject});
  hold_ends_.emplace(after, entry.subject);
  hold->status = *entry.hold;
  return {};
}

// Takes the parts out of the hold, in the hold's order, until parts or hold run out.
Check Movements::take_from_hold(Hold& hold, std::span<const Part> parts, std::size_t& taken) {
  std::size_t emptied = 0;
  for (; taken < parts.size() && emptied < hold.parts.size(); ++taken) {
    const Part& part = parts[taken];
    Part& source = hold.parts[emptied];
    if (auto wrong =
            expect_equal("the grant that its hold has", show(source.grant), show(part.grant))) {
      return wrong;
    }
    const bool is_last = taken + 1 == parts.size();
    if (part.amount > source.amount || (!is_last && part.amount < source.amount)) {
      return expect_equal("what a grant pays out of the hold", nano(source.amount),
                          nano(part.amount));
    }
    lots_.change_held(*lots_.find(part.grant), -part.amount.nano());
    source.amount = *source.amount.minus(part.amount);
    if (source.amount.is_zero()) ++emptied;
  }
  hold.parts.erase(hold.parts.begin(), hold.parts.begin() + static_cast<std::ptrdiff_t>(emptied));
  return {};
}

void Movements::end_hold_if_empty(const Id128& id, Hold& hold) {
  if (hold.parts.empty()) hold_ends_.erase({hold.status.expires_at, id});
}

Check Movements::capture(const Entry& entry) {
  Hold* const hold = holds_.find_to_change(*entry.parent, entry.seq);
  if (hold == nullptr || !hold->is_live()) return missing("its open hold", *entry.parent);
  if (auto wrong = check_caller(entry, hold->caller_key)) return wrong;
  std::size_t taken = 0;
  if (auto wrong = take_from_hold(*hold, entry.parts, taken)) return wrong;
  const std::span of_hold(entry.parts.begin(), taken);
  const std::span of_lots(entry.parts.begin() + static_cast<std::ptrdiff_t>(taken),
                          entry.parts.end());
  const Nano from_hold = sum_of(of_hold);
  if (!hold->parts.empty()) {
    if (auto wrong = expect_equal("what its hold paid", nano(entry.amount), from_hold))
      return wrong;
  }
  const Nano owed = nano(entry.amount) - sum_of(entry.parts);
  if (auto wrong = check_policy(hold->status.over_capture, nano(entry.amount) - from_hold, owed)) {
    return wrong;
  }
  if (auto wrong = spend(of_lots)) return wrong;

  HoldStatus expected = hold->status;
  expected.captured = expected.captured.plus(entry.amount).value_or(Credits::max());
  if (hold->parts.empty()) expected.state = HoldState::captured;
  if (auto wrong = expect_hold(expected, *entry.hold)) return wrong;
  hold->status = expected;
  spending_.hold(hold->caller_key, -static_cast<std::int64_t>(from_hold));
  spending_.charge(hold->caller_key, entry.amount, entry.at);
  end_hold_if_empty(*entry.parent, *hold);
  return make_charge(entry, sum_of(entry.parts));
}

Check Movements::release(const Entry& entry, ReleaseCause cause) {
  Hold* const hold = holds_.find_to_change(entry.subject, entry.seq);
  if (hold == nullptr || !hold->is_live()) return missing("its open hold", entry.subject);
  if (auto wrong = check_caller(entry, hold->caller_key)) return wrong;
  if (auto wrong = expect_equal("the amount", sum_of(hold->parts), nano(entry.amount)))
    return wrong;
  HoldStatus expected = hold->status;
  expected.released = entry.amount;
  expected.state = cause == ReleaseCause::request   ? HoldState::released
                   : cause == ReleaseCause::capture ? HoldState::captured
                                                    : HoldState::expired;
  if (auto wrong = expect_hold(expected, *entry.hold)) return wrong;
  std::size_t taken = 0;
  if (auto wrong = take_from_hold(*hold, entry.parts, taken)) return wrong;
  if (auto wrong =
          expect_equal("what goes back to its grants", nano(entry.amount), sum_of(entry.parts))) {
    return wrong;
  }
  for (const Part& part : entry.parts) {
    if (auto wrong = give_back(part, entry.at)) return wrong;
  }
  spending_.hold(hold->caller_key, -entry.amount.nano());
  end_hold_if_empty(entry.subject, *hold);
  hold->status = expected;
  return {};
}

// Gives a part back to its lot; what goes back to a lot that has ended ends too.
Check Movements::give_back(const Part& part, Instant at) {
  Lot& lot = *lots_.find(part.grant);
  const bool has_ended = lot.has_ended_at(at);
  const auto word = [](bool ended) { return ended ? "ended" : "spendable"; };
  if (auto wrong =
          expect_equal("what goes back to a grant", word(has_ended), word(part.has_ended))) {
    return wrong;
  }
  if (has_ended) {
    lot.ended += part.amount.nano();
  } else {
    lots_.change_remaining(part.grant, lot, part.amount.nano());
  }
  return {};
}

// Reduces the debt first, then the payments, the latest first.
Check Movements::refund(const Entry& entry) {
  Charge* const charge = charges_.find_to_change(*entry.parent, entry.seq);
  if (charge == nullptr) return missing("its charge", *entry.parent);
  if (auto wrong = check_caller(entry, charge->caller_key)) return wrong;
  const Nano left = Nano{charge->amount} - charge->refunded;
  if (nano(entry.amount) > left) return expect_equal("the amount", left, nano(entry.amount));
  const std::int64_t from_debt = std::min(charge->owed, entry.amount.nano());
  if (auto wrong = expect_equal("what goes back to its grants", nano(entry.amount) - from_debt,
                                sum_of(entry.parts))) {
    return wrong;
  }
  spending_.refund(entry.caller_key, entry.amount, *entry.parent, entry.at);
  charge->refunded += entry.amount.nano();
  charge->owed -= from_debt;
  owed_ -= from_debt;
  std::vector<Id128> returning;
  for (const Part& part : entry.parts) {
    const bool is_last = &part == &entry.parts.back();
    Part& payment = charge->payments.back();  // it owes less than its payments: sums are checked
    if (auto wrong =
            expect_equal("the grant that gets back", show(payment.grant), show(part.grant))) {
      return wrong;
    }
    if (part.amount > payment.amount || (!is_last && part.amount < payment.amount)) {
      return expect_equal("what a grant gets back", nano(payment.amount), nano(part.amount));
    }
    Lot& lot = *lots_.find(part.grant);
    if (!part.has_ended && lot.remaining == 0) returning.push_back(part.grant);
    lot.spent -= part.amount.nano();
    if (auto wrong = give_back(part, entry.at)) return wrong;
    payment.amount = *payment.amount.minus(part.amount);
    if (payment.amount.is_zero()) charge->payments.pop_back();
  }
  if (auto wrong = expect_equal("how many grants come back", std::to_string(returning.size()),
                                std::to_string(entry.returning.size()))) {
    return wrong;
  }
  for (std::size_t i = 0; i < returning.size(); ++i) {
    const ReturningLot& lot = entry.returning[i];
    const bool is_same = lot.grant == returning[i] && lot.terms == lots_.find(lot.grant)->terms;
    if (auto wrong =
            expect(is_same, "a grant that comes back", show(returning[i]) + " with its terms",
                   show(lot.grant) + (lot.grant == returning[i] ? " with others" : ""))) {
      return wrong;
    }
  }
  return {};
}

// Repays the oldest debt from the lot that burns first; each pair has an entry of its own.
Check Movements::repay(const Entry& entry) {
  const auto oldest = charges_.live().begin();
  if (oldest == charges_.live().end()) {
    return Finding{.what = "the charge that it repays", .expected = "none", .found = "one"};
  }
  if (auto wrong =
          expect_equal("the charge that it repays", show(oldest->first), show(entry.subject))) {
    return wrong;
  }
  Charge& charge = *charges_.find_to_change(entry.subject, entry.seq);
  const Id128* const next = lots_.first_to_burn();
  const Nano left = next == nullptr ? 0 : lots_.find(*next)->remaining;
  if (auto wrong =
          expect_equal("the amount", std::min(left, Nano{charge.owed}), nano(entry.amount))) {
    return wrong;
  }
  if (auto wrong = expect_equal("what its grant pays", nano(entry.amount), sum_of(entry.parts)))
    return wrong;
  if (auto wrong = spend(entry.parts)) return wrong;
  for (const Part& part : entry.parts) {
    lots_.find(part.grant)->spent += part.amount.nano();
    charge.payments.push_back(part);
  }
  charge.owed -= entry.amount.nano();
  owed_ -= nano(entry.amount);
  return {};
}

}  // namespace farthing::verify
