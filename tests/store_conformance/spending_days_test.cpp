// SPDX-License-Identifier: Apache-2.0
// What callers' keys have spent, over days, and with stores that are closed and opened between:
// the state has what belongs to the day, a record of each key the rest, and caps count both.
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/await.hpp"
#include "server/ledger/spending.hpp"
#include "tests/store_conformance/auditor.hpp"
#include "tests/store_conformance/commands.hpp"
#include "tests/store_conformance/stores.hpp"

namespace farthing::store::testing::spending_days_test {

using ledger::SpendCaps;

ApiKeyId key_of(std::uint64_t number) { return {numbered_id(1'000 + number)}; }

class SpendingDays : public StoreTest {
 protected:
  SpendingDays() { EXPECT_TRUE(settle(store(), grant(organization_, "g", "100000"))); }

  // Another one after each `reopen`.
  Store& store() { return open_->store(); }
  void next_day() { clock_.advance(std::chrono::days(1)); }

  // Under the idempotency key "<key>".
  ledger::Command charge_of(std::uint64_t caller, std::string key, std::string_view amount,
                            const SpendCaps& caps = {}) const {
    ledger::Command command = charge(organization_, std::move(key), amount);
    command.origin.caller_key = key_of(caller);
    if (!caps.is_empty()) command.caller_caps = std::make_shared<const SpendCaps>(caps);
    return command;
  }
  Result<ledger::Outcome> act(std::string key, ledger::Action action) {
    ledger::Command command = charge(organization_, std::move(key), "1");
    command.action = std::move(action);
    return settle(store(), std::move(command));
  }
  // "spend_cap_exceeded month 9", or "ok".
  static std::string told(const Result<ledger::Outcome>& result) {
    if (result || result.error().details.size() < 3) return name_of(result);
    return name_of(result) + " " + result.error().details[0].value + " " +
           result.error().details[2].value;
  }
  std::string spending(std::uint64_t caller) {
    return show(read_spending(store(), organization_, key_of(caller))->spending);
  }
  ledger::OrganizationState state() {
    return await<Result<CurrentState>>(
               [&](auto reply) { store().read_state(organization_, reply); })
        ->state;
  }
  std::size_t size_of_state() {
    std::string bytes;
    ledger::append_encoded(state(), bytes);
    return bytes.size();
  }
  void settle_each(std::vector<ledger::Command> commands) {
    for (const auto& result : settle_all(store(), std::move(commands))) ASSERT_TRUE(result);
  }

  const OrganizationId organization_ = make_organization(store());
};

TEST_P(SpendingDays, AChargeAfterAMidnightWritesNoKeyOfYesterday) {
  constexpr std::uint64_t kKeys = 3'000;
  constexpr std::uint64_t kAtATime = 500;
  for (std::uint64_t first = 0; first < kKeys; first += kAtATime) {
    std::vector<ledger::Command> commands;
    for (std::uint64_t i = first; i < first + kAtATime; ++i) {
      commands.push_back(charge_of(i, "c" + std::to_string(i), "1.5"));
    }
    settle_each(std::move(commands));
  }
  EXPECT_GT(size_of_state(), std::size_t{50'000});
  next_day();
  ASSERT_TRUE(settle(store(), charge_of(7, "next", "1")));
  EXPECT_LT(size_of_state(), std::size_t{1'000});
  EXPECT_EQ(state().spending.size(), 1U);
  open_->reopen();
  EXPECT_LT(size_of_state(), std::size_t{1'000});
  for (const std::uint64_t i : {std::uint64_t{0}, std::uint64_t{1'234}, kKeys - 1}) {
    EXPECT_EQ(spending(i), "0 0 1.5 1.5") << i;
    EXPECT_EQ(told(settle(store(), charge_of(i, "d" + std::to_string(i), "1",
                                             {.day = {}, .month = {}, .total = credits("2")}))),
              "spend_cap_exceeded total 1.5");
  }
  EXPECT_EQ(spending(7), "0 1 2.5 2.5");
  EXPECT_EQ(spending(kKeys), "0 0 0 0");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

// Of each key on each day a charge, with caps on every other one, and the store closed and opened
// before every other day.
TEST_P(SpendingDays, OfManyKeysAddUp) {
  constexpr std::uint64_t kKeys = 40;
  constexpr int kDays = 5;
  for (int day = 0; day < kDays; ++day) {
    if (day % 2 == 1) open_->reopen();
    std::vector<ledger::Command> commands;
    for (std::uint64_t i = 0; i < kKeys; ++i) {
      if ((i + static_cast<std::uint64_t>(day)) % 3 == 0) continue;
      const std::string key = std::to_string(day) + "-" + std::to_string(i);
      const SpendCaps caps = {.day = credits("1"), .month = {}, .total = credits("100")};
      commands.push_back(charge_of(i, key, "1", i % 2 == 0 ? caps : SpendCaps()));
    }
    settle_each(std::move(commands));
    next_day();
  }
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    int days = 0;
    for (int day = 0; day < kDays; ++day) days += (static_cast<int>(i) + day) % 3 == 0 ? 0 : 1;
    const std::string total = std::to_string(days);
    EXPECT_EQ(spending(i), "0 0 " + total + " " + total) << i;
    const SpendCaps caps = {.day = {}, .month = credits(total), .total = {}};
    EXPECT_EQ(told(settle(store(), charge_of(i, "over" + total, "0.1", caps))),
              "spend_cap_exceeded month " + total);
  }
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

// The first entry of a day and what is asked for keys that leave the state with it.
TEST_P(SpendingDays, CapsHoldWithinTheBatchThatBeginsADay) {
  settle_each({charge_of(1, "a", "6"), charge_of(2, "b", "3")});
  next_day();
  const SpendCaps total = {.day = {}, .month = {}, .total = credits("10")};
  const SpendCaps month = {.day = credits("9"), .month = credits("10"), .total = {}};
  std::vector<std::string> names;
  for (const auto& result :
       settle_all(store(), {charge_of(1, "c", "5", total), charge_of(1, "d", "3", total),
                            charge_of(2, "e", "7", month), charge_of(1, "f", "2", total),
                            charge_of(1, "h", "1", total), charge_of(2, "i", "1", month)})) {
    names.push_back(told(result));
  }
  EXPECT_EQ(names, (std::vector<std::string>{"spend_cap_exceeded total 6", "ok", "ok",
                                             "spend_cap_exceeded total 9", "ok",
                                             "spend_cap_exceeded month 10"}));
  open_->reopen();
  EXPECT_EQ(spending(1), "0 4 10 10");
  EXPECT_EQ(spending(2), "0 7 10 10");
}

// What is refused leaves no trace, of whatever day.
TEST_P(SpendingDays, ARefusalMovesNothing) {
  settle_each({charge_of(1, "a", "6")});
  next_day();
  const SpendCaps caps = {.day = {}, .month = {}, .total = credits("6")};
  EXPECT_EQ(told(settle(store(), charge_of(1, "b", "1", caps))), "spend_cap_exceeded total 6");
  EXPECT_EQ(open_->entries_of(organization_).size(), 2U);
  EXPECT_EQ(state().spending.size(), 1U);
  EXPECT_EQ(spending(1), "0 0 6 6");
}

TEST_P(SpendingDays, ARefundOfAnEarlierDayGivesBack) {
  const auto charged = settle(store(), charge_of(1, "a", "6"));
  ASSERT_TRUE(charged);
  next_day();
  settle_each({charge(organization_, "other", "1")});
  open_->reopen();
  const auto refunded =
      act("r", ledger::RefundCharge{.charge = charged->entry.subject, .amount = credits("4")});
  ASSERT_TRUE(refunded);
  EXPECT_EQ(refunded->entry.origin.caller_key, key_of(1));
  EXPECT_EQ(spending(1), "0 0 2 2");
  const SpendCaps caps = {.day = {}, .month = credits("5"), .total = {}};
  EXPECT_EQ(told(settle(store(), charge_of(1, "b", "4", caps))), "spend_cap_exceeded month 2");
  EXPECT_EQ(told(settle(store(), charge_of(1, "b", "3", caps))), "ok");
  next_day();
  settle_each({charge(organization_, "another", "1")});
  EXPECT_EQ(spending(1), "0 0 5 5");
  clock_.advance(std::chrono::days(40));
  ASSERT_TRUE(act("r2", ledger::RefundCharge{.charge = charged->entry.subject, .amount = {}}));
  open_->reopen();
  EXPECT_EQ(spending(1), "0 0 0 3");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

TEST_P(SpendingDays, AHoldThatIsOpenAtMidnightCountsUntilItEnds) {
  ledger::Command hold = charge_of(1, "h", "8");
  hold.action = ledger::PlaceHold{.amount = credits("8"), .ttl = std::chrono::hours(20)};
  const auto held = settle(store(), hold);
  ASSERT_TRUE(held);
  settle_each({charge_of(1, "a", "1")});
  clock_.advance(std::chrono::hours(19));
  ASSERT_NE(ledger::day_number_of(clock_.now()), ledger::day_number_of(kStart));
  settle_each({charge(organization_, "other", "1")});
  open_->reopen();
  EXPECT_EQ(spending(1), "8 0 1 1");
  const SpendCaps caps = {.day = credits("9"), .month = {}, .total = {}};
  EXPECT_EQ(told(settle(store(), charge_of(1, "b", "2", caps))), "spend_cap_exceeded day 0");
  ASSERT_TRUE(act(
      "k",
      ledger::CaptureHold{.hold = held->entry.subject, .amount = credits("3"), .is_final = false}));
  EXPECT_EQ(spending(1), "5 3 4 4");
  // It runs out, whether anybody books that or not.
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(spending(1), "0 3 4 4");
  EXPECT_EQ(told(settle(store(), charge_of(1, "b", "6", caps))), "ok");
  EXPECT_EQ(spending(1), "0 9 10 10");
  EXPECT_EQ(audit(open_->entries_of(organization_)), "");
}

// What had come to records when the store was closed is not counted again.
TEST_P(SpendingDays, AreCountedOnceWheneverTheStoreIsOpened) {
  for (int day = 1; day <= 6; ++day) {
    settle_each(
        {charge_of(1, std::to_string(day), "1"), charge_of(2, "-" + std::to_string(day), "2")});
    open_->reopen();
    EXPECT_EQ(show(read_spending(store(), organization_, key_of(1))->spending).substr(0, 4),
              "0 1 ");
    EXPECT_EQ(read_spending(store(), organization_, key_of(1))->spending.total,
              credits(std::to_string(day)));
    EXPECT_EQ(read_spending(store(), organization_, key_of(2))->spending.total,
              credits(std::to_string(2 * day)));
    next_day();
    EXPECT_EQ(read_spending(store(), organization_, key_of(2))->spending.day, Credits());
    EXPECT_EQ(read_spending(store(), organization_, key_of(2))->spending.total,
              credits(std::to_string(2 * day)));
  }
}

TEST_P(SpendingDays, OfAnOrganizationThatIsNotThereAreNotFound) {
  EXPECT_EQ(name_of(read_spending(store(), {numbered_id(99)}, key_of(1))), "not_found");
}

std::vector<StoreKind> kinds_of_days() {
  std::vector<StoreKind> kinds = all_store_kinds();
  kinds.push_back(rocksdb_with_small_runs());
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(Stores, SpendingDays, ::testing::ValuesIn(kinds_of_days()), name_of_kind);

}  // namespace farthing::store::testing::spending_days_test
