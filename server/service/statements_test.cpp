// SPDX-License-Identifier: Apache-2.0
#include "server/service/statements.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <utility>

#include "server/testing/store_fixture.hpp"

namespace farthing::service::statements_test {

using std::chrono::seconds;

// Something happens between what it answers and the next question.
class InterruptedStore final : public store::MemoryStore {
 public:
  using MemoryStore::MemoryStore;

  void list_entries(OrganizationId organization, ledger::EntryFilter filter,
                    PageRequest<Id128> page, Reply<Page<ledger::Entry>> reply) override {
    MemoryStore::list_entries(
        organization, std::move(filter), page,
        [this, reply = std::move(reply)](Result<Page<ledger::Entry>> answer) mutable {
          if (interruption_) std::exchange(interruption_, nullptr)();
          reply(std::move(answer));
        });
  }

  void interrupt(std::function<void()> interruption) { interruption_ = std::move(interruption); }

 private:
  std::function<void()> interruption_;
};

class StatementsTest : public testing::Test {
 protected:
  StatementsTest() {
    auto made = answer_of<Change<directory::Organization>>(
        [&](auto reply) { registry_.create_organization({}, {.name = "Tram"}, std::move(reply)); });
    organization_ = std::move(made).value().record.id;
  }

  void grant(std::string idempotency_key, std::optional<Instant> expires_at = {}) {
    const auto outcome = answer_of<ledger::Outcome>([&](auto reply) {
      metering_.create_grant({.api_key = {}, .idempotency_key = std::move(idempotency_key)},
                             {.organization = organization_,
                              .amount = Credits::parse("10").value(),
                              .expires_at = expires_at},
                             std::move(reply));
    });
    ASSERT_TRUE(outcome) << outcome.error().message;
  }
  Result<Statement> make(StatementPeriod period) {
    return answer_of<Statement>(
        [&](auto reply) { statements_.make(organization_, period, std::move(reply)); });
  }

  static constexpr Instant kStart = Instant::from_us(1'795'348'800'000'000);
  ManualClock clock_{kStart};
  InterruptedStore store_{clock_};
  Registry registry_{store_, {}};
  Metering metering_{store_};
  Statements statements_{store_, SigningKey::make()};
  OrganizationId organization_;
};

TEST_F(StatementsTest, EndsAtTheLastEntryBeforeItsInstant) {
  grant("one");
  clock_.advance(seconds(10));
  grant("two");
  clock_.advance(seconds(10));
  const auto statement = make({.from = {}, .to = kStart.plus(seconds(10))});
  ASSERT_TRUE(statement) << statement.error().message;
  EXPECT_EQ(statement->opening.seq, 0U);
  EXPECT_EQ(statement->closing.seq, 1U);
  EXPECT_EQ(make({}).value().closing.seq, 2U);
}

TEST_F(StatementsTest, WhatIsDueAndNotBookedIsRefusedUntilItIs) {
  grant("one", kStart.plus(seconds(10)));
  clock_.advance(seconds(20));
  const auto refused = make({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  grant("two");
  clock_.advance(seconds(1));
  EXPECT_EQ(make({}).value().closing.seq, 3U);
}

// The search found no entry from the instant on, and then what had fallen due behind it was booked.
TEST_F(StatementsTest, WhatIsBookedMeanwhileIsNoEndOfAnEarlierPeriod) {
  grant("one", kStart.plus(seconds(10)));
  clock_.advance(seconds(20));
  const StatementPeriod period{.from = kStart.plus(seconds(5)), .to = kStart.plus(seconds(6))};
  store_.interrupt([this] { grant("two"); });
  const auto refused = make(period);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(make(period).value().closing.seq, 1U);
}

}  // namespace farthing::service::statements_test
