// SPDX-License-Identifier: Apache-2.0
#include "server/service/balance_report.hpp"

#include <gtest/gtest.h>

#include <string>

namespace farthing::service::balance_report_test {

const Instant kNow = Instant::from_us(1'800'000'000'000'000);

Id128 id(std::uint8_t number) {
  Id128 made;
  made.bytes.back() = number;
  return made;
}

Credits credits(std::int64_t whole) { return Credits::from_nano(whole * Credits::kNanoPerCredit); }

ledger::Lot lot(std::uint8_t number, std::int64_t remaining, std::optional<Instant> expires_at) {
  return {.grant = id(number),
          .terms = {.amount = credits(100), .effective_at = kNow, .expires_at = expires_at},
          .remaining = credits(remaining)};
}

// One line for each grant: number, remaining, held.
std::string lines_of(const BalanceReport& report) {
  std::string lines;
  for (const GrantBalance& grant : report.grants) {
    lines += std::to_string(grant.grant.bytes.back()) + " " + grant.remaining.to_string() + " " +
             grant.held.to_string() + "\n";
  }
  return lines;
}

TEST(BalanceReport, OfNothingIsEmpty) {
  const BalanceReport report = make_balance_report({.at = kNow, .state = {}});
  EXPECT_TRUE(report.grants.empty());
  EXPECT_TRUE(report.expiring.is_zero());
}

TEST(BalanceReport, ListsWhatIsSpendableInBurnOrderThenWhatIsOnlyHeld) {
  ledger::OrganizationState state;
  // What is spent next stands last.
  state.spendable = {lot(3, 30, {}), lot(9, 20, {})};
  state.coming = {lot(7, 50, {})};
  state.held_lots[id(3)] = {.terms = {}, .held = credits(4)};
  state.held_lots[id(5)] = {.terms = {}, .held = credits(6), .is_voided = true};
  state.held_lots[id(1)] = {.terms = {}, .held = credits(2)};
  state.balance = {.available = credits(50), .held = credits(12)};
  const BalanceReport report = make_balance_report({.at = kNow, .state = state});
  EXPECT_EQ(lines_of(report), "9 20 0\n3 30 4\n1 0 2\n5 0 6\n");
  EXPECT_EQ(report.balance, state.balance);
}

TEST(BalanceReport, WhatEndsWithinThirtyDaysIsExpiring) {
  const Instant soon = kNow.plus(kExpiringWithin);
  ledger::OrganizationState state;
  state.spendable = {lot(1, 1, {}), lot(2, 10, soon.plus(std::chrono::microseconds(1))),
                     lot(3, 100, soon), lot(4, 1000, kNow.plus(std::chrono::seconds(1)))};
  EXPECT_EQ(make_balance_report({.at = kNow, .state = state}).expiring, credits(1100));
}

}  // namespace farthing::service::balance_report_test
