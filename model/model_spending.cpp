// SPDX-License-Identifier: Apache-2.0
// Sums up what was spent for each caller's key, anew for each question.
#include <algorithm>
#include <ctime>
#include <limits>
#include <optional>
#include <set>
#include <string>

#include "model/canonical.hpp"
#include "model/model_ledger.hpp"
#include "model/model_terms.hpp"

namespace farthing::model {
namespace {

// Returns the date in UTC, from the C library.
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

// Returns the sum, bounded by `least` and the largest amount.
std::int64_t bounded_sum(std::int64_t a, std::int64_t b, std::int64_t least) {
  return static_cast<std::int64_t>(std::clamp<__int128>(static_cast<__int128>(a) + b, least,
                                                        std::numeric_limits<std::int64_t>::max()));
}

void count(std::int64_t& sum, std::int64_t amount) {
  sum = bounded_sum(sum, amount, -std::numeric_limits<std::int64_t>::max());
}

}  // namespace

// Returns the caller that a hold or charge was begun for, whoever asks now.
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

// Sums up day by day, because a day's sums are bounded before they are added to those of the days
// before.
ModelLedger::SpendingParts ModelLedger::spending_parts(const std::string& caller,
                                                       std::int64_t at_us) const {
  SpendingParts parts;
  std::int64_t day_us = 0;
  const auto begin_day = [&parts, &day_us](std::int64_t us) {
    if (is_same_day(day_us, us)) return;
    Spending& before = parts.before;
    before.total = bounded_sum(before.total, parts.today.total, 0);
    before.month = bounded_sum(before.month, parts.today.month, 0);
    if (!is_same_month(day_us, us)) before.month = 0;
    parts.today = {};
    day_us = us;
  };
  for (const Spent& spent : spent_) {
    if (spent.caller != caller) continue;
    begin_day(spent.at_us);
    count(parts.today.total, spent.amount);
    if (is_same_month(spent.charged_us, spent.at_us)) count(parts.today.month, spent.amount);
    if (is_same_day(spent.charged_us, spent.at_us)) count(parts.today.day, spent.amount);
  }
  begin_day(at_us);
  for (const Hold& hold : holds_) parts.today.held += hold.caller == caller ? hold.left() : 0;
  return parts;
}

ModelLedger::Spending ModelLedger::spending(const std::string& caller, std::int64_t at_us) const {
  const auto [before, today] = spending_parts(caller, at_us);
  return {.held = today.held,
          .total = bounded_sum(before.total, today.total, 0),
          .month = bounded_sum(before.month, today.month, 0),
          .day = bounded_sum(0, today.day, 0)};
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

}  // namespace farthing::model
