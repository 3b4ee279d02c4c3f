// SPDX-License-Identifier: Apache-2.0
#include "verify/balance_step.hpp"

#include <algorithm>

namespace farthing::verify {
namespace {

struct Change {
  Nano available = 0;
  Nano held = 0;
};

Nano ended_parts(const Entry& entry) {
  Nano sum = 0;
  for (const Part& part : entry.parts) sum += part.has_ended ? nano(part.amount) : 0;
  return sum;
}

// Returns what the hold pays of a capture: a hold pays as much as it has. The check of the form has
// made sure that the status is there.
Nano paid_by_hold(const Entry& entry) {
  const Nano captured_before = nano(entry.hold->captured) - nano(entry.amount);
  const Nano left_before = std::max<Nano>(nano(entry.hold->amount) - captured_before, 0);
  return std::min(left_before, nano(entry.amount));
}

Change change_of(const Entry& entry) {
  const Nano amount = nano(entry.amount);
  switch (entry.kind) {
    case Kind::grant:
      return {.available = entry.terms->effective_at <= entry.at ? amount : 0};
    case Kind::activate:
      return {.available = amount};
    case Kind::expire:
    case Kind::charge:
    case Kind::void_:
      return {.available = -amount};
    case Kind::hold:
      return {.available = -amount, .held = amount};
    case Kind::capture:
      return {.available = paid_by_hold(entry) - amount, .held = -paid_by_hold(entry)};
    case Kind::release:
      return {.available = amount - ended_parts(entry), .held = -amount};
    case Kind::refund:
      return {.available = amount - ended_parts(entry)};
    case Kind::extend:
    case Kind::repay:
    case Kind::limit:
      break;
  }
  return {};
}

}  // namespace

Check check_step(const Balance& before, const Entry& entry) {
  const Change change = change_of(entry);
  // A grant that is voided before it became spendable was not available.
  const bool was_to_come = entry.kind == Kind::void_ && entry.available == before.available;
  const Nano available = nano(before.available) + (was_to_come ? 0 : change.available);
  if (auto wrong = expect_equal("available", available, nano(entry.available))) return wrong;
  return expect_equal("held", nano(before.held) + change.held, nano(entry.held));
}

}  // namespace farthing::verify
